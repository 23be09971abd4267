"""Electronic addresses and telephone numbers, as visitors type and paste them."""

import pytest

from cress.contact.addresses import COMMON_DOMAINS
from tests.contact.form import (
    WRONG_EMAIL,
    Form,
    assert_refused,
    assert_stored,
    beside,
    fields,
    recipients,
    send,
    summary,
)
from tests.factories import make_commune
from tests.html import plain

WRONG_EMAILS = [
    "jeanne",
    "jeanne@",
    "@commune.example",
    "jeanne@commune",
    "jeanne@@commune.example",
    "jeanne moreau@commune.example",
    "jeanne@commune .example",
    "jeanne@commune..example",
    ".jeanne@commune.example",
    "jeanne.@commune.example",
    "jeanne@-commune.example",
    "jeanne@commune.example.",
    "jeanne@commune.example,jean@commune.example",
    "jeanne@commune.example;jean@commune.example",
    "Jeanne <jeanne@commune.example>",
    "mailto:jeanne@commune.example",
    "jeanne@commune,example",
    "jeanne@commune_example.example",
    "jeanne@1",
    "jeanne@[1.2.3]",
    "jeanne@" + "a" * 64 + ".example",
    "a" * 400 + "@commune.example",
]


@pytest.mark.parametrize("email", WRONG_EMAILS, ids=lambda email: ascii(email[:40]))
def test_an_electronic_address_that_cannot_be_right_is_refused(visitor, email):
    response = send(visitor, fields(email=email))

    assert_refused(response, "email", WRONG_EMAIL)
    assert Form(response).values["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        "jeanne@mairie-orléans.example",
        "jeanne@xn--mairie-orlans-mhb.example",
        "jeanne+cress@commune.example",
        "o'neil@commune.example",
        "J.Moreau@Sous-Domaine.Commune.Example",
    ],
)
def test_an_electronic_address_that_is_rare_but_right_is_accepted(visitor, email):
    message = assert_stored(send(visitor, fields(email=f"  {email} ")))

    assert message.email == email
    assert recipients() == [("receipt", email)]


UNREACHABLE = [
    "j@a\u2028b.fr",
    "j@" + "é" * 63 + ".fr",
    b"j@orl\xe9ans.fr",
    "j@localhost",
    "j@[127.0.0.1]",
]


@pytest.mark.parametrize("email", UNREACHABLE, ids=ascii)
def test_an_address_that_no_mail_can_reach_is_refused(visitor, email):
    assert_refused(send(visitor, fields(email=email)), "email")


@pytest.mark.parametrize(
    "email", ["j@exem\u202eple.fr", "j@exemple.fr\u200b", "\ufeffj@exemple.fr"], ids=ascii
)
def test_an_address_is_stored_without_the_signs_that_cannot_be_seen(visitor, email):
    assert assert_stored(send(visitor, fields(email=email))).email == "j@exemple.fr"


PASTED_NUMBERS = {
    "no-break spaces": "02\u00a038\u00a000\u00a000\u00a001",
    "narrow spaces": "02\u202f38\u202f00\u202f00\u202f01",
    "thin and figure spaces": "02\u200938\u200700\u200200\u300001",
    "marks of direction": "\u202a02 38 00 00 01\u202c",
    "spaces of no width": "02\u200b 38 00\u2060 00 01\ufeff",
    "a soft hyphen": "02 38\u00ad 00 00 01",
    "tabs": "02\t38\t00\t00\t01",
    "many spaces": "  02   38 00 00  01 ",
    "wide digits": "\uff10\uff12 38 00 00 01",
}
HYPHENS = ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\ufe63", "\uff0d", "\u2043"]


@pytest.mark.parametrize("typed", PASTED_NUMBERS.values(), ids=PASTED_NUMBERS)
def test_a_pasted_telephone_number_is_stored_with_plain_spaces(visitor, typed):
    assert assert_stored(send(visitor, fields(telephone=typed))).telephone == "02 38 00 00 01"


@pytest.mark.parametrize("hyphen", HYPHENS, ids=ascii)
def test_a_pasted_telephone_number_is_stored_with_plain_hyphens(visitor, hyphen):
    typed = hyphen.join(["02", "38", "00", "00", "01"])

    assert assert_stored(send(visitor, fields(telephone=typed))).telephone == "02-38-00-00-01"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("02·38·00·00·01", "02.38.00.00.01"),
        ("＋33\u00a0(0)2\u202f38 00 00 01", "+33 (0)2 38 00 00 01"),
        ("(02) 38 00 00 01", "(02) 38 00 00 01"),
        ("02/38/00/00/01", "02/38/00/00/01"),
    ],
)
def test_other_ways_to_write_a_telephone_number_are_accepted(visitor, typed, stored):
    assert assert_stored(send(visitor, fields(telephone=typed))).telephone == stored


@pytest.mark.parametrize(
    "typed", ["demain", "02", "02 38 OO OO O1", "\u202a+\u202c", "02\u202838000001"]
)
def test_a_text_that_is_not_a_telephone_number_is_refused_and_kept_on_the_page(visitor, typed):
    response = send(visitor, fields(telephone=typed))

    assert_refused(response, "telephone", "Un numéro de téléphone, comme 02 38 00 00 00.")
    assert Form(response).values["telephone"] == typed


@pytest.mark.parametrize(
    ("typed", "signs", "example"),
    [
        ("jéanne@commune.example", ["é"], "jeanne@commune.example"),
        ("je\u0301anne@commune.example", ["\u0301"], "jeanne@commune.example"),
        ("hélène.leçon@commune.example", ["é", "è", "ç"], "helene.lecon@commune.example"),
        ("sœur.Zoë@orléans.example", ["œ", "ë"], "soeur.Zoe@orléans.example"),
        ("o’neil@commune.example", ["’"], "o'neil@commune.example"),
        ("жанна@commune.example", ["ж", "а", "н"], ""),
    ],
    ids=ascii,
)
def test_an_accent_before_the_at_sign_is_refused_with_the_reason_and_a_way_out(
    visitor, typed, signs, example
):
    response = send(visitor, fields(email=typed))

    assert_refused(response, "email", "Avant le @, les serveurs de courrier n’acceptent que")
    error = beside(response, "email")
    for sign in signs:
        assert plain(f"« {sign} »") in error
    assert (plain(f"Essayez sans accent : {example}.") in error) == bool(example)
    assert "donnez-en une autre" in error
    assert "incomplète" not in error
    assert Form(response).values["email"] == typed
    if example:
        assert assert_stored(send(visitor, fields(email=example))).email == example


@pytest.mark.parametrize("email", ["Hélène Roy <helene@commune.example>", "hélène", "é@", "é@x"])
def test_an_address_that_is_wrong_otherwise_is_not_blamed_on_its_accent(visitor, email):
    response = send(visitor, fields(email=email))

    assert_refused(response, "email", WRONG_EMAIL)
    assert "accent" not in beside(response, "email")


MISTYPED = {
    "gmial.com": "gmail.com",
    "gmal.com": "gmail.com",
    "gmail.con": "gmail.com",
    "gmail.fr": "gmail.com",
    "GMAIL.CO": "gmail.com",
    "gnail.com": "gmail.com",
    "orange.f": "orange.fr",
    "orange.rf": "orange.fr",
    "oragne.fr": "orange.fr",
    "ornge.fr": "orange.fr",
    "wanado.fr": "wanadoo.fr",
    "wannadoo.fr": "wanadoo.fr",
    "laposte.ne": "laposte.net",
    "la-poste.net": "laposte.net",
    "fre.fr": "free.fr",
    "sfr.f": "sfr.fr",
    "hotmial.fr": "hotmail.fr",
    "hotmail.cm": "hotmail.com",
    "outlok.fr": "outlook.fr",
    "outllok.com": "outlook.com",
    "yaho.fr": "yahoo.fr",
    "iclod.com": "icloud.com",
}


@pytest.mark.parametrize(("domain", "likely"), MISTYPED.items())
def test_an_address_that_looks_mistyped_is_asked_about_once_and_blocks_no_message(
    visitor, domain, likely
):
    typed = fields(email=f"jeanne.moreau@{domain}")

    asked = send(visitor, typed)

    question = f"Vouliez-vous dire jeanne.moreau@{likely} ?"
    assert_refused(asked, "email", question)
    kept = {name: str(value) for name, value in typed.items()}
    assert Form(asked).values == kept | {"asked_email": typed["email"]}
    message = assert_stored(send(visitor, Form(asked).values))
    assert message.email == typed["email"]
    assert ("receipt", typed["email"]) in recipients()


def test_an_address_that_is_corrected_after_the_question_is_stored_at_once(visitor):
    asked = send(visitor, fields(email="jeanne@gmial.com"))

    message = assert_stored(send(visitor, Form(asked).values | {"email": "jeanne@gmail.com"}))

    assert message.email == "jeanne@gmail.com"


def test_another_mistyped_address_is_asked_about_again(visitor):
    asked = send(visitor, fields(email="jeanne@gmial.com"))

    again = send(visitor, Form(asked).values | {"email": "jeanne@gmai.com"})

    assert_refused(again, "email", "Vouliez-vous dire jeanne@gmail.com ?")


def test_a_mistyped_address_and_a_doubtful_commune_are_asked_about_together(visitor):
    make_commune(name="Romorantin")
    asked = send(visitor, fields(email="jeanne@gmial.com", commune="Romorentin"))

    message = assert_stored(send(visitor, Form(asked).values))

    assert summary(asked).count(" : ") == 2
    assert (message.email, message.typed_commune) == ("jeanne@gmial.com", "Romorentin")


@pytest.mark.parametrize(
    "domain",
    [*COMMON_DOMAINS, "mail.com", "email.com", "orange.com", "cresscentre.org", "ville-bourges.fr"]
    + ["mairie-orange.fr", "fred.org", "cher.fr", "laposte.fr", "sfd.fr", "yahoo.co.uk", "live.be"],
)
def test_a_right_address_is_never_asked_about(visitor, domain):
    assert assert_stored(send(visitor, fields(email=f"jeanne@{domain}"))).email.endswith(domain)


@pytest.mark.parametrize("email", ["a b@orange.f", "@orange.f", "a..b@gmail.c", "jeanne@mairie.f"])
def test_an_impossible_address_is_refused_whatever_its_domain_looks_like(visitor, email):
    values = fields(email=email, asked_email=email)

    assert_refused(send(visitor, values), "email", WRONG_EMAIL)
