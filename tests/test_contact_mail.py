"""The mail of the site, sent to a real SMTP server, which works or fails."""

import errno
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from cress.contact import intake, letters, outbox
from cress.contact.models import Mail, Message
from tests.factories import (
    make_commune,
    make_entry,
    make_identity,
    make_mail,
    make_message,
    make_person,
    make_route,
    make_staff,
    make_subject,
    make_territory,
)
from tests.html import plain
from tests.postgresql import free_port
from tests.smtp import dumb_server, mail_server
from tests.waits import LIMIT

VISITOR = "elue@commune.example"
# A visitor may try to add headers so.
HOSTILE = "Jeanne\r\nBcc: victime@ailleurs.example\r\nX-Injected: 1"


@pytest.fixture
def by_smtp(settings):
    """Return a function that makes the site use the mail server of an address."""

    def use(url, timeout=LIMIT):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", urlsplit(url).port
        settings.EMAIL_TIMEOUT = timeout
        settings.DEFAULT_FROM_EMAIL = "site@cress.example"
        settings.SITE_URL = "https://ess.example"

    return use


@pytest.fixture
def mailbox(by_smtp):
    """A server that accepts the site's mail."""
    with mail_server() as mailbox:
        by_smtp(mailbox.url)
        yield mailbox


def receive(**fields):
    """Store a message with its two mails, as the contact form does."""
    person = make_person(name="Caroline", email="caroline@cress.example")
    route = make_route(territory=None, subject=make_subject(name="Une étude"), person=person)
    defaults = {"name": "Jeanne", "email": VISITOR, "profile": "elected", "text": "Bonjour !"}
    message = Message(subject=route.subject, **defaults | fields)
    return intake.receive(message, day="2026-11-25", client="192.0.2.1", suspicions=[])


def texts(letter):
    """Return the plain text and the HTML of a letter."""
    parts = [letter.get_body([kind]) for kind in ["plain", "html"]]
    return [part.get_content().replace("\r\n", "\n") for part in parts]


def send_all():
    return outbox.send(Mail.objects.waiting())


# The text of the letters


def test_the_person_in_charge_gets_the_message_from_us_and_answers_the_visitor(mailbox, db):
    message = receive(
        territory=make_territory(name="Le Berry"),
        commune=make_commune(name="Vierzon", department=make_territory(code="18")),
        telephone="02 48 00 00 00",
    )

    send_all()

    [letter] = mailbox.to("caroline@cress.example")
    assert letter["From"] == "site@cress.example"
    assert letter["Reply-To"] == VISITOR
    assert plain(letter["Subject"]) == f"Nouveau message {message.reference} : Une étude"
    for text in texts(letter):
        for words in ["Jeanne", "Élu ou élue", "02 48 00 00 00", "Le Berry", "Bonjour !", VISITOR]:
            assert words in text
        assert "Commune : Vierzon (18)" in plain(text)
        assert f"https://ess.example/admin/contact/message/{message.pk}/change/" in text


def test_a_receipt_that_nobody_would_read_the_reply_to_does_not_invite_to_reply(db):
    nobody = make_mail(message=make_message(person=None), kind=Mail.Kind.RECEIPT)

    letter = letters.write(nobody)
    assert letter.reply_to == []
    assert "répondez" not in letter.body
    assert "écrivez-nous de nouveau en rappelant cette référence" in letter.body
    assert "Personne en charge" not in letter.body

    make_identity(email="contact@cress.example")
    letter = letters.write(nobody)
    assert letter.reply_to == ["contact@cress.example"]
    assert "répondez simplement à ce courriel" in letter.body


def test_the_visitor_gets_a_receipt_with_the_reference_and_what_happens_next(mailbox, db):
    make_identity(full_name="La chambre", telephone="02 38 00 00 00")
    message = receive(text="Un secret pour vous")

    send_all()

    [letter] = mailbox.to(VISITOR)
    assert letter["From"] == "site@cress.example"
    assert letter["Reply-To"] == "caroline@cress.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    for text in texts(letter):
        for words in [message.reference, "Caroline", "La CRESS vous répondra", "La chambre"]:
            assert words in text
        # A visitor may give the address of another person, who must not receive their words.
        assert "secret" not in text
        assert "Jeanne" not in text


def test_no_word_of_a_visitor_is_in_a_header(mailbox, db):
    receive(name=HOSTILE, organisation=HOSTILE, about=HOSTILE, text=HOSTILE)

    send_all()

    assert len(mailbox.letters) == 2
    for recipients, letter in mailbox.letters:
        assert recipients in [(VISITOR,), ("caroline@cress.example",)]
        headers = " ".join(f"{name}: {value}" for name, value in letter.items())
        assert "Injected" not in headers
        assert "Bcc" not in headers
        assert "Jeanne" not in headers
        assert letter.get_body(["plain"]) is not None


def test_the_words_of_a_visitor_are_escaped_in_the_html_part(mailbox, db):
    receive(text="<script>alert(1)</script><b>gras</b>", name="<i>Jeanne</i>")

    send_all()

    [letter] = mailbox.to("caroline@cress.example")
    text, html = texts(letter)
    assert "<script>alert(1)</script>" in text
    assert "<script" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;" in html


def test_an_answer_goes_to_the_visitor_with_their_words_below(mailbox, db):
    message = make_message(email=VISITOR, text="Ma question\nsur deux lignes")
    author = make_staff(email="chloe@cress.example")
    entry = make_entry(message=message, kind="answer", text="Voici : l'étude.", author=author)
    make_mail(message=message, kind="answer", entry=entry, recipient=VISITOR)

    send_all()

    [letter] = mailbox.to(VISITOR)
    text, html = texts(letter)
    assert letter["Reply-To"] == "chloe@cress.example"
    assert "Auto-Submitted" not in letter
    assert message.reference in letter["Subject"]
    assert text.startswith("Voici\u202f: l’étude.")
    assert "> Ma question\n> sur deux lignes" in text
    assert "<blockquote" in html


@pytest.mark.parametrize(
    ("kind", "words"),
    [("assignment", "Ce message vous est attribué."), ("reminder", "attend une réponse depuis")],
)
def test_a_letter_to_the_staff_says_what_to_do(mailbox, db, kind, words):
    message = make_message(email=VISITOR)
    make_mail(message=message, kind=kind, recipient="chloe@cress.example")

    send_all()

    [letter] = mailbox.to("chloe@cress.example")
    assert letter["Reply-To"] == VISITOR
    for text in texts(letter):
        assert words in text
        assert message.text in text


def test_every_kind_of_mail_can_be_written(db):
    message = make_message()
    entry = make_entry(message=message, kind="answer")

    written = [
        letters.write(make_mail(message=message, kind=kind, entry=entry)) for kind in Mail.Kind
    ]

    assert len(written) == 5
    for email in written:
        assert email.subject
        assert "\n" not in email.subject
        assert "{" not in email.body + email.alternatives[0].content.partition("<body")[2]


def test_without_an_address_of_the_site_the_letters_have_no_link(mailbox, db, settings):
    settings.SITE_URL = ""
    receive()

    send_all()

    for text in texts(mailbox.to("caroline@cress.example")[0]):
        assert "/admin/" not in text


def test_an_address_with_an_accented_domain_is_written_to(mailbox, db):
    receive(email="elue@mairie-été.example")

    assert send_all() == (2, 0)

    domain = "mairie-été.example".encode("idna").decode()
    assert len(mailbox.to(f"elue@{domain}")) == 1
    [notification] = mailbox.to("caroline@cress.example")
    assert notification["Reply-To"] == f"elue@{domain}"


# When the server fails


def waiting():
    return list(Mail.objects.waiting().order_by("pk"))


def minutes_until_next_try(mail):
    mail.refresh_from_db()
    return round((mail.next_try_at - timezone.now()) / timedelta(minutes=1))


def test_a_server_that_is_down_loses_nothing_and_is_tried_once(by_smtp, db):
    port = free_port()
    by_smtp(f"smtp://127.0.0.1:{port}")
    receive()

    report = send_all()

    assert report == (0, 1)
    tried, untried = waiting()
    assert (tried.attempts, untried.attempts) == (1, 0)
    assert tried.last_error == "Le serveur de courrier est injoignable."
    with mail_server(port) as mailbox:
        assert send_all() == (2, 0)
        assert len(mailbox.letters) == 2
        assert send_all() == (0, 0)
    assert not waiting()


@pytest.mark.parametrize(
    ("greeting", "error"),
    [
        (b"", "Le serveur de courrier ne répond pas."),
        (b"554 No mail today\r\n", "Le serveur de courrier refuse l’envoi (code 554)."),
    ],
    ids=["hangs", "refuses to talk"],
)
def test_a_server_that_hangs_or_refuses_to_talk_loses_nothing(by_smtp, db, greeting, error):
    port = free_port()
    by_smtp(f"smtp://127.0.0.1:{port}", timeout=LIMIT if greeting else 0.5)
    receive()

    with dumb_server(port, greeting) as connected:
        assert send_all() == (0, 1)
        assert connected.is_set()
        assert waiting()[0].last_error == error

    with mail_server(port) as mailbox:
        assert send_all() == (2, 0)
        assert len(mailbox.letters) == 2


@pytest.mark.parametrize("answer", ["451 Try again later", "550 Go away"])
def test_a_mail_that_is_refused_does_not_delay_the_others(mailbox, db, caplog, answer):
    receive()
    mailbox.refuses[VISITOR] = answer

    assert send_all() == (1, 1)

    assert len(mailbox.to("caroline@cress.example")) == 1
    [refused] = waiting()
    assert refused.recipient == VISITOR
    code, words = answer.split(maxsplit=1)
    assert refused.last_error == f"Le serveur de courrier refuse cette adresse (code {code})."
    assert words in caplog.text
    assert VISITOR not in caplog.text
    mailbox.refuses.clear()
    assert send_all() == (1, 0)
    assert len(mailbox.to(VISITOR)) == 1


def test_the_intervals_between_tries_grow_and_are_bounded(mailbox, db):
    mail = make_mail(recipient=VISITOR)
    mailbox.refuses["*"] = "451 Try again later"

    intervals = []
    for _ in range(10):
        send_all()
        intervals.append(minutes_until_next_try(mail))

    assert intervals == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]


def test_a_server_that_was_down_is_tried_again_within_five_minutes(by_smtp, db):
    by_smtp(f"smtp://127.0.0.1:{free_port()}")
    mail = make_mail(attempts=500)

    send_all()

    assert minutes_until_next_try(mail) == 5


def test_a_mail_that_is_refused_for_days_is_given_up_and_kept(mailbox, db):
    mail = make_mail(recipient=VISITOR, attempts=outbox.MOST_ATTEMPTS - 1)
    mailbox.refuses["*"] = "550 Unknown here"

    send_all()

    assert list(Mail.objects.given_up()) == [mail]
    assert send_all() == (0, 0)
    mailbox.refuses.clear()
    outbox.send_again(Mail.objects.filter(pk=mail.pk))
    assert send_all() == (1, 0)


def test_a_mail_waits_for_the_time_of_its_next_try(mailbox, db):
    make_mail(next_try_at=timezone.now() + timedelta(minutes=1))

    assert not outbox.has_due()
    assert list(outbox.send_due()) == []

    assert outbox.send(Mail.objects.waiting()) == (1, 0)


def test_a_mail_that_cannot_be_written_does_not_delay_the_others(mailbox, db, monkeypatch, caplog):
    make_mail(kind="answer")  # without the answer
    make_mail(recipient=VISITOR)

    assert send_all() == (1, 1)

    assert waiting()[0].last_error == "Le courriel n’a pas pu être composé."
    assert "cannot be written" in caplog.text


def test_a_mail_that_another_process_sends_is_left_to_it(mailbox, db):
    mail = make_mail()
    Mail.objects.take(mail.pk, timedelta(minutes=1))

    assert not outbox.has_due()
    assert send_all() == (0, 0)

    assert mailbox.letters == []


def test_a_mail_whose_sender_died_is_sent_by_the_next(mailbox, db):
    mail = make_mail()
    Mail.objects.take(mail.pk, timedelta(minutes=-1))

    assert send_all() == (1, 0)


def test_a_mail_that_is_sent_twice_has_the_same_message_id(db):
    mail = make_mail()

    first, second = (letters.write(mail).message()["Message-ID"] for _ in range(2))

    assert first == second
    assert first != letters.write(make_mail()).message()["Message-ID"]


def test_a_message_is_not_stored_without_its_mails(db, monkeypatch):
    def failing(*arguments, **options):
        raise RuntimeError

    monkeypatch.setattr("cress.contact.intake.Mail.objects.bulk_create", failing)

    with pytest.raises(RuntimeError):
        receive()

    assert not Message.objects.exists()


def test_the_command_says_what_it_sent(mailbox, db, capsys):
    receive()
    mailbox.refuses[VISITOR] = "451 Try again later"

    call_command("send_pending")

    assert plain(capsys.readouterr().out) == "Partis : 1. Échecs : 1. En attente : 1."


def test_a_full_disk_delays_the_mail_that_is_written_to_a_folder(db, monkeypatch):
    make_mail()

    def fail(email):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(letters.EmailMultiAlternatives, "send", fail)

    assert send_all() == (0, 1)

    assert waiting()[0].last_error == "Le disque du site est plein."
