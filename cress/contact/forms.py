"""The visitor's form."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.urls import reverse_lazy
from django.utils.encoding import punycode

from cress.contact import suspicions
from cress.contact.models import LONGEST_ABOUT, LONGEST_TEXT, Message, Subject
from territories.finder import find
from territories.models import Territory

MOST_COMMUNES = 6  # named in an error
# Controls but tab and line feed (NUL is refused, not removed), marks of direction, spaces of no
# width.
_UNSEEN = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
# Letters and signs by their category, and yet blank.
_BLANK = set("\u115f\u1160\u2800\u3164\uffa0")
# Not the narrow spaces of French typography.
_GAPS = re.compile("[ \t\n\u2028\u2029]+")


def _is_visible(text):
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK for sign in text)


def _refuse_unreadable(text):
    if "\ufffd" in text:  # what Django makes of bytes that are not UTF-8
        raise ValidationError("Des caractères sont arrivés illisibles. Corrigez-les.")


def _at_most(length):
    """
    Return the rule that a text is no longer than that.

    It stands in for max_length, whose attribute would make browsers cut what is pasted.
    """
    return MaxLengthValidator(length, f"Au plus {length} caractères.")


class PlainText(forms.CharField):
    """What a visitor typed, less the signs that cannot be seen; nothing, if none can."""

    default_validators = [_refuse_unreadable]

    def to_python(self, value):
        value = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        value = _UNSEEN.sub("", value).strip()
        return value if _is_visible(value) or "\0" in value else ""


class PlainLine(PlainText):
    """The same on one line."""

    def to_python(self, value):
        return _GAPS.sub(" ", super().to_python(value)).strip()


class ReachableEmail(forms.EmailField):
    """An address that mail can be sent to: Django accepts domains that no mail program can."""

    def to_python(self, value):
        return _UNSEEN.sub("", super().to_python(value))

    def validate(self, value):
        super().validate(value)
        domain = value.rpartition("@")[2]
        try:
            punycode(domain)
        except UnicodeError:
            raise ValidationError(self.error_messages["invalid"]) from None
        if value and (domain.startswith("[") or "." not in domain):  # our own machine, or an IP
            raise ValidationError(self.error_messages["invalid"])


class ContactForm(forms.ModelForm):
    """
    A message to the chamber.

    `trap` is hidden from people; robots fill it. The page's stamp is no field of it: the view
    judges it, and gives a new one.
    """

    name = PlainLine(
        label="Votre nom",
        validators=[_at_most(100)],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Écrivez votre nom."},
    )
    email = ReachableEmail(
        label="Votre adresse électronique",
        help_text="Nous vous répondons à cette adresse. Exemple : prenom.nom@commune.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Écrivez votre adresse électronique.",
            "invalid": "Cette adresse électronique est incomplète. Exemple : prenom.nom@commune.fr",
        },
    )
    organisation = PlainLine(
        label="Votre collectivité ou organisation",
        required=False,
        validators=[_at_most(150)],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    commune = PlainLine(
        label="Votre commune",
        required=False,
        help_text="Son nom ou son code postal. Laissez vide si elle n’est pas dans la région.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "data-suggestions": reverse_lazy(
                    "territories:suggestions", query={"communes": "oui"}
                ),
            }
        ),
    )
    about = PlainLine(
        label="À propos de",
        required=False,
        validators=[_at_most(LONGEST_ABOUT)],
        help_text="Rempli d’après la page d’où vous venez. Vous pouvez le corriger.",
    )
    text = PlainText(
        label="Votre message",
        validators=[_at_most(LONGEST_TEXT)],
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Écrivez votre message."},
    )
    trap = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    class Meta:
        model = Message
        fields = [
            "name",
            "email",
            "telephone",
            "profile",
            "organisation",
            "commune",
            "territory",
            "subject",
            "about",
            "text",
        ]
        labels = {
            "telephone": "Votre téléphone",
            "profile": "Vous êtes",
            "territory": "Territoire concerné",
            "subject": "Objet de votre message",
        }
        help_texts = {"telephone": "Si vous préférez que nous vous appelions."}
        error_messages = {
            "profile": {"required": "Dites qui vous êtes."},
            "subject": {"required": "Choisissez un objet."},
        }

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)
        telephone = self.fields["telephone"]
        telephone.widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        territory = self.fields["territory"]
        territory.queryset = Territory.objects.with_page().order_by("-kind", "code")
        territory.empty_label = "Je ne sais pas"
        territory.label_from_instance = lambda territory: territory.name
        subject = self.fields["subject"]
        subject.queryset = Subject.objects.offered()
        subject.empty_label = "Choisissez un objet"
        subject.required = True
        if not subject.queryset.exists():
            del self.fields["subject"]
        self.fields["profile"].choices = [("", "Choisissez"), *Message.Profile.choices]
        if not self["about"].value():
            self.fields["about"].widget = forms.HiddenInput()

    def clean_commune(self):
        """Turn what was typed into the Commune; name those that it may be if it is not certain."""
        typed = self.cleaned_data["commune"]
        if not typed:
            return None
        answer = find(typed, communes_only=True, most=MOST_COMMUNES)
        if answer.is_certain:
            return answer.places[0].commune
        if not answer.places:
            raise ValidationError(answer.message)
        *labels, last = [place.label for place in answer.places]
        choice = f"{', '.join(labels)} ou {last}" if labels else last
        raise ValidationError(f"Précisez votre commune, par exemple {choice}.")

    def clean(self):
        """Take the commune's department for the territory, where none was chosen."""
        values = super().clean()
        if commune := values.get("commune"):
            values["territory"] = values.get("territory") or commune.department
        return values

    def suspicions(self):
        """Return the reasons, in French, to take a valid message for spam."""
        reasons = suspicions.of_words(
            " ".join([self.cleaned_data["name"], self.cleaned_data["text"]])
        )
        if self.cleaned_data["trap"]:
            reasons.append("le champ caché aux personnes est rempli")
        if any("\n" in self.data.get(name, "") for name in ["name", "organisation", "about"]):
            reasons.append("un retour à la ligne là où le clavier n’en met pas")
        return reasons
