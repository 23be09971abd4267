"""Model fields for French text."""

from django.db import models
from django.db.models import lookups, signals

from cress.folding import fold
from cress.typography import french


class FrenchText:
    """
    Text that is stored with French typography, however it was typed.

    The same holds for what it is compared with: a search for « l'ESS » typed with a
    straight apostrophe finds « l’ESS ».
    """

    def to_python(self, value):
        value = super().to_python(value)
        return french(value) if isinstance(value, str) else value


class FrenchCharField(FrenchText, models.CharField):
    """One line of French text."""


class FrenchTextField(FrenchText, models.TextField):
    """Paragraphs of French text."""


# Django leaves what these compare with as it was typed, because it may be a piece of a value.
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
    What searches compare with: another field of the row, folded (cress.folding).

    The row keeps it at each save, bulk_create and load of a fixture; no form shows it. The
    source may be a property.
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
        """Fold for a fixture: Django asks no field of a row that it takes raw."""
        if raw:
            self.pre_save(instance, add=False)

    def pre_save(self, model_instance, add):
        folded = fold(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, folded)
        return folded
