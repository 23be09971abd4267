"""Form fields that clean what visitors paste: invisible characters, odd spaces and hyphens."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.encoding import punycode

from cress.base.text.numbers import format_number
from cress.contact.addresses import likely_address, without_accents

# Controls except tab and line feed (NUL is refused, not removed), marks of direction, spaces of
# no width.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
# Blank, although Unicode counts them among letters and signs.
_BLANK = set("\u115f\u1160\u2800\u3164\uffa0")
# The narrow spaces of French typography are kept.
_GAPS = re.compile("[ \t\n\u2028\u2029]+")
# Dots in the middle of a line, which some write between the pairs of a telephone number.
_MIDDLE_DOTS = dict.fromkeys(map(ord, "·•‧∙・"), ".")


def _is_visible(text):
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK for sign in text)


def _refuse_unreadable(text):
    if "\ufffd" in text:  # Django decodes bytes that are not UTF-8 to this
        raise ValidationError("Des caractères sont arrivés illisibles. Corrigez-les.")


def at_most(length):
    """
    Return the validator of a text of that many characters at most.

    It replaces max_length, whose attribute would make browsers cut what is pasted.
    """
    return MaxLengthValidator(length, f"Au plus {format_number(length)} caractères.")


class PlainText(forms.CharField):
    """A text without invisible characters; empty if nothing in it can be seen."""

    default_validators = [_refuse_unreadable]

    def to_python(self, value):
        value = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        value = _INVISIBLE.sub("", value).strip()
        return value if _is_visible(value) or "\0" in value else ""


class PlainLine(PlainText):
    """A plain text on one line."""

    def to_python(self, value):
        return _GAPS.sub(" ", super().to_python(value)).strip()


class TelephoneField(forms.CharField):
    """A telephone number, with plain digits, spaces, hyphens and dots however it was pasted."""

    def to_python(self, value):
        return plain_telephone(super().to_python(value)).strip()


def plain_telephone(text):
    """Return a number with plain spaces, hyphens and digits. Line breaks stay, to be refused."""
    text = unicodedata.normalize("NFKC", text.translate(_MIDDLE_DOTS))
    return re.sub(" {2,}", " ", "".join(map(_plain_sign, text)))


def _plain_sign(sign):
    category = unicodedata.category(sign)
    if category == "Zs" or sign == "\t":
        return " "
    if category == "Pd" or sign in "\u2212\u2043":  # minus sign, hyphen bullet
        return "-"
    if category == "Cf" or sign in _BLANK:  # invisible
        return ""
    return sign


class ReachableEmail(forms.EmailField):
    """
    An address that mail can be sent to. Django accepts domains that no mail program accepts.

    An address with a domain that cannot exist, but that looks like a common one (« orange.f »),
    is valid here: the form asks about it once, and the message is worth more than its address.
    """

    default_error_messages = {
        "invalid": "Cette adresse électronique est incomplète. Exemple : prenom.nom@commune.fr",
    }

    def to_python(self, value):
        return _INVISIBLE.sub("", super().to_python(value))

    def validate(self, value):
        super().validate(value)
        domain = value.rpartition("@")[2]
        try:
            punycode(domain)
        except UnicodeError:
            raise ValidationError(self.error_messages["invalid"]) from None
        if value and (domain.startswith("[") or "." not in domain):  # this machine, or an IP
            raise ValidationError(self.error_messages["invalid"])

    def run_validators(self, value):
        local, _, domain = value.rpartition("@")
        if local and not local.isascii():
            self._refuse_accents(local, domain)
        try:
            super().run_validators(value)
        except ValidationError:
            if not (likely := likely_address(value)):
                raise
            super().run_validators(likely)

    def _refuse_accents(self, local, domain):
        """Raise a ValidationError that names the letters, if they are all that is wrong."""
        plain = without_accents(local)
        super().run_validators(f"{re.sub('[^ -~]', 'x', plain)}@{domain}")
        signs = ", ".join(f"« {sign} »" for sign in dict.fromkeys(local) if not sign.isascii())
        example = f" Essayez sans accent : {plain}@{domain}." if plain.isascii() else ""
        raise ValidationError(
            f"Avant le @, les serveurs de courrier n’acceptent que des lettres sans accent, des "
            f"chiffres et quelques signes ; ils refusent {signs}.{example} Si votre adresse "
            "s’écrit bien ainsi, donnez-en une autre."
        )
