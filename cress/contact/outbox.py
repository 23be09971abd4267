"""
The sending of mail, apart from the page that caused it.

A mail goes out at least once: it is recorded as sent as soon as the server has accepted it. Any
number of processes may send at the same time; each mail is taken by one of them.
"""

import errno
import logging
import smtplib
import time
from datetime import timedelta
from typing import NamedTuple

from django.db import Error, close_old_connections, connections, transaction
from django.utils import timezone

from cress.contact import letters
from cress.contact.models import Mail, Message

logger = logging.getLogger(__name__)

# Longer than any conversation with a server: after it, the process that took the mail is dead.
LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)  # doubled after each try
LONGEST_WAIT_FOR_SERVER = timedelta(minutes=5)
LONGEST_WAIT_FOR_MAIL = timedelta(hours=4)
MOST_ATTEMPTS = 20  # for a mail that the server refuses: some two days

# The server answers, and refuses this one mail.
_REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Report(NamedTuple):
    sent: int
    failed: int


def send(mails):
    """Try these mails; return how many went out and how many failed."""
    results = list(send_each(mails))
    return Report(results.count(True), results.count(False))


def has_due():
    """Whether a mail may be tried now."""
    return Mail.objects.due().exclude(taken_until__gte=timezone.now()).exists()


def send_due():
    return send_each(Mail.objects.due())


def send_each(mails):
    """
    Try these mails, oldest first; yield whether each went out.

    When the server itself fails, the other mails wait for the next call.
    """
    for pk in list(mails.order_by("created_at", "pk").values_list("pk", flat=True)):
        mail = Mail.objects.take(pk, LEASE)
        if mail is None:
            continue
        try:
            letters.write(mail).send()
        except _REFUSALS as error:
            _postpone(mail, error, LONGEST_WAIT_FOR_MAIL, may_give_up=True)
            yield False
        except OSError as error:  # smtplib's other errors among them
            _postpone(mail, error, LONGEST_WAIT_FOR_SERVER)
            yield False
            return
        except Error:
            raise
        except Exception as error:
            logger.exception("Mail %s cannot be written", mail.pk)
            _postpone(mail, error, LONGEST_WAIT_FOR_MAIL, may_give_up=True)
            yield False
        else:
            _record_sent(mail)
            yield True


def _postpone(mail, error, longest_wait, may_give_up=False):
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), longest_wait)
    gives_up = may_give_up and mail.attempts >= MOST_ATTEMPTS
    Mail.objects.filter(pk=mail.pk).update(
        next_try_at=None if gives_up else timezone.now() + wait,
        taken_until=None,
        last_error=_in_french(error),
    )
    logger.warning("Mail %s was not sent: %s", mail.pk, _answer_of(error) or repr(error))


def _in_french(error):
    """Return for the staff why a mail was not sent; the log holds the server's own words."""
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
        case OSError() if error.errno in _FULL_DISK:
            return "Le disque du site est plein."
        case OSError():
            return "Le serveur de courrier est injoignable."
        case _:
            return "Le courriel n’a pas pu être composé."


def _answer_of(error):
    """Return the code and the words of the server, without the address that it refused."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        error = smtplib.SMTPResponseException(*next(iter(error.recipients.values())))
    if not isinstance(error, smtplib.SMTPResponseException):
        return ""
    words = error.smtp_error
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{error.smtp_code} {words}"


def _record_sent(mail):
    """Record it even if the database restarts at this moment: else the mail would go out again."""
    for seconds in [0.5, 1, 2, 4, 8, 16, None]:
        try:
            Mail.objects.filter(pk=mail.pk).update(
                sent_at=timezone.now(), next_try_at=None, taken_until=None, last_error=""
            )
        except Error:
            if seconds is None or connections["default"].in_atomic_block:
                raise
            close_old_connections()
            time.sleep(seconds)
        else:
            return


def send_again(mails):
    """
    Make these mails due now, with all their attempts again, those given up included.

    A mail without a recipient is left out: its person asked to be forgotten.
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
            not_reminded = Message.objects.filter(pk=message.pk, reminded_at=None)
            if not_reminded.update(reminded_at=timezone.now()) and (email := recipient(message)):
                Mail.objects.create(message=message, kind=Mail.Kind.REMINDER, recipient=email)


def recipient(message):
    """Return the address of the person in charge of a message, or nothing."""
    return (message.assigned_to and message.assigned_to.email) or (
        message.person and message.person.email
    )
