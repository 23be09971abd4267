"""A message that is accepted, its recipient and its mails."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.contact import letters
from cress.contact.models import Mail, Message, Subject
from cress.contact.models.messages import REFERENCE_SIGNS
from tests.contact.form import (
    ADDRESS,
    NOON,
    Form,
    assert_stored,
    fields,
    make_rule,
    recipient_warnings,
    recipients,
    reference_in,
    send,
    set_stamp_time,
    stamp_at,
)
from tests.factories import make_message, make_person, make_staff, make_subject, make_territory
from tests.html import Document, plain

# A message that is accepted


def test_a_message_is_stored_whole_before_the_redirect_to_the_thanks(visitor):
    territory, subject = make_territory(), make_subject()

    response = send(
        visitor,
        fields(
            territory=territory.pk,
            subject=subject.pk,
            about="Levier",
            text="Bonjour,\r\n\r\n\tMerci 🙂",
        ),
    )

    message = assert_stored(response)
    assert response["Location"] == f"{ADDRESS}merci/?reference={message.reference}"
    assert message.name == "Jeanne Moreau"
    assert message.email == "jeanne.moreau@commune.example"
    assert message.telephone == "02 38 00 00 01"
    assert message.profile == Message.Profile.ELECTED
    assert message.organisation == "Mairie de Bourg"
    assert message.territory == territory
    assert message.subject == subject
    assert message.about == "Levier"
    assert message.text == "Bonjour,\n\n\tMerci 🙂"
    assert message.state == Message.State.NEW
    assert message.suspicions == ""


def test_the_mails_of_a_message_wait_in_the_outbox(visitor):
    make_rule(make_person(email="accueil@cress.example"))

    send(visitor, fields())

    assert recipients() == [
        ("notification", "accueil@cress.example"),
        ("receipt", "jeanne.moreau@commune.example"),
    ]
    assert Mail.objects.waiting().count() == 2
    assert mail.outbox == []


def test_the_person_in_charge_reads_a_commune_that_was_not_found_as_it_was_written(visitor):
    make_rule(make_person())
    send(visitor, fields(commune="Le Mans"))

    letter = letters.write(Mail.objects.get(kind=Mail.Kind.NOTIFICATION))

    assert "Commune : Le Mans" in plain(letter.body)


def test_optional_fields_may_be_missing(visitor):
    optional = dict.fromkeys(["telephone", "organisation", "territory", "about", "trap"])

    response = send(visitor, fields(**optional))

    message = assert_stored(response)
    assert message.territory is None
    assert message.telephone == message.organisation == message.about == ""


def test_a_reference_can_be_read_over_the_telephone(visitor):
    reference = reference_in(send(visitor, fields()))

    assert re.fullmatch(rf"[{REFERENCE_SIGNS}]{{4}}-[{REFERENCE_SIGNS}]{{4}}", reference)
    assert not set(REFERENCE_SIGNS) & set("01IO")


def test_the_thanks_name_the_person_in_charge_and_the_reference(visitor):
    make_rule(make_person(name="Chloé Collier"))

    response = visitor.get(send(visitor, fields())["Location"])

    text = plain(Document(response.text).text)
    assert "Votre message est arrivé" in text
    assert "Chloé Collier s'en occupe." in text
    assert f"Référence : {Message.objects.get().reference}" in text
    assert Document(response.text).title.startswith("Message reçu")


def test_the_thanks_name_nobody_without_a_person_in_charge(visitor):
    response = visitor.get(send(visitor, fields())["Location"])

    text = plain(Document(response.text).text)
    assert "Votre message est arrivé Gardez cette référence" in text
    assert "s'en occupe" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("jeanne.moreau@orange.fr", "•••@orange.fr"),
        ("j@mairie-bourg.example", "•••@mairie-bourg.example"),
        ("moreau@mairie-orléans.example", "•••@mairie-orléans.example"),
    ],
)
def test_the_thanks_show_the_domain_of_the_receipt_and_no_personal_data(visitor, email, shown):
    response = visitor.get(send(visitor, fields(email=email))["Location"])

    text = plain(Document(response.text).text)
    assert f"Vous le recevez par courriel, à votre adresse {shown}, avec la référence" in text
    assert "et vérifiez cette adresse" in text
    local = email.partition("@")[0]
    assert f"{local}@" not in response.text
    for personal in ["moreau", "Jeanne", "02 38 00 00 01", "épicerie"]:
        assert personal not in response.text


def test_the_thanks_for_an_anonymised_message_name_no_address(visitor):
    make_message(reference="K7QF-2MXD", name="", email="", text="", anonymised_at=timezone.now())

    text = plain(Document(visitor.get(f"{ADDRESS}merci/?reference=K7QF-2MXD").text).text)

    assert "Vous le recevez par courriel, avec la référence de votre message." in text
    assert "@" not in text


@pytest.mark.parametrize(
    "query",
    ["", "?reference=", "?reference=ABCD-2345", "?reference=%00", "?reference=%f0%9f%9a%80"]
    + ["?reference=" + "A" * 10_000, "?reference=%ff", "?autre=1"],
)
def test_the_thanks_without_a_known_reference_explain_the_steps(visitor, query):
    make_message(reference="K7QF-2MXD")

    response = visitor.get(f"{ADDRESS}merci/{query}")

    assert response.status_code == 200
    text = plain(Document(response.text).text)
    assert "Ce qui se passe ensuite" in text
    assert "Quand vous nous écrivez" in text
    assert "est arrivé" not in text
    assert "None" not in text


# The recipient


RULES = ["both", "subject", "territory", "fallback"]


@pytest.mark.parametrize("strongest", range(len(RULES)), ids=RULES)
def test_the_most_precise_rule_decides_the_recipient(visitor, strongest):
    territory, subject = make_territory(), make_subject()
    make_person(order=0)
    keys = {
        "both": {"territory": territory, "subject": subject},
        "subject": {"subject": subject},
        "territory": {"territory": territory},
        "fallback": {},
    }
    for rule in reversed(RULES[strongest:]):
        make_rule(make_person(email=f"{rule}@cress.example"), **keys[rule])
    make_rule(make_person(), territory=make_territory(), subject=subject)
    make_rule(make_person(), territory=territory, subject=make_subject())

    response = send(visitor, fields(territory=territory.pk, subject=subject.pk))

    expected = f"{RULES[strongest]}@cress.example"
    assert assert_stored(response).person.email == expected
    assert ("notification", expected) in recipients()
    assert len(recipients()) == 2


def test_a_rule_for_another_territory_or_subject_does_not_count(visitor):
    make_rule(make_person(), territory=make_territory())
    make_rule(make_person(), subject=make_subject())

    message = assert_stored(
        send(visitor, fields(territory=make_territory().pk, subject=make_subject().pk))
    )

    assert message.person is None


def test_a_message_about_no_territory_follows_no_rule_of_a_territory(visitor):
    subject, territory = make_subject(), make_territory()
    make_rule(make_person(), territory=territory, subject=subject)
    make_rule(make_person(), territory=territory)
    in_charge = make_person()
    make_rule(in_charge)

    message = assert_stored(send(visitor, fields(subject=subject.pk)))

    assert message.person == in_charge


def test_without_a_rule_the_message_waits_and_nobody_of_the_chamber_is_mailed(visitor):
    """The rank of a person decides where the site shows them, and never who gets mail."""
    make_person(order=1, account=make_staff())

    response = send(visitor, fields())

    message = assert_stored(response)
    assert message.person is None
    assert message.assigned_to is None
    assert message.state == Message.State.NEW
    assert recipients() == [("receipt", "jeanne.moreau@commune.example")]


def test_the_home_of_the_admin_says_that_messages_wait(manager_client, editor_client):
    words = "Aucune règle par défaut ne dit à qui vont les messages"
    for staff in [manager_client, editor_client]:
        assert words in plain(Document(staff.get("/admin/").text).text)
    assertContains(manager_client.get("/admin/"), "/admin/contact/route/add/")
    assertNotContains(editor_client.get("/admin/"), "/admin/contact/route/add/")

    make_rule(make_person())

    assert words not in plain(Document(manager_client.get("/admin/").text).text)


def test_the_message_is_assigned_to_the_account_of_the_person_in_charge(visitor):
    account = make_staff()
    make_person(order=0)
    make_rule(make_person(account=account))

    message = assert_stored(send(visitor, fields()))

    assert message.assigned_to == account


def test_a_message_for_a_person_without_an_account_is_assigned_to_nobody(visitor):
    person = make_person()
    make_rule(person)

    message = assert_stored(send(visitor, fields()))

    assert message.person == person
    assert message.assigned_to is None


def test_the_check_is_silent_with_a_default_rule(db):
    make_rule(make_person())

    assert recipient_warnings() == []


def test_the_check_warns_that_messages_reach_nobody(db):
    make_rule(make_person(order=3), subject=make_subject())

    [warning] = recipient_warnings()

    assert "ils attendent dans « À traiter »" in warning


# A site without subjects


def test_while_no_subject_is_offered_the_form_asks_for_none_and_takes_messages(visitor):
    Subject.objects.update(is_offered=False)
    make_rule(make_person(email="accueil@cress.example"))

    page = visitor.get(ADDRESS)
    response = send(visitor, fields(subject=None))

    assert "subject" not in Form(page).controls
    assert assert_stored(response).subject is None
    assert ("notification", "accueil@cress.example") in recipients()


def test_a_message_without_a_subject_follows_no_rule_of_a_subject(visitor):
    Subject.objects.update(is_offered=False)
    territory, in_charge = make_territory(), make_person()
    make_rule(make_person(), subject=Subject.objects.first(), territory=territory)
    make_rule(make_person(), subject=Subject.objects.first())
    make_rule(in_charge, territory=territory)

    message = assert_stored(send(visitor, fields(subject=None, territory=territory.pk)))

    assert message.person == in_charge


def test_a_subject_that_is_withdrawn_while_one_writes_does_not_stop_the_message(visitor):
    typed = fields()
    Subject.objects.update(is_offered=False)

    response = send(visitor, typed)

    assert assert_stored(response).subject is None


# The same message twice


def test_two_clicks_make_one_message_with_one_reference_and_two_mails(visitor):
    make_rule(make_person())
    typed = fields()

    first, second = send(visitor, typed), send(visitor, typed)

    assert assert_stored(first) == assert_stored(second)
    assert first["Location"] == second["Location"]
    assert len(recipients()) == 2


def test_two_clicks_cost_the_allowance_of_one(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    typed = fields()

    statuses = [send(visitor, typed).status_code for _ in range(3)]

    assert statuses == [302, 302, 302]


def test_the_same_words_from_two_pages_of_one_day_are_one_message(visitor, monkeypatch):
    stamps = [stamp_at(monkeypatch, NOON), stamp_at(monkeypatch, NOON + 3600)]
    set_stamp_time(monkeypatch, NOON + 2 * 3600)

    responses = [send(visitor, fields(stamp=stamp)) for stamp in stamps]

    assert assert_stored(responses[0]) == assert_stored(responses[1])


def test_the_same_words_on_another_day_are_another_message(visitor, monkeypatch):
    stamps = [stamp_at(monkeypatch, NOON - 13 * 3600), stamp_at(monkeypatch, NOON - 11 * 3600)]
    set_stamp_time(monkeypatch, NOON)

    references = {reference_in(send(visitor, fields(stamp=stamp))) for stamp in stamps}

    assert len(references) == Message.objects.count() == 2


CHANGED = {
    "name": "Jean Moreau",
    "email": "jean@commune.example",
    "telephone": "02 38 00 00 02",
    "profile": "agent",
    "organisation": "Mairie de Ville",
    "about": "Levier",
    "text": "Bonjour, comment soutenir l’épicerie du village ?!",
}


@pytest.mark.parametrize("name", [*CHANGED, "territory", "subject"])
def test_one_changed_field_makes_another_message(visitor, name):
    send(visitor, fields())
    make = {"territory": make_territory, "subject": make_subject}.get(name)

    send(visitor, fields(**{name: make().pk if make else CHANGED[name]}))

    assert Message.objects.count() == 2
