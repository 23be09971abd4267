"""The forms on the page of a message: one for each action, which it performs."""

from urllib.parse import quote, urlencode

from django import forms

from cress.contact.desk import actions
from cress.contact.fields import ReachableEmail
from cress.contact.models import LONGEST_TEXT, Message

QUOTED_IN_AN_ADDRESS = 1_200  # characters: mail programs cut long addresses


class DeskForm(forms.Form):
    """
    One action on a message.

    `perform(user)` does it and returns a sentence for the staff and for the history, or raises
    actions.ActionRefusedError.
    """

    has_text = False  # that must not be lost when the action is refused

    def __init__(self, data=None, *, message, name):
        super().__init__(data, prefix=name, label_suffix="")
        self.message = message
        self.name = name

    def refresh(self):
        """Update the form with what has changed since the page was opened."""
        self.message.refresh_from_db()


class AnswerForm(DeskForm):
    has_text = True

    text = forms.CharField(
        label="Votre réponse",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=LONGEST_TEXT,
        error_messages={"required": "Écrivez votre réponse."},
        help_text="Elle part par courriel, suivie du message d’origine. Signez de votre nom.",
    )
    closes = forms.BooleanField(label="Marquer le message « traité »", required=False, initial=True)
    answers_seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.initial["answers_seen"] = actions.answers_to(self.message).count()

    def refresh(self):
        """Let the same words be sent, once the new answers have been read."""
        super().refresh()
        self.data = self.data.copy()
        self.data[self.add_prefix("answers_seen")] = actions.answers_to(self.message).count()

    def perform(self, user):
        actions.answer(
            self.message,
            self.cleaned_data["text"],
            user,
            closes=self.cleaned_data["closes"],
            answers_seen=self.cleaned_data["answers_seen"],
        )
        return "La réponse est enregistrée ; elle part par courriel dans un instant."


class NoteForm(DeskForm):
    has_text = True

    text = forms.CharField(
        label="Note interne",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_TEXT,
        error_messages={"required": "Écrivez votre note."},
        help_text="Lue par l’équipe seulement.",
    )

    def perform(self, user):
        actions.add_note(self.message, self.cleaned_data["text"], user)
        return "La note est ajoutée."


class AssignForm(DeskForm):
    user = forms.ModelChoiceField(None, label="Attribué à", required=False, empty_label="Personne")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["user"].queryset = actions.staff(holder=self.message.assigned_to)
        self.fields["user"].label_from_instance = actions.name_of
        self.initial["user"] = self.message.assigned_to_id

    def perform(self, user):
        to = self.cleaned_data["user"]
        actions.assign(self.message, to, user)
        return (
            f"Le message est attribué à {actions.name_of(to)}."
            if to
            else "Le message n’est attribué à personne."
        )


class StateForm(DeskForm):
    state = forms.ChoiceField(label="État", choices=Message.State.choices)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.initial["state"] = self.message.state

    def perform(self, user):
        state = Message.State(self.cleaned_data["state"])
        actions.set_state(self.message, state)
        return f"Le message est maintenant « {state.label} »."


class SplitForm(DeskForm):
    """Take a merged message out of the one that it was merged into: `head`, whose page this is."""

    def __init__(self, *args, head, **options):
        super().__init__(*args, **options)
        self.head = head

    def perform(self, user):
        actions.split(self.message, self.head)
        return f"Le message {self.message.reference} est de nouveau à part."


FORMS = {
    "answer": AnswerForm,
    "note": NoteForm,
    "assign": AssignForm,
    "state": StateForm,
}


class PersonForm(forms.Form):
    """The person whose data is requested: any address that the visitor's form accepts."""

    email = ReachableEmail(label="Adresse électronique de la personne")
    sure = forms.BooleanField(
        label="J’ai vérifié que la demande vient bien de cette personne.", required=False
    )


def mail_program_address(message):
    """Return a mailto: link that opens an answer in the mail program, with the message quoted."""
    words = message.text[:QUOTED_IN_AN_ADDRESS]
    if words != message.text:
        words += " […]"
    quotation = "\n".join(f"> {line}" for line in words.splitlines())
    query = {
        "subject": f"Votre message à la CRESS, référence {message.reference}",
        "body": f"\n\n{quotation}\n",
    }
    return f"mailto:{quote(message.email, safe='@')}?{urlencode(query, quote_via=quote)}"
