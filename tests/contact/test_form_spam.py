"""Messages that look like spam, and messages that do not."""

import pytest
from pytest_django.asserts import assertContains

from cress.contact.models import Message
from tests.contact.form import (
    FOREIGN_LETTERS,
    LINE_BREAK,
    NOON,
    RUSSIAN,
    TOO_FAST,
    assert_stored,
    fields,
    recipients,
    send,
    stamp_at,
)
from tests.factories import make_person, make_staff

LINKS = "Voyez https://a.example, http://b.example"
SPAM = {
    "the field for robots": ({"trap": "x"}, "le champ caché aux personnes est rempli"),
    "three links": ({"text": f"{LINKS} et www.c.example"}, "3 liens dans le message"),
    "three links of each kind": (
        {"text": "https://www.a.example www.b.example/x\r\n(http://c.example:80) www.c.example"},
        "3 liens dans le message",
    ),
    "links in capitals": ({"text": "HTTP://a HTTPS://b WWW.c WWW.d"}, "4 liens dans le message"),
    "a link tag": ({"text": 'Un <a href="x">lien</a>'}, "du code dans le message"),
    "a script": ({"text": "Un < SCRIPT>alert(1)</script>"}, "du code dans le message"),
    "a forum's link": ({"text": "Un [url=x]lien[/url]"}, "du code dans le message"),
    "an address that runs": ({"text": "Un javascript:alert(1)"}, "du code dans le message"),
    "code as a name": ({"name": "<img src=x>"}, "du code dans le message"),
    "another alphabet": ({"text": RUSSIAN}, FOREIGN_LETTERS),
    "a break in the name": ({"name": "Jeanne\r\nBcc: a@b.example"}, LINE_BREAK),
    "a break in the organisation": ({"organisation": "Mairie\nBcc: a@b.example"}, LINE_BREAK),
    "a break in the origin": ({"about": "Levier\r\nSubject: Gagnez"}, LINE_BREAK),
}


@pytest.mark.parametrize(("changes", "reason"), SPAM.values(), ids=SPAM)
def test_suspected_spam_is_stored_apart_with_the_reason_and_sends_no_mail(visitor, changes, reason):
    make_person(account=make_staff())

    response = send(visitor, fields(**changes))

    message = assert_stored(response)
    assert message.state == Message.State.SUSPECT
    assert message.suspicions == reason
    assert message.person is None
    assert message.assigned_to is None
    assert recipients() == []


def test_every_reason_for_doubt_is_on_its_own_line(visitor, monkeypatch):
    stamp = stamp_at(monkeypatch, NOON)

    message = assert_stored(
        send(visitor, fields(stamp=stamp, trap="x", text=f"{LINKS} http://c <script>"))
    )

    assert message.suspicions.split("\n") == [
        "3 liens dans le message",
        "du code dans le message",
        "le champ caché aux personnes est rempli",
        TOO_FAST,
    ]


def test_the_sender_of_spam_gets_the_usual_thanks_page(visitor):
    response = visitor.get(send(visitor, fields(trap="x"))["Location"])

    assertContains(response, "Votre message est arrivé")


PLAIN_MESSAGES = {
    "two links": LINKS,
    "emoji and accents": "Où ça ? Là-bas, à l’Œuvre 🙂🙂🙂 – naïveté, 50 % ; « cœur »",
    "emoji alone": "👍🏽",
    "digits alone": "18 28 36",
    "a quotation in Arabic": "Le mot « تضامن » dit la solidarité ; comment le traduire au mieux ?",
    "signs of arithmetic": "Si a < b et b > c, alors ? <a@b.example>",
    "an address without its scheme": "cresscentre.org, ess-france.org, rtes.fr, avise.org",
    "a few lines": "Bonjour,\r\n\r\nMerci.\r\n",
}


SITES = "https://www.a.example/page"
PLAIN_MESSAGES |= {
    "two links with www": f"Voyez {SITES} et https://www.b.example/.",
    "one site three times": f"{SITES}, https://a.example/autre, www.a.example, HTTP://WWW.A.EXAMPLE",
    "a signature": "Jeanne Moreau\r\nwww.bourg.example – https://www.bourg.example",
    "a signature as a mail program writes it": "<https://www.bourg.example> [www.bourg.example]",
    "two links and the sender's own site": f"{LINKS}\r\n--\r\nwww.commune.example",
    "a site with a port and a dot": "http://a.example:8080/x. Puis http://a.example. http://a.example",
    "a link in another": "https://a.example/?url=https://a.example/b et www.b.example",
}


@pytest.mark.parametrize("text", PLAIN_MESSAGES.values(), ids=PLAIN_MESSAGES)
def test_a_plain_message_is_not_suspected(visitor, text):
    message = assert_stored(send(visitor, fields(text=text)))

    assert message.suspicions == ""
    assert message.state == Message.State.NEW


def test_a_message_without_a_letter_is_not_suspected(visitor):
    message = assert_stored(send(visitor, fields(name="18", text="28 36 🙂")))

    assert message.state == Message.State.NEW
