"""
Doubts about figures: a form asks about what is possible and surprising, then takes the answer.

A form whose `doubts()` returns a Doubt is not valid until its tick is on. What the editor ticks is
the question as it was asked: another figure is another question.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst

from cress.base.history.conflicts import MergedForm
from cress.base.text.typography import french

DOUBT = "doubt"  # the code of the error that a doubt is


@dataclass(frozen=True)
class Doubt:
    """A question about a figure, with what helps to answer it."""

    subject: str  # « Cher, part des salariés »
    source: str  # the source that the figure comes from; empty if it is not known
    figure: str  # « 55 % »
    remarks: tuple[str, ...]  # what surprises, what to compare with, a likely mistake: sentences

    @property
    def question(self):
        """« Sûr ? Cher, part des salariés : 55 %. »"""
        return french(f"Sûr ? {capfirst(self.subject)} : {self.figure}.")

    @property
    def answer(self):
        """« Oui, 55 % est dans la source (Insee, Clap 2015) »"""
        named = f" ({self.source})" if self.source else ""
        return french(f"Oui, {self.figure} est dans la source{named}")

    @property
    def key(self):
        """What the tick sends: it changes with each word of the question."""
        words = "\n".join([self.question, self.answer, *self.remarks])
        return salted_hmac("cress.base.doubts", words).hexdigest()[:16]


class DoubtingForm(MergedForm):
    """
    A form, or a row, that asks about surprising figures.

    Its fields have an AskingInput, which shows the question, the remarks and the tick.
    """

    class Media:
        css = {"all": ["css/doubts.css"]}

    def doubts(self):
        """Return {name of a field: its Doubt}, of fields with a value that can be read."""
        raise NotImplementedError

    def was_changed(self, *names):
        """Whether a value of these fields is not the stored one; all are new in a new row."""
        return any(self[name]._has_changed() for name in names if name in self.fields)

    def _post_clean(self):
        super()._post_clean()
        for name, doubt in self.doubts().items():
            tick = f"{self.add_prefix(name)}-sure"
            is_sure = self.data.get(tick) == doubt.key
            self.fields[name].widget.asked = {"doubt": doubt, "tick": tick, "is_sure": is_sure}
            if not is_sure:
                self.add_error(name, ValidationError(doubt.question, code=DOUBT))
                self.errors[name].error_class += " doubtlist"
