"""Model fields for French text."""

from django.db import models
from django.db.models import lookups, signals

from cress.base.text.folding import fold
from cress.base.text.typography import french


class FrenchText:
    """
    Text that is stored with French typography, however it was typed.

    Values in lookups are normalised too: a search for « l'ESS », with a straight apostrophe,
    finds « l’ESS ».
    """

    def to_python(self, value):
        value = super().to_python(value)
        return french(value) if isinstance(value, str) else value


class FrenchCharField(FrenchText, models.CharField):
    """One line of French text."""


class FrenchTextField(FrenchText, models.TextField):
    """Paragraphs of French text."""


# Django does not prepare the values of these lookups, because they may be a part of a value.
for _lookup in [
    lookups.IExact,
    lookups.Contains,
    lookups.IContains,
    lookups.StartsWith,
    lookups.IStartsWith,
    lookups.EndsWith,
    lookups.IEndsWith,
]:
    _prepared = type(_lookup.__name__, (_lookup,), {"prepare_rhs": True})
    FrenchCharField.register_lookup(_prepared)
    FrenchTextField.register_lookup(_prepared)


class FoldedField(models.CharField):
    """
    A folded copy of another field of the row, for searches (see cress.base.text.folding).

    It is updated at each save, bulk_create and load of a fixture. No form shows it. The source
    may be a property.
    """

    def __init__(self, *args, source, **kwargs):
        self.source = source
        super().__init__(*args, **{"editable": False, "default": ""} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        signals.pre_save.connect(self._fold_raw, sender=cls)

    def _fold_raw(self, instance, raw, **kwargs):
        """Fold for a fixture: Django does not call pre_save() on the fields of a raw row."""
        if raw:
            self.pre_save(instance, add=False)

    def pre_save(self, model_instance, add):
        folded = fold(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, folded)
        return folded
