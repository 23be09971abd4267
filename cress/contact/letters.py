"""The text of each mail of the outbox, as plain text and as HTML."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from cress.base.text.typography import french
from cress.base.web.addresses import absolute
from cress.chamber.models import SiteIdentity
from cress.contact.models import Mail

_SEVERAL_LINE_BREAKS = re.compile(r"\n{3,}")


@dataclass
class Letter:
    """
    The parts of a mail, before the templates lay it out.

    The subject holds no word of a visitor: in a header, a line break could forge another header.
    What the visitor wrote is in `quotation`.
    """

    subject: str
    reply_to: list[str]
    quotation: str = ""
    link: str = ""  # to the desk, in letters to the staff


def _receipt(mail):
    """Leave out the visitor's words: with a wrong address, they would be spam to a third person."""
    message = mail.message
    return Letter(
        subject=f"Votre message à la CRESS, référence {message.reference}",
        reply_to=_chamber_address(message),
    )


def _answer(mail):
    message, author = mail.message, mail.entry.author
    return Letter(
        subject=f"Réponse de la CRESS à votre message {message.reference}",
        reply_to=[author.email] if author and author.email else _chamber_address(message),
        quotation=message.text,
    )


def _to_the_staff(mail):
    """A reply to it goes to the visitor."""
    message = mail.message
    return Letter(
        subject=_TO_THE_STAFF[mail.kind].format(message=message),
        reply_to=[message.email],
        quotation=message.text,
        link=desk_link(message),
    )


_TO_THE_STAFF = {
    Mail.Kind.NOTIFICATION: "Nouveau message {message.reference} : {message.title}",
    Mail.Kind.ASSIGNMENT: "Le message {message.reference} vous est attribué : {message.title}",
    Mail.Kind.REMINDER: "Le message {message.reference} attend une réponse : {message.title}",
}
_WRITERS = {
    Mail.Kind.RECEIPT: _receipt,
    Mail.Kind.ANSWER: _answer,
    **dict.fromkeys(_TO_THE_STAFF, _to_the_staff),
}


def write(mail):
    """
    Return the EmailMultiAlternatives of a mail, the same at each try.

    The Message-ID is the same too. A mail is sent twice if we stop after the server has accepted it
    and before we record it: the Message-ID then identifies the second copy.
    """
    letter = _WRITERS[mail.kind](mail)
    context = {
        "mail": mail,
        "message": mail.message,
        "entry": mail.entry,
        "letter": letter,
        "site": SiteIdentity.objects.current(),
        "answered_within": mail.message.ANSWERED_WITHIN,
    }
    text = render_to_string(f"contact/mail/{mail.kind}.txt", context)
    context["body"] = french(_SEVERAL_LINE_BREAKS.sub("\n\n", text.strip()))
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    email = EmailMultiAlternatives(
        subject=" ".join(french(letter.subject).split()),
        body=render_to_string("contact/mail/letter.txt", context),
        to=[mail.recipient],
        reply_to=letter.reply_to,
        headers={"Message-ID": f"<{mail.kind}.{mail.pk}.{mail.message.reference}@{domain}>"},
    )
    if mail.kind != Mail.Kind.ANSWER:
        email.extra_headers["Auto-Submitted"] = "auto-generated"  # prevents absence replies
    email.attach_alternative(render_to_string("contact/mail/letter.html", context), "text/html")
    return email


def desk_link(message):
    """Return the address of the message in the admin, or nothing if SITE_URL is not set."""
    return absolute(message.get_absolute_url()) if settings.SITE_URL else ""


def _chamber_address(message):
    """Return the address for a visitor's reply: the person in charge, or the chamber."""
    email = message.person.email if message.person else SiteIdentity.objects.current().email
    return [email] if email else []
