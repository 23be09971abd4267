"""Model fields for French text, shares, and what follows from other fields."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_slug
from django.db import models
from django.db.models import lookups, signals

from cress.base.history.differences import unix
from cress.base.text.folding import fold
from cress.base.text.typography import french

LONGEST_SLUG = 80  # signs


def validate_address(slug):
    """Raise ValidationError for accents, spaces and other signs; say what to write instead."""
    try:
        validate_slug(slug)
    except ValidationError as error:
        better = fold(slug).replace(" ", "-")[:LONGEST_SLUG].strip("-") or "aide-aux-communes"
        raise ValidationError(
            french(
                "Une adresse n’a que des lettres sans accent, des chiffres et des tirets : écrivez "
                f"par exemple « {better} »."
            ),
            code="address",
        ) from error


class LengthOfAddress(MaxLengthValidator):
    """The refusal of a slug that is too long."""

    message = (
        "Une adresse a %(limit_value)d signes au plus, et celle-ci en a %(show_value)d\u202f: "
        "raccourcissez-la."
    )

    def __init__(self):
        super().__init__(LONGEST_SLUG)


class AddressField(models.SlugField):
    """The end of the address of a page. What is refused is said in words; it is a plain slug."""

    default_validators = [validate_address]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": LONGEST_SLUG} | kwargs)

    @property
    def validators(self):
        return [LengthOfAddress(), *self.default_validators]

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs | {"max_length": self.max_length}

    def formfield(self, **options):
        return super().formfield(**{"form_class": AddressField.FormField} | options)

    class FormField(forms.CharField):
        """What is typed: the model says what is wrong with it, once."""

        def __init__(self, *, max_length=None, allow_unicode=False, **options):
            super().__init__(**options)


class FrenchFormField(forms.CharField):
    """A text as it will be stored: one that nobody touched is then unchanged."""

    def to_python(self, value):
        return french(unix(super().to_python(value)))


class FrenchText:
    """
    Text that is stored with French typography, however it was typed.

    Values in lookups are normalised too: a search for « l'ESS », with a straight apostrophe,
    finds « l’ESS ».
    """

    def to_python(self, value):
        value = super().to_python(value)
        return french(unix(value)) if isinstance(value, str) else value

    def formfield(self, **options):
        return super().formfield(**{"form_class": FrenchFormField} | options)


class FrenchCharField(FrenchText, models.CharField):
    """One line of French text."""


class FrenchTextField(FrenchText, models.TextField):
    """Paragraphs of French text."""


class MarkdownField(FrenchTextField):
    """Paragraphs in the small part of Markdown that staff may write (cress.base.text.markdown)."""


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


class ShareField(models.DecimalField):
    """A share in per cent, from 0 to 100, with two decimals unless others are given."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_digits": 5, "decimal_places": 2} | kwargs)


class FollowingField(models.Field):
    """
    A field that follows from another field or a property of the row: `derive` makes its value.

    It is updated at each save, bulk_create and load of a fixture. No form shows it.
    """

    def __init__(self, *args, source, **kwargs):
        self.source = source
        super().__init__(*args, **{"editable": False, "default": ""} | kwargs)

    def derive(self, text):
        raise NotImplementedError

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        signals.pre_save.connect(self._derive_raw, sender=cls)

    def _derive_raw(self, instance, raw, **kwargs):
        """Derive for a fixture: Django does not call pre_save() on the fields of a raw row."""
        if raw:
            self.pre_save(instance, add=False)

    def pre_save(self, model_instance, add):
        value = self.derive(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


def is_set_by_save(field):
    """Whether a field is set at each save: it follows from others, or is the date of the save."""
    return isinstance(field, FollowingField) or getattr(field, "auto_now", False)


class FoldedField(FollowingField, models.CharField):
    """A folded copy of a text, for searches (see cress.base.text.folding)."""

    def derive(self, text):
        return fold(text)[: self.max_length]
