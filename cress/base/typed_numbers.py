"""
Form fields of numbers, typed and shown as French people write them: « 10,79 », « 9,8 % ».

They are text for the browser: a field of type « number » drops the decimal comma where the browser
is not French, and the wheel of the mouse changes its figure.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from cress.base.text.numbers import read_number
from cress.base.text.typography import NARROW_SPACE, french

_TOO_GREAT = "Ce nombre est trop grand. Vérifiez-le."
_TOO_LONG = f"Trop de décimales{NARROW_SPACE}: gardez-en %(max)s au plus"
_NOT_A_SHARE = french("Écrivez une part de 0 à 100 : « 10,79 ».")


class AskingInput(forms.TextInput):
    """A text field with what is asked about it under it, if anything (cress.base.doubts)."""

    asked = None  # what the template of the question needs

    def render(self, name, value, attrs=None, renderer=None):
        field = super().render(name, value, attrs, renderer)
        if self.asked is None:
            return field
        return render_to_string("admin/_doubt.html", {"field": field, **self.asked})


class NumberInput(AskingInput):
    """A field for a number, which has a decimal comma."""

    is_localized = True

    def __init__(self, attrs=None):
        super().__init__({"size": 12} | (attrs or {}))


class TypedNumber:
    """What the form fields of numbers share: how a text is read, and what is said of a bad one."""

    inputmode = "decimal"
    is_whole = False
    takes_percent = False
    default_error_messages = {
        "invalid": french("Écrivez un nombre, avec une virgule s’il le faut : « 1 234,5 »."),
        "percent": french("Écrivez ce nombre sans « % »."),
        "max_value": _TOO_GREAT,
        "max_digits": _TOO_GREAT,
        "max_whole_digits": _TOO_GREAT,
        "min_value": f"Ce nombre est trop petit{NARROW_SPACE}: écrivez %(limit_value)s ou plus.",
        "max_decimal_places": f"{_TOO_LONG}.",
    }

    def to_python(self, value):
        if isinstance(value, str):
            value = self._read(value.strip())
        return super().to_python(value)

    def _read(self, text):
        """Return the number of a text, and the empty text unchanged."""
        if text in self.empty_values:
            return text
        number = read_number(text)
        if number is None or (self.is_whole and number.value.as_tuple().exponent):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if number.is_percentage and not self.takes_percent:
            raise ValidationError(self.error_messages["percent"], code="percent")
        return number.value

    def run_validators(self, value):
        """Say the first thing that is wrong: two sentences about one number tell no more."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise error.error_list[0] from error

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"inputmode": self.inputmode}


class WholeNumberField(TypedNumber, forms.IntegerField):
    """A year, a rank, a number of persons."""

    inputmode = "numeric"
    is_whole = True
    default_error_messages = {
        "invalid": french("Écrivez un nombre entier, en chiffres : « 12 » ou « 1 200 ».")
    }


class DecimalNumberField(TypedNumber, forms.DecimalField):
    """A number with as many decimals as its column holds."""


class FloatNumberField(TypedNumber, forms.FloatField):
    """A coordinate."""


class PercentageField(DecimalNumberField):
    """A share in per cent."""

    takes_percent = True
    default_error_messages = {
        "invalid": french("Écrivez un nombre de 0 à 100, avec une virgule : « 10,79 »."),
        "min_value": _NOT_A_SHARE,
        "max_value": _NOT_A_SHARE,
        "max_digits": _NOT_A_SHARE,
        "max_whole_digits": _NOT_A_SHARE,
        "max_decimal_places": f"{_TOO_LONG}. Une part de 0,1079 s’écrit 10,79.",
    }

    def __init__(self, **kwargs):
        super().__init__(**{"min_value": 0, "max_value": 100} | kwargs)
