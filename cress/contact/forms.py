"""The visitor's form."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from cress.contact import suspicions
from cress.contact.addresses import likely_address
from cress.contact.fields import PlainLine, PlainText, ReachableEmail, TelephoneField, at_most
from cress.contact.models import LONGEST_ABOUT, LONGEST_TEXT, Message, Subject
from territories.finder import find
from territories.models import Territory

MOST_COMMUNES = 6  # named in a question
ASKED = ["asked_email", "asked_commune"]  # hidden fields of the page: see ContactForm


class ContactForm(forms.ModelForm):
    """
    A message to the chamber.

    `trap` is hidden from people; robots fill it. The page's stamp is not a field: the view checks
    it and makes a new one.

    Two answers make the form come back once with a question: an address that looks mistyped, and
    a commune that may be another one. `asked` holds them by field. The page sends them back as
    `asked_email` and `asked_commune`, and an answer that is sent again unchanged is accepted.
    """

    name = PlainLine(
        label="Votre nom",
        validators=[at_most(100)],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Écrivez votre nom."},
    )
    email = ReachableEmail(
        label="Votre adresse électronique",
        help_text="Nous vous répondons à cette adresse. Exemple : prenom.nom@commune.fr",
        validators=[at_most(254)],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Écrivez votre adresse électronique.",
        },
    )
    telephone = TelephoneField(
        label="Votre téléphone",
        required=False,
        help_text="Si vous préférez que nous vous appelions.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    organisation = PlainLine(
        label="Votre collectivité ou organisation",
        required=False,
        validators=[at_most(150)],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    commune = PlainLine(
        label="Votre commune",
        required=False,
        validators=[at_most(100)],
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
        validators=[at_most(LONGEST_ABOUT)],
        help_text="Rempli d’après la page d’où vous venez. Vous pouvez le corriger.",
    )
    text = PlainText(
        label="Votre message",
        validators=[at_most(LONGEST_TEXT)],
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
            "profile",
            "email",
            "telephone",
            "organisation",
            "commune",
            "territory",
            "subject",
            "about",
            "text",
        ]
        labels = {
            "profile": "Vous êtes",
            "territory": "Territoire concerné",
            "subject": "Objet de votre message",
        }
        error_messages = {
            "profile": {"required": "Dites qui vous êtes."},
            "subject": {"required": "Choisissez un objet."},
        }

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)
        self.asked = {}
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

    def clean_email(self):
        email = self.cleaned_data["email"]
        if likely := likely_address(email):
            self._ask_once(
                "email",
                email,
                f"Vouliez-vous dire {likely} ? Corrigez l’adresse ou, si elle est juste, envoyez "
                "de nouveau.",
            )
        return email

    def clean_commune(self):
        """
        Return the Commune of the name or postcode that was typed, if it is certain.

        A text that matches no commune is kept as typed_commune. The visitor is asked once about a
        text that matches several, or is close to one. The form never guesses.
        """
        typed = self.cleaned_data["commune"]
        if not typed:
            return None
        answer = find(typed, communes_only=True, most=MOST_COMMUNES)
        if answer.is_certain:
            return answer.places[0].commune
        if answer.places:
            *labels, last = [place.label for place in answer.places]
            choice = f"{', '.join(labels)} ou {last}" if labels else last
            self._ask_once(
                "commune",
                typed,
                f"Précisez votre commune, par exemple {choice}. Si c’en est une autre, envoyez "
                "de nouveau.",
            )
        self.instance.typed_commune = typed
        return None

    def _ask_once(self, name, value, question):
        self.asked[name] = value
        if self.data.get(f"asked_{name}") != value:
            raise ValidationError(question)

    def clean(self):
        """Take the commune's department for the territory, where none was chosen."""
        values = super().clean()
        if commune := values.get("commune"):
            values["territory"] = values.get("territory") or commune.department
        return values

    def _get_validation_exclusions(self):
        """Leave the address to the form's own field, which accepts more than the model's."""
        return super()._get_validation_exclusions() | {"email"}

    def suspicions(self):
        """Return the reasons, in French, to take a valid message for spam."""
        values = self.cleaned_data
        reasons = suspicions.in_words(
            f"{values['name']} {values['text']}", own_host=values["email"].rpartition("@")[2]
        )
        if values["trap"]:
            reasons.append("le champ caché aux personnes est rempli")
        if any("\n" in self.data.get(name, "") for name in ["name", "organisation", "about"]):
            reasons.append("un retour à la ligne là où le clavier n’en met pas")
        return reasons


class UnsentForm(ContactForm):
    """
    The values that a visitor typed, to be sent again. It needs no database: that has just failed.

    The choices that come from the database are hidden fields.
    """

    def __init__(self, values):
        forms.ModelForm.__init__(self, initial=values, label_suffix="")
        for name in ["profile", "territory", "subject", "trap", "stamp", *ASKED]:
            self.fields[name] = forms.CharField(widget=forms.HiddenInput)
