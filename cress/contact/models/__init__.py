"""People to contact, the messages of visitors, and the mails about them."""

from cress.contact.models.limits import Allowance
from cress.contact.models.mails import Mail
from cress.contact.models.messages import LONGEST_ABOUT, LONGEST_TEXT, Entry, Message, Reading
from cress.contact.models.people import Person, Route, Subject

__all__ = [
    "LONGEST_ABOUT",
    "LONGEST_TEXT",
    "Allowance",
    "Entry",
    "Mail",
    "Message",
    "Person",
    "Reading",
    "Route",
    "Subject",
]
