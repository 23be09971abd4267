"""
A field that two people changed: its form asks which of their texts to keep.

The page sends three more values for such a field: the name of the version on which its text was
opened, the choice, and the text that joins both. What is chosen is put in the posted data, as if it
had been typed. If the field was changed again meanwhile, the choice is asked again.
"""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from cress.base.history.differences import SAME, Union, union, word_differences
from cress.base.text.typography import french

SINCE, CHOICE, UNION = "__since", "__choice", "__union"  # after the name of a field
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Conflict:
    """What a field was, and what two people made of it, in words."""

    since: str  # the name of the version on which the form was opened; nothing if it is not kept
    who: str
    when: str
    was: str | None  # None: nobody knows any more
    mine: str
    theirs: str
    is_text: bool  # and not a choice, a date, a number
    longest: int | None = None  # characters

    def __str__(self):
        if self.was is None:
            return french(
                "Ce champ a pu changer depuis que vous avez ouvert la page, il y a longtemps. Rien "
                "n’est écrit : choisissez, puis enregistrez."
            )
        return french(
            f"{self.who} a changé ce champ {self.when}, pendant que vous écriviez. Rien n’est "
            "écrit : choisissez, puis enregistrez."
        )

    @property
    def union(self):
        """The Union of both texts, or None for what cannot be joined."""
        if not self.is_text or self.was is None:
            return None
        return union(self.was, self.mine, self.theirs)

    def render(self, render_field, name, value, attrs=None, renderer=None):
        """Return the HTML of the choice, in place of that of the field: `render_field` makes it."""
        both = self.union
        editor = partial(render_field, attrs=attrs, renderer=renderer)
        context = {
            "conflict": self,
            "name": name,
            "union": both,
            "chosen": BOTH if both and self._is_kept(both) else "",
            "editor": editor(f"{name}{UNION}", both.text) if both else editor(name, value),
            "theirs": word_differences(self.was, self.theirs) if both else [(SAME, self.theirs)],
            "mine": word_differences(self.was, self.mine) if both else [],
        }
        return render_to_string("admin/_conflict.html", context)

    def _is_kept(self, both: Union):
        return both.is_clean and (self.longest is None or len(both.text) <= self.longest)


class MergedForm(forms.ModelForm):
    """A form that refuses the fields that two people changed (cress.base.history.merging)."""

    def _post_clean(self):
        super()._post_clean()
        names = {self.add_prefix(name): name for name in self.fields}
        for html_name, conflict in getattr(self.data, "conflicts", {}).items():
            if name := names.get(html_name):
                self.add_error(name, str(conflict))
                if isinstance(conflict, Conflict):
                    widget = self.fields[name].widget
                    widget.render = partial(conflict.render, widget.render)


class PostedData(QueryDict):
    """Posted data that may be changed; `conflicts`: {name of a field: its Conflict, or a text}."""

    def __init__(self, posted, conflicts=None):
        super().__init__(mutable=True)
        self.conflicts = {} if conflicts is None else conflicts
        for name, values in posted.lists():
            self.setlist(name, values)

    def copy(self):
        """Django gives a copy to each formset."""
        return PostedData(self, self.conflicts)
