"""Missing fields, and the commune."""

import re

import pytest

from cress.contact.models import Message
from cress.contact.stamps import new_stamp, renewed_stamp
from tests.contact.form import (
    ADDRESS,
    REQUIRED,
    UNREADABLE,
    Form,
    assert_nothing_stored,
    assert_refused,
    assert_stored,
    beside,
    fields,
    send,
    summary,
)
from tests.factories import (
    make_commune,
    make_intercommunality,
    make_message,
    make_region,
    make_route,
    make_territory,
)
from tests.html import Document, plain

# Missing fields


@pytest.mark.parametrize("value", ["", "   ", None], ids=["empty", "spaces", "absent"])
@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_field_is_reported_in_the_summary_and_beside_the_field(visitor, name, value):
    label, error = REQUIRED[name]
    if value == "   " and name in {"profile", "subject"}:
        value = ""

    response = send(visitor, fields(**{name: value}))

    assert response.status_code == 200
    assert f"{label} : {error}" in summary(response)
    assert summary(response).count(" : ") == 1
    assert beside(response, name) == f"Erreur : {error}"
    control = Form(response).controls[name]
    assert control["aria-invalid"] == "true"
    assert f"id_{name}_error" in control["aria-describedby"].split()
    assert_nothing_stored()


def test_only_the_wrong_fields_are_marked_as_wrong(visitor):
    controls = Form(send(visitor, fields(name="", text=""))).controls

    assert [name for name, a in controls.items() if "aria-invalid" in a] == ["name", "text"]
    assert controls["name"]["aria-describedby"] == "id_name_error"
    assert controls["email"]["aria-describedby"] == "id_email_helptext"


def test_a_field_with_a_hint_and_an_error_is_described_by_both(visitor):
    response = send(visitor, fields(email="jeanne"))

    described = Form(response).controls["email"]["aria-describedby"].split()
    assert described == ["id_email_helptext", "id_email_error"]
    assert set(described) <= set(Document(response.text).attributes("id"))


def test_the_summary_takes_the_focus_and_leads_to_each_field(visitor):
    response = send(visitor, {"stamp": renewed_stamp()})

    document = Document(response.text)
    [box] = [a for _, a in document.tags if a.get("id") == "erreurs"]
    assert box["tabindex"] == "-1"
    assert "autofocus" in box
    assert box["aria-labelledby"] in document.attributes("id")
    links = re.search(r'<div class="error-summary".*?</div>', response.text, re.DOTALL)[0]
    targets = [href.removeprefix("#") for href in Document(links).attributes("href")]
    assert sorted(targets) == sorted(f"id_{name}" for name in REQUIRED)
    assert set(targets) <= set(document.attributes("id"))
    assert plain(document.title).startswith("Erreur : Contact")


def test_the_page_without_an_error_has_no_summary(visitor):
    document = Document(visitor.get(ADDRESS).text)

    assert "erreurs" not in document.attributes("id")
    assert "autofocus" not in [name for _, a in document.tags for name in a]
    assert document.title.startswith("Contact")


def test_typed_values_are_kept_when_a_field_is_missing(visitor):
    typed = fields(
        territory=make_territory().pk,
        commune=make_commune().label,
        name="",
        about="Levier",
        text='Une ligne\n\n"Une autre" <b>&amp; la fin',
    )

    response = send(visitor, typed)

    assert Form(response).values == {name: str(value) for name, value in typed.items()}


def test_a_page_with_an_error_keeps_its_stamp(visitor):
    stamp = new_stamp(age=3600)

    response = send(visitor, fields(stamp=stamp, name=""))

    assert Form(response).values["stamp"] == stamp


def test_a_corrected_form_can_be_sent_at_once(visitor):
    page = send(visitor, fields(email="jeanne"))

    response = send(visitor, Form(page).values | {"email": "jeanne@commune.example"})

    assert assert_stored(response).state == Message.State.NEW


# The commune


@pytest.mark.parametrize(
    "typed", ["saint-doulchard", "St Doulchard", "18230", "INSEE 18205", "SAINT DOULCHARD 18"]
)
def test_a_commune_that_is_certain_is_stored_with_its_department(visitor, typed):
    cher = make_territory(code="18")
    commune = make_commune(
        name="Saint-Doulchard", insee_code="18205", postcodes="18230", department=cher
    )

    message = assert_stored(send(visitor, fields(commune=typed)))

    assert (message.commune, message.territory) == (commune, cher)


def test_a_territory_that_was_chosen_stays(visitor):
    commune, region = make_commune(), make_region()

    message = assert_stored(send(visitor, fields(commune=commune.label, territory=region.pk)))

    assert (message.commune, message.territory) == (commune, region)


def test_the_message_goes_to_the_person_of_the_communes_department(visitor):
    commune = make_commune()
    route = make_route(territory=commune.department)

    message = assert_stored(send(visitor, fields(commune=commune.label)))

    assert message.person == route.person


def test_an_ambiguous_commune_shows_its_namesakes_and_keeps_the_form(visitor):
    one = make_commune(name="Vineuil")
    other = make_commune(name="Vineuil")
    typed = fields(commune="vineuil")

    response = send(visitor, typed)

    assert_refused(response, "commune")
    error = beside(response, "commune")
    assert "Précisez votre commune, par exemple " in error
    assert {one.label, other.label} <= set(re.findall(r"Vineuil \(\w+\)", error))
    assert " ou Vineuil" in error
    kept = {name: str(value) for name, value in typed.items()}
    assert Form(response).values == kept | {"asked_commune": "vineuil"}
    assert assert_stored(send(visitor, typed | {"commune": one.label})).commune == one


def test_a_misspelt_commune_is_never_guessed(visitor):
    commune = make_commune(name="Romorantin")

    response = send(visitor, fields(commune="Romorentin"))

    assert_refused(response, "commune")
    assert f"par exemple {commune.label}." in beside(response, "commune")


def test_no_more_than_six_communes_are_named(visitor):
    for n in range(9):
        make_commune(name=f"Saint-Martin-{'abcdefghi'[n]}")

    error = beside(send(visitor, fields(commune="saint martin")), "commune")

    assert error.count("Saint-Martin-") == 6


NOT_FOUND = ["Paris", "75001", "x", "😀", "a" * 100, "' OR 1=1 --", "CC du Val", "Le Bourg, 37"]


@pytest.mark.parametrize("typed", NOT_FOUND, ids=lambda typed: typed[:12])
def test_a_commune_that_is_not_found_is_kept_as_it_was_written(visitor, typed):
    make_commune(name="Mareuil", intercommunality=make_intercommunality(name="CC du Val"))

    message = assert_stored(send(visitor, fields(commune=f" {typed} ")))

    assert (message.commune, message.typed_commune) == (None, typed)
    assert message.commune_name == typed
    assert message.state == Message.State.NEW


def test_a_commune_that_is_found_is_not_kept_as_a_text_too(visitor):
    commune = make_commune(name="Mareuil")

    message = assert_stored(send(visitor, fields(commune="mareuil")))

    assert (message.commune, message.typed_commune) == (commune, "")
    assert message.commune_name == commune.label


@pytest.mark.parametrize("typed", ["vineuil", "Vineul"])
def test_a_commune_that_is_in_doubt_is_asked_about_once_and_then_kept_as_a_text(visitor, typed):
    make_commune(name="Vineuil")
    make_commune(name="Vineuil")

    asked = send(visitor, fields(commune=typed))
    message = assert_stored(send(visitor, Form(asked).values))

    assert "Précisez votre commune" in beside(asked, "commune")
    assert (message.commune, message.typed_commune, message.territory) == (None, typed, None)


def test_another_doubtful_commune_is_asked_about_again(visitor):
    make_commune(name="Romorantin")
    asked = send(visitor, fields(commune="Romorentin"))

    again = send(visitor, Form(asked).values | {"commune": "Romorantain"})

    assert_refused(again, "commune", "Précisez votre commune")
    assert Form(again).values["asked_commune"] == "Romorantain"


def test_a_question_that_was_answered_is_not_asked_again_when_another_field_is_wrong(visitor):
    make_commune(name="Romorantin")
    asked = send(visitor, fields(commune="Romorentin", name=""))

    wrong = send(visitor, Form(asked).values)
    message = assert_stored(send(visitor, Form(wrong).values | {"name": "Jeanne"}))

    assert summary(wrong).count(" : ") == 1
    assert message.typed_commune == "Romorentin"


@pytest.mark.parametrize(
    ("typed", "error"),
    [("Bour\ufffdges", UNREADABLE), ("a" * 10_000, "Au plus 100 caractères."), ("a\0b", "")],
    ids=["bytes", "length", "nul"],
)
def test_a_commune_that_cannot_be_stored_is_refused_in_french(visitor, typed, error):
    response = send(visitor, fields(commune=typed))

    assert_refused(response, "commune", error)


def test_the_same_words_from_two_communes_that_are_not_found_are_two_messages(visitor):
    for typed in ["Paris", "Le Mans"]:
        assert send(visitor, fields(commune=typed)).status_code == 302

    assert Message.objects.count() == 2


@pytest.mark.parametrize("typed", ["", "  ", "\u202e", "\u200b\u2060"])
def test_a_commune_without_a_visible_sign_is_none(visitor, typed):
    make_commune()

    assert assert_stored(send(visitor, fields(commune=typed))).commune is None


def test_the_same_words_from_another_commune_are_another_message(visitor):
    department = make_territory()
    for commune in [make_commune(department=department), make_commune(department=department)]:
        assert send(visitor, fields(commune=commune.label)).status_code == 302

    assert Message.objects.count() == 2


def test_a_message_stays_when_its_commune_is_deleted(visitor):
    commune = make_commune()
    message = make_message(commune=commune, territory=commune.department)

    commune.delete()

    message.refresh_from_db()
    assert (message.commune, message.territory) == (None, commune.department)
