"""
How mail goes out, apart from the page that caused it.

A mail goes out at least once: it is noted as sent as soon as the server has taken it. Any
number of processes may send at the same time, each mail being taken by one of them.
"""

import logging
import smtplib
import time
from datetime import timedelta
from typing import NamedTuple

from django.db import DatabaseError, close_old_connections, connections, transaction
from django.utils import timezone

from cress.contact import letters, limits
from cress.contact.models import Mail, Message

logger = logging.getLogger(__name__)

# Longer than any conversation with a server: after it, whoever took the mail is dead.
LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)  # doubled after each try
LONGEST_WAIT_FOR_SERVER = timedelta(minutes=5)
LONGEST_WAIT_FOR_MAIL = timedelta(hours=4)
MOST_ATTEMPTS = 20  # at a mail that the server refuses: some two days

POLL_EVERY = 2  # seconds
CHORES_EVERY = 60  # seconds

# The server speaks with us, and will not have this one mail.
_REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)


class Report(NamedTuple):
    sent: int
    failed: int


def send(mails):
    """
    Try these mails, oldest first, and return how many went out and how many failed.

    When the server itself fails, the rest waits for the next time: there is no use in
    knocking once for each.
    """
    sent = failed = 0
    for pk in list(mails.order_by("created_at", "pk").values_list("pk", flat=True)):
        mail = Mail.objects.take(pk, LEASE)
        if mail is None:
            continue
        try:
            letters.write(mail).send()
        except _REFUSALS as error:
            _postpone(mail, error, LONGEST_WAIT_FOR_MAIL, may_give_up=True)
            failed += 1
        except OSError as error:  # smtplib's other errors among them
            _postpone(mail, error, LONGEST_WAIT_FOR_SERVER)
            failed += 1
            break
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("Mail %s cannot be written", mail.pk)
            _postpone(mail, error, LONGEST_WAIT_FOR_MAIL, may_give_up=True)
            failed += 1
        else:
            _note_sent(mail)
            sent += 1
    return Report(sent, failed)


def _postpone(mail, error, longest_wait, may_give_up=False):
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), longest_wait)
    gives_up = may_give_up and mail.attempts >= MOST_ATTEMPTS
    Mail.objects.filter(pk=mail.pk).update(
        next_try_at=None if gives_up else timezone.now() + wait,
        taken_until=None,
        last_error=_in_french(error),
    )
    logger.warning("Mail %s has not gone out: %s", mail.pk, _answer_of(error) or repr(error))


def _in_french(error):
    """Say to the staff why a mail has not gone out; the log keeps the server's own words."""
    code = next(iter(_answer_of(error).split()), "")
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"Le serveur de courrier refuse cette adresse (code {code})."
        case smtplib.SMTPAuthenticationError():
            return f"Le serveur de courrier refuse notre mot de passe (code {code})."
        case smtplib.SMTPResponseException():
            return f"Le serveur de courrier refuse l’envoi (code {code})."
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return "Le serveur de courrier ne répond pas."
        case OSError():
            return "Le serveur de courrier est injoignable."
        case _:
            return "Le courriel n’a pas pu être composé."


def _answer_of(error):
    """Return the code and the words of the server, without the address they are about."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        error = smtplib.SMTPResponseException(*next(iter(error.recipients.values())))
    if not isinstance(error, smtplib.SMTPResponseException):
        return ""
    words = error.smtp_error
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{error.smtp_code} {words}"


def _note_sent(mail):
    """Note it even if the database restarts just now: else the mail would go out again."""
    for seconds in [0.5, 1, 2, 4, 8, 16, None]:
        try:
            Mail.objects.filter(pk=mail.pk).update(
                sent_at=timezone.now(), next_try_at=None, taken_until=None, last_error=""
            )
        except DatabaseError:
            if seconds is None or connections["default"].in_atomic_block:
                raise
            close_old_connections()
            time.sleep(seconds)
        else:
            return


def send_again(mails):
    """
    Let the sending loop try at once, and as often as it takes, what waits or was given up.

    Not what has no recipient any more: its person asked to be forgotten.
    """
    return (
        mails.filter(sent_at=None)
        .exclude(recipient="")
        .update(next_try_at=timezone.now(), attempts=0)
    )


def remind():
    """Write a reminder, once, for every message that has waited too long."""
    late = Message.objects.overdue().filter(reminded_at=None)
    for message in late.select_related("assigned_to", "person"):
        with transaction.atomic():
            untold = Message.objects.filter(pk=message.pk, reminded_at=None)
            if untold.update(reminded_at=timezone.now()) and (email := recipient(message)):
                Mail.objects.create(message=message, kind=Mail.Kind.REMINDER, recipient=email)


def recipient(message):
    """Return the address of who is in charge of a message, or nothing."""
    return (message.assigned_to and message.assigned_to.email) or (
        message.person and message.person.email
    )


def run(must_stop):
    """Send what is due, again and again, until `must_stop(seconds)`, a wait, returns true."""
    next_chores = 0
    while not must_stop(POLL_EVERY):
        close_old_connections()
        try:
            if time.monotonic() >= next_chores:
                remind()
                limits.forget_full()
                next_chores = time.monotonic() + CHORES_EVERY
            send(Mail.objects.due())
        except DatabaseError as error:
            logger.warning("The database does not answer: %s", error)
        except Exception:
            logger.exception("The sending loop goes on after an error")
