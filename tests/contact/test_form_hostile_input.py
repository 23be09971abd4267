"""Requests that no browser sends, and texts that nobody means."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from cress.contact.models import Message
from tests.contact.form import (
    ADDRESS,
    CHOICES,
    REQUIRED,
    STALE,
    TEXT_FIELDS,
    UNREADABLE,
    URLENCODED,
    WRONG_EMAIL,
    Form,
    assert_nothing_stored,
    assert_refused,
    assert_stored,
    fields,
    send,
    summary,
)
from tests.factories import make_territory


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_nul_in_a_text_is_refused(visitor, name):
    value = str(fields()[name]) + "\0"

    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name)


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize(
    "value",
    ["\0", "1\0", "-1", "0", "autre chose", "9" * 10, "9" * 30, "9" * 5000, "1.5", "🚀", "1,2"]
    + ["[1]", "None", "\u202e1", "1; DROP TABLE contact_message", "\ufffd"],
    ids=lambda value: repr(value[:12]),
)
def test_a_choice_that_is_not_offered_is_refused(visitor, name, value):
    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name)


def test_the_country_is_no_territory_to_write_about(visitor):
    country = make_territory(kind="country", code="FR")

    response = send(visitor, fields(territory=country.pk))

    assert_refused(response, "territory")


def test_a_nul_in_the_field_for_robots_is_refused_without_an_error(visitor):
    response = send(visitor, fields(trap="\0"))

    assert response.status_code == 200
    assert_nothing_stored()


@pytest.mark.parametrize("name", ["name", "organisation", "about"])
def test_a_line_break_never_stays_in_a_line(visitor, name):
    message = assert_stored(send(visitor, fields(**{name: "Jeanne\r\nBcc: x@y.example\rTo: z"})))

    stored = getattr(message, name)
    assert stored == "Jeanne Bcc: x@y.example To: z"


@pytest.mark.parametrize(
    ("name", "error"),
    [("email", WRONG_EMAIL), ("telephone", "Un numéro de téléphone, comme 02 38 00 00 00.")],
)
@pytest.mark.parametrize("injected", ["\r\nBcc: a@b.fr", "\nBcc: a@b.fr", "\rCc:", "\n0"])
def test_a_line_break_in_an_address_or_a_number_is_refused(visitor, name, error, injected):
    response = send(visitor, fields(**{name: fields()[name] + injected}))

    assert_refused(response, name, error)


@pytest.mark.parametrize("name", ["profile", "subject", "territory"])
def test_a_line_break_in_a_choice_never_reaches_a_header(visitor, name):
    value = f"{fields()[name]}\r\nBcc: x@y.example"

    assert_refused(send(visitor, fields(**{name: value})), name)


@pytest.mark.parametrize("name", ["name", "organisation", "about", "text"])
def test_characters_that_reverse_or_hide_the_text_are_removed(visitor, name):
    unseen = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\x07\x1b\x9f"

    message = assert_stored(send(visitor, fields(**{name: f"{unseen}Je{unseen}anne{unseen}"})))

    assert getattr(message, name) == "Jeanne"
    assert message.state == Message.State.NEW


@pytest.mark.parametrize("name", ["name", "organisation", "about", "text"])
def test_emoji_and_rare_letters_are_kept(visitor, name):
    value = "Zoë Œuvray 👩‍🌾🇫🇷 𝒥 ÿ ẞ"

    message = assert_stored(send(visitor, fields(**{name: value})))

    assert getattr(message, name) == value


@pytest.mark.parametrize(
    "value", ["\u200b", "\ufeff \u2060", "\u202e\u202c", "\u00a0\u3000", "\x07"]
)
@pytest.mark.parametrize("name", ["name", "text"])
def test_signs_that_cannot_be_seen_are_no_text(visitor, name, value):
    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name, REQUIRED[name][1])


@pytest.mark.parametrize("name", ["name", "organisation", "about", "text"])
@pytest.mark.parametrize("value", [b"Val\xe9rie", b"\xff\xfe", b"\xf0\x9f", b"\xed\xa0\x80"])
def test_bytes_that_are_not_utf8_are_refused_and_the_other_fields_are_kept(visitor, name, value):
    response = send(visitor, fields(**{name: value}))

    assert_refused(response, name, UNREADABLE)
    assert Form(response).values["email"] == fields()["email"]


@pytest.mark.parametrize("name", ["telephone", *CHOICES])
def test_bytes_that_are_not_utf8_elsewhere_are_refused(visitor, name):
    response = send(visitor, fields(**{name: b"\xe9"}))

    assert_refused(response, name)


LONGEST_EMAIL = "a" * 64 + "@" + ".".join(["b" * 63] * 2 + ["c" * 53, "example"])
LENGTHS = {
    "name": ("a" * 100, "Au plus 100 caractères."),
    "email": (LONGEST_EMAIL, "254 caractères"),
    "telephone": ("0" * 30, "30 caractères"),
    "organisation": ("é" * 150, "Au plus 150 caractères."),
    "about": ("🚲" * 1_000, "Au plus 1 000 caractères."),
    "text": ("à\n" * 4_999 + "fi", "Au plus 10 000 caractères."),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_of_the_greatest_length_is_stored_whole(visitor, name):
    longest, _ = LENGTHS[name]

    message = assert_stored(send(visitor, fields(**{name: longest.replace("\n", "\r\n")})))

    assert getattr(message, name) == longest


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_over_the_greatest_length_is_refused_and_kept_on_the_page(visitor, name):
    longest, error = LENGTHS[name]
    too_long = f"{longest[:1]}{longest}"

    response = send(visitor, fields(**{name: too_long}))

    assert_refused(response, name, error)
    assert Form(response).values[name] == too_long


def test_an_empty_body_asks_for_everything_in_french(visitor):
    response = send(visitor, {})

    assert_refused(response, error=STALE)
    for _, error in REQUIRED.values():
        assert error in summary(response)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"name": "Jeanne", "text": "Bonjour"}'),
        ("text/plain", "name=Jeanne\r\ntext=Bonjour"),
        ("application/octet-stream", b"\x00\xff"),
        ("", "name=Jeanne"),
        ("n'importe quoi", "name=Jeanne"),
    ],
)
def test_a_body_that_is_not_a_form_shows_the_form_again(visitor, content_type, body):
    response = visitor.generic("POST", ADDRESS, body, content_type=content_type)

    assert_refused(response, error=STALE)


def test_a_form_sent_as_multipart_is_accepted(visitor):
    assert_stored(visitor.post(ADDRESS, fields()))


def test_a_file_in_the_form_is_ignored(visitor):
    attached = BytesIO(b"\x00\xff")
    attached.name = "virus.exe"

    assert_stored(visitor.post(ADDRESS, fields() | {"file": attached}))


def test_fields_that_the_form_does_not_have_change_nothing(visitor):
    message = assert_stored(
        send(visitor, fields() | {"state": "done", "reference": "ABCD", "person": "1"})
    )

    assert message.state == Message.State.NEW
    assert message.reference != "ABCD"


def assert_bad_request(response, status=400, sentence="Le site n’a pas pu lire cet envoi"):
    assertContains(response, sentence, status_code=status)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies
    assert_nothing_stored()


@pytest.mark.parametrize("name", [*TEXT_FIELDS, *CHOICES, "stamp", "trap", "unknown"])
def test_two_values_for_one_field_are_refused(visitor, name):
    twice = [*fields().items(), *[(name, "x")] * 2]

    assert_bad_request(send(visitor, twice))


@pytest.mark.parametrize("charset", ["latin-1", "iso-8859-1", "utf-16", "cp1252"])
def test_a_form_in_another_encoding_is_refused(visitor, charset):
    response = visitor.post(
        ADDRESS, urlencode(fields()), content_type=f"{URLENCODED}; charset={charset}"
    )

    assert_bad_request(response)


@pytest.mark.parametrize("announced", [1, 5, 10_000])
def test_a_body_that_was_cut_on_its_way_is_refused(visitor, announced):
    body = urlencode(fields()).encode()
    environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body) + announced)}

    response = visitor.generic("POST", ADDRESS, body, content_type=URLENCODED, **environ)

    assert_bad_request(response)


def test_a_multipart_body_that_was_cut_on_its_way_is_refused(visitor):
    boundary = "--x\r\nContent-Disposition: form-data; name="
    body = "".join(f'{boundary}"{name}"\r\n\r\n{value}\r\n' for name, value in fields().items())
    body = body.encode()
    environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body) + 7)}

    response = visitor.generic(
        "POST", ADDRESS, body, content_type="multipart/form-data; boundary=x", **environ
    )

    assert_bad_request(response)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_multipart_body_without_a_boundary_is_refused(visitor, content_type):
    response = visitor.generic("POST", ADDRESS, b"--x\r\n", content_type=content_type)

    assert_bad_request(response)


def test_a_form_of_too_many_fields_is_refused(visitor):
    many = fields() | {f"champ{n}": n for n in range(1500)}

    assert_bad_request(send(visitor, many), 413, "Cet envoi est trop volumineux")


@pytest.mark.parametrize("as_multipart", [False, True])
def test_a_text_of_four_megabytes_is_refused_in_french(visitor, as_multipart):
    huge = fields(text="a" * 4_000_000)

    response = visitor.post(ADDRESS, huge) if as_multipart else send(visitor, huge)

    assert_bad_request(response, 413, "Cet envoi est trop volumineux")


def test_a_text_too_long_for_a_message_stays_whole_in_the_form(visitor):
    text = "a" * 2_000_000

    response = send(visitor, fields(text=text))

    assert_refused(response, "text", "Au plus 10 000 caractères.")
    assert Form(response).values["text"] == text


def test_markup_that_was_typed_is_shown_as_text(visitor):
    markup = '"><script>alert(1)</script>'
    names = ["name", "email", "telephone", "organisation", "commune", "about", "text"]
    typed = dict.fromkeys(names, markup)

    response = send(visitor, fields(**typed, profile=markup, subject=markup, stamp=markup))

    assert_refused(response, "email")
    assertNotContains(response, "<script>")


@pytest.mark.parametrize(
    "sign",
    ["\u200e", "\u200f", "\u061c", "\u200d", "\u00ad", "\u2800", "\u3164", "\ufe0f"],
    ids=ascii,
)
def test_a_name_that_cannot_be_seen_is_no_name(visitor, sign):
    assert_refused(send(visitor, fields(name=sign)), "name", REQUIRED["name"][1])


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"], ids=ascii)
def test_line_breaks_of_all_systems_stay_line_breaks(visitor, line_break):
    message = assert_stored(send(visitor, fields(text=f"Bonjour{line_break}à vous")))

    assert message.text == "Bonjour\nà vous"
