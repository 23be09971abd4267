"""The stamp of the page: age, forgery, other sites."""

import pytest
from django.core.signing import Signer

from cress.contact.models import Message
from cress.contact.stamps import new_stamp, renewed_stamp
from tests.contact.form import (
    ADDRESS,
    DAY,
    NOON,
    STALE,
    TOO_FAST,
    Form,
    assert_nothing_stored,
    assert_stored,
    fields,
    recipients,
    send,
    set_stamp_time,
    stamp_at,
    summary,
)
from tests.factories import make_person
from tests.html import Document


def forged_stamps():
    good = renewed_stamp()
    return {
        "missing": None,
        "empty": "",
        "unsigned": good.partition(":")[0],
        "changed time": good.replace(good[0], "9", 1),
        "changed signature": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "other salt": Signer(salt="other").sign(good.partition(":")[0]),
        "no time": Signer(salt="cress.contact.stamp").sign("hier"),
        "text": "bonjour",
        "nul": "\0",
        "emoji": "🚀:🚀",
        "long": "1" * 10_000,
    }


@pytest.mark.parametrize("kind", forged_stamps())
def test_a_forged_stamp_keeps_the_text_and_a_second_click_sends_it(visitor, kind):
    typed = fields(stamp=forged_stamps()[kind])

    page = send(visitor, typed)

    assert page.status_code == 200
    assert STALE in summary(page)
    assert Document(page.text).title.startswith("Erreur")
    assert_nothing_stored()
    filled = Form(page).values
    assert filled["text"] == typed["text"]
    assert filled["name"] == typed["name"]
    assert assert_stored(send(visitor, filled)).state == Message.State.NEW


@pytest.mark.parametrize("age", [DAY + 60, 365 * DAY, -60, -365 * DAY])
def test_a_stamp_too_old_or_from_the_future_keeps_the_text_and_a_second_click_sends_it(
    visitor, age
):
    stamp = new_stamp(age=age)

    page = send(visitor, fields(stamp=stamp))

    assert STALE in summary(page)
    assert_nothing_stored()
    assert Form(page).values["stamp"] != stamp
    assert assert_stored(send(visitor, Form(page).values)).state == Message.State.NEW


def test_a_page_is_good_for_a_day_and_no_longer(visitor, monkeypatch, settings):
    stamp = stamp_at(monkeypatch, NOON)

    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_GREATEST_AGE + 1)
    too_late = send(visitor, fields(stamp=stamp))
    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_GREATEST_AGE)
    in_time = send(visitor, fields(stamp=stamp))

    assert STALE in summary(too_late)
    assert assert_stored(in_time).state == Message.State.NEW


def test_a_page_sent_too_fast_is_suspected_with_the_reason(visitor, monkeypatch, settings):
    make_person()
    stamp = stamp_at(monkeypatch, NOON)
    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_LEAST_AGE - 1)

    response = send(visitor, fields(stamp=stamp))

    message = assert_stored(response)
    assert message.state == Message.State.SUSPECT
    assert message.suspicions == TOO_FAST
    assert message.person is None
    assert recipients() == []


def test_a_page_sent_after_the_shortest_time_is_not_suspected(visitor, monkeypatch, settings):
    stamp = stamp_at(monkeypatch, NOON)
    set_stamp_time(monkeypatch, NOON + settings.CONTACT_FORM_LEAST_AGE)

    response = send(visitor, fields(stamp=stamp))

    assert assert_stored(response).state == Message.State.NEW


def test_the_page_has_the_stamp_of_the_time_at_which_it_was_opened(visitor, monkeypatch):
    set_stamp_time(monkeypatch, NOON)
    opened = Form(visitor.get(ADDRESS)).values["stamp"]

    at_once = send(visitor, fields(stamp=opened))

    assert opened == new_stamp()
    assert assert_stored(at_once).suspicions == TOO_FAST


def test_a_stale_page_reports_missing_fields_too(visitor):
    page = send(visitor, fields(stamp="", name=""))

    assert STALE in summary(page)
    assert "Votre nom : Écrivez votre nom." in summary(page)
    filled = Form(page).values | {"name": "Jeanne"}
    assert assert_stored(send(visitor, filled)).state == Message.State.NEW


def test_a_form_sent_from_another_site_is_stored_after_a_second_click_only(visitor):
    page = send(visitor, fields(), headers={"Sec-Fetch-Site": "cross-site"})

    assert page.status_code == 200
    assert "Votre navigateur dit que cet envoi vient d'un autre site." in summary(page)
    assert_nothing_stored()
    assert Form(page).values["text"] == fields()["text"]
    again = send(visitor, Form(page).values, headers={"Sec-Fetch-Site": "same-origin"})
    assert assert_stored(again).state == Message.State.NEW


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none", ""])
def test_a_form_sent_from_this_site_is_stored_at_once(visitor, site):
    response = send(visitor, fields(), headers={"Sec-Fetch-Site": site})

    assert_stored(response)
