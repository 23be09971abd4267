"""What the staff do on the page of a message: a form for each thing, which carries it out."""

from urllib.parse import quote, urlencode

from django import forms

from cress.contact.desk import work
from cress.contact.models import LONGEST_TEXT, Message

QUOTED_IN_AN_ADDRESS = 1_200  # characters: mail programs cut long addresses


class DeskForm(forms.Form):
    """
    One thing that can be done with a message.

    `carry_out(user)` does it and returns the sentence that says so, or raises work.RefusedError.
    """

    def __init__(self, data=None, *, message, name):
        super().__init__(data, prefix=name, label_suffix="")
        self.message = message
        self.name = name

    def see_it_as_it_is_now(self):
        """Take up what has changed since the page was opened."""


class AnswerForm(DeskForm):
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
        self.initial["answers_seen"] = work.answers_to(self.message).count()

    def see_it_as_it_is_now(self):
        """Let the same words be sent once the answers that came meanwhile have been read."""
        self.data = self.data.copy()
        self.data[self.add_prefix("answers_seen")] = work.answers_to(self.message).count()

    def carry_out(self, user):
        work.answer(
            self.message,
            self.cleaned_data["text"],
            user,
            closes=self.cleaned_data["closes"],
            answers_seen=self.cleaned_data["answers_seen"],
        )
        return "La réponse est enregistrée ; elle part par courriel dans un instant."


class NoteForm(DeskForm):
    text = forms.CharField(
        label="Note interne",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_TEXT,
        error_messages={"required": "Écrivez votre note."},
        help_text="Lue par l’équipe seulement.",
    )

    def carry_out(self, user):
        work.add_note(self.message, self.cleaned_data["text"], user)
        return "La note est ajoutée."


class AssignForm(DeskForm):
    user = forms.ModelChoiceField(None, label="Attribué à", required=False, empty_label="Personne")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["user"].queryset = work.staff(holder=self.message.assigned_to)
        self.fields["user"].label_from_instance = work.name_of
        self.initial["user"] = self.message.assigned_to_id

    def carry_out(self, user):
        to = self.cleaned_data["user"]
        work.assign(self.message, to, user)
        return (
            f"Le message est attribué à {work.name_of(to)}."
            if to
            else "Le message n’est attribué à personne."
        )


class StateForm(DeskForm):
    state = forms.ChoiceField(label="État", choices=Message.State.choices)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.initial["state"] = self.message.state

    def carry_out(self, user):
        state = Message.State(self.cleaned_data["state"])
        work.set_state(self.message, state)
        return f"Le message est maintenant « {state.label} »."


class SplitForm(DeskForm):
    """Take a joined message out of the one it was joined to."""

    def carry_out(self, user):
        work.split(self.message)
        return f"Le message {self.message.reference} est de nouveau à part."


FORMS = {
    "answer": AnswerForm,
    "note": NoteForm,
    "assign": AssignForm,
    "state": StateForm,
    "split": SplitForm,
}


class PersonForm(forms.Form):
    """Whose data is asked for."""

    email = forms.EmailField(label="Adresse électronique de la personne")
    sure = forms.BooleanField(
        label="J’ai vérifié que la demande vient bien de cette personne.", required=False
    )


def mail_program_address(message):
    """Return the address that opens the mail program on an answer, with the words quoted."""
    words = message.text[:QUOTED_IN_AN_ADDRESS]
    if words != message.text:
        words += " […]"
    quotation = "\n".join(f"> {line}" for line in words.splitlines())
    query = {
        "subject": f"Votre message à la CRESS, référence {message.reference}",
        "body": f"\n\n{quotation}\n",
    }
    return f"mailto:{quote(message.email, safe='@')}?{urlencode(query, quote_via=quote)}"
