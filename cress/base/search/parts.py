"""
The parts of the site that a search finds, without the enterprises and the places.

`settings.SEARCHED_PARTS` names the functions that return them. They are hundreds: they are read at
each search, and are thus never out of date.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from cress.base.text.markdown import plain_text

_ENDS = (".", "!", "?", "…", ":", ";")


class Type(TextChoices):
    """The types of results; results of equal rank are listed in this order."""

    PLACE = "territoire", "Territoires"
    LEVER = "levier", "Leviers"
    ACTION = "action", "Actions"
    ENTERPRISE = "entreprise", "Entreprises"
    REASON = "raison", "Raisons d’agir"
    FIGURE = "chiffre", "Chiffres"
    RULE = "regle", "Règles"
    TERM = "mot", "Glossaire"
    RESOURCE = "ressource", "Ressources"
    PERSON = "personne", "Personnes"
    PAGE = "page", "Pages"
    FILE = "fichier", "Fichiers"


@dataclass(frozen=True)
class Part:
    """
    Something that has an address: a page, a file, or a part of a page.

    `kind` is what it is, in French; `heading` is what it belongs to. `address` is that of the page,
    or a function that returns it: few parts are shown. A part of a row has the label of its model
    and its key.
    """

    type: Type
    kind: str
    title: str
    address: str | Callable[[], str]
    anchor: str = ""
    heading: str = ""
    text: str = ""
    model: str = ""
    key: int | None = None
    is_published: bool = True

    @classmethod
    def of(cls, row, type_, kind, title, address, texts: Iterable[str] = (), **more):
        """Return a part of a row, with its texts in Markdown, each as a sentence."""
        known = [capfirst(plain(text)) for text in texts if text]
        text = " ".join(text if text.endswith(_ENDS) else f"{text}." for text in known)
        label = row._meta.label_lower
        return cls(type_, kind, title, address, text=text, model=label, key=row.pk, **more)

    @property
    def is_page(self):
        """Whether it is a whole page that a visitor may have looked for by its title."""
        return self.type in {Type.LEVER, Type.PAGE} and not self.anchor and not self.heading

    @property
    def url(self):
        address = self.address() if callable(self.address) else self.address
        return f"{address}#{self.anchor}" if self.anchor else address


@lru_cache(5000)
def plain(markdown):
    """Return a text in Markdown as plain text, kept by the text itself."""
    return plain_text(markdown)


def read_parts():
    """Return every Part of the site, those that are not published too."""
    return [part for path in settings.SEARCHED_PARTS for part in import_string(path)()]
