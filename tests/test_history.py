"""The history of a record, its versions compared and restored; operations and the bin."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cress.base.history.bin import purge
from cress.base.history.operations import Operation
from cress.contact.models import Person
from policies.models import Action, Lever
from tests.admin_pages import address, delete_together, save
from tests.factories import (
    make_action,
    make_enterprise,
    make_lever,
    make_person,
    make_route,
    make_term,
)


def shown(response):
    return " ".join(response.content.decode().split())


def undo_in_message(client, response):
    """Press « Annuler » in the message of a page."""
    [number] = {
        tag.removeprefix("undo-")
        for message in response.context["messages"]
        for tag in message.tags.split()
        if tag.startswith("undo-")
    }
    url = reverse("admin:base_operation_undo", args=[number])
    assert url in response.content.decode()
    return client.post(url, {"next": "/admin/"}, follow=True)


def delete(client, row):
    url = address(type(row), "delete", row.pk)
    return client.post(url, {"post": "yes"}, follow=True)


def last_number():
    return Operation.objects.latest("pk").pk


def test_a_save_is_undone_from_its_message_and_done_again(editor_client):
    lever = make_lever(title="Énergie", summary="Un résumé.")
    response = save(editor_client, lever, summary="Un autre résumé.")
    page = editor_client.get(response.url)

    page = undo_in_message(editor_client, page)

    assert Lever.objects.get().summary == "Un résumé."
    assert "Annulé" in shown(page)

    undo_in_message(editor_client, page)
    assert Lever.objects.get().summary == "Un autre résumé."


def test_a_deletion_is_undone_from_its_message(editor_client):
    lever = make_lever(title="Énergie")
    make_action(lever=lever, text="Une")
    key = lever.pk

    page = delete(editor_client, lever)
    undo_in_message(editor_client, page)

    assert Lever.objects.get().pk == key
    assert Action.objects.get().text == "Une"


def test_several_deleted_rows_are_one_thing_to_undo(editor_client):
    levers = [make_lever(title=title) for title in ("Énergie", "Emploi")]

    page = delete_together(editor_client, levers, post="yes")
    undo_in_message(editor_client, editor_client.get(page.url))

    assert Lever.objects.count() == 2


def test_a_history_says_who_and_each_value_in_french(editor_client):
    lever, term = make_lever(title="Énergie", summary="Agir seule, ici."), make_term(name="SCIC")
    save(editor_client, lever, summary="Agir ensemble, ici.", terms=[term.pk])

    page = shown(editor_client.get(address(Lever, "history", lever.pk)))

    assert "<strong>Vous</strong>" in page
    assert "Agir<del> seule</del><ins> ensemble</ins>, ici." in page
    assert "<ins>SCIC</ins>" in page


def test_a_form_that_nobody_changed_writes_nothing(editor_client):
    lever = make_lever(summary="Un.\nDeux.")
    before = last_number()

    save(editor_client, lever, summary="Un.\r\nDeux.")

    assert last_number() == before


def test_two_versions_are_compared_and_a_field_of_the_older_one_is_given_back(editor_client):
    lever = make_lever(title="Énergie", summary="Premier.")
    first = last_number()
    action = make_action(lever=lever, text="Une action")
    save(editor_client, lever, summary="Second.", title="Chaleur")
    url = address(Lever, "compare", lever.pk)

    page = editor_client.get(url, {"a": first})
    assert "Premier" in shown(page)
    assert "Chaleur" in shown(page)
    assert "Une action" in shown(page)
    label = f"policies.lever-{lever.pk}"
    editor_client.post(f"{url}?a={first}", {"take": [f"{label}-summary"]})

    lever.refresh_from_db()
    assert (lever.summary, lever.title) == ("Premier.", "Chaleur")
    assert Action.objects.get() == action

    editor_client.post(
        f"{url}?a={first}", {"take": [f"{label}-title", f"policies.action-{action.pk}"]}
    )
    lever.refresh_from_db()
    assert lever.title == "Énergie"
    assert not Action.objects.exists()


def test_what_cannot_be_read_in_an_address_is_no_error(editor_client):
    lever = make_lever()
    url = address(Lever, "compare", lever.pk)

    for query in ["", "?a=x", "?a=9" + "9" * 40, "?a=1&b=\0", "?a=0", "?a=99999999&b=1"]:
        assert editor_client.get(url + query).status_code in {200, 302}
    assert editor_client.get(address(Lever, "history", "x")).status_code == 404
    assert editor_client.get(reverse("admin:base_operation_change", args=["x"])).status_code == 404


def test_a_taken_address_is_asked_for_on_a_page_that_sends_the_rest_again(editor_client):
    lever = make_lever(title="Énergie", slug="energie")
    delete(editor_client, lever)
    number = last_number()
    make_lever(title="Autre", slug="energie")
    url = reverse("admin:base_operation_undo", args=[number])

    page = editor_client.post(url, {"next": "/admin/"})
    [question] = page.context["questions"]
    assert 'value="energie"' in shown(page)
    assert ("next", "/admin/") in page.context["sent"]

    editor_client.post(url, {"next": "/admin/", question.name: "energie-bis"})
    assert {lever.slug for lever in Lever.objects.all()} == {"energie", "energie-bis"}


def test_a_colleague_s_change_keeps_an_undo_from_being_done(editor_client, manager_client):
    lever = make_lever(title="Énergie")
    save(editor_client, lever, summary="Un.")
    number = last_number()
    save(manager_client, lever, summary="Deux.")

    url = reverse("admin:base_operation_undo", args=[number])
    page = editor_client.post(url, {"next": "/admin/"}, follow=True)

    assert "a écrit depuis" in shown(page)
    assert Lever.objects.get().summary == "Deux."


def test_the_bin_shows_what_was_deleted_and_restores_it(editor_client):
    lever = make_lever(title="Énergie")
    make_action(lever=lever)
    delete(editor_client, lever)

    page = editor_client.get(reverse("admin:base_operation_bin"))
    assert "Énergie" in shown(page)
    assert "encore 90 jours" in shown(page)
    assert "Supprimer pour de bon" not in shown(page)
    [thing] = page.context["things"]
    assert thing.others == 1

    editor_client.post(reverse("admin:base_operation_undo", args=[thing.operation.pk]))
    assert Lever.objects.exists()
    assert "La corbeille est vide" in shown(editor_client.get(reverse("admin:base_operation_bin")))


def test_only_a_manager_deletes_for_ever(editor_client, manager_client):
    lever = make_lever(title="Énergie")
    lever.terms.add(make_term())
    key = lever.pk
    delete(editor_client, lever)
    url = reverse("admin:base_operation_empty", args=[last_number()])

    assert editor_client.post(url).status_code == 403
    assert Lever.history.filter(id=key).exists()

    manager_client.post(url)
    assert not Lever.history.filter(id=key).exists()
    undo = url.replace("supprimer-pour-de-bon", "annuler")
    page = manager_client.post(undo, {"next": "/admin/"}, follow=True)
    assert "pour de bon" in shown(page)


def test_the_worker_empties_the_bin_after_ninety_days(editor_client):
    old, young = make_lever(title="Énergie"), make_lever(title="Emploi")
    keys = [old.pk, young.pk]
    for lever, days in [(old, 91), (young, 89)]:
        delete(editor_client, lever)
        then = timezone.now() - timedelta(days=days)
        Operation.objects.filter(pk=last_number()).update(started_at=then)

    list(purge())

    assert [Lever.history.filter(id=key).exists() for key in keys] == [False, True]


def test_versions_of_listed_enterprises_are_kept_three_years_and_the_last_one_for_ever(db):
    listed, example = make_enterprise(is_example=False), make_enterprise(is_example=True)
    for enterprise in (listed, example):
        enterprise.summary = "Relu."
        enterprise.save()
        then = timezone.now() - timedelta(days=3 * 365 + 1)
        type(enterprise).history.filter(id=enterprise.pk).update(history_date=then)

    list(purge())

    assert listed.history.count() == 1
    assert listed.history.get().summary == "Relu."
    assert example.history.count() == 2


def test_what_a_role_may_not_view_is_in_no_list(editor_client, manager_client):
    route = make_route()
    delete(manager_client, route)
    number = last_number()

    for page in ["changelist", "bin"]:
        url = reverse(f"admin:base_operation_{page}")
        assert f"/{number}/" in shown(manager_client.get(url))
        assert f"/{number}/" not in shown(editor_client.get(url))
    assert (
        editor_client.get(reverse("admin:base_operation_change", args=[number])).status_code == 404
    )


def test_the_history_of_a_deleted_record_is_still_read(editor_client):
    lever = make_lever(title="Énergie")
    key = lever.pk
    delete(editor_client, lever)

    page = shown(editor_client.get(address(Lever, "history", key)))

    assert "Cette page est supprimée" in page


@pytest.mark.parametrize("count", [40])
def test_a_long_history_is_read_a_page_at_a_time(
    editor_client, django_assert_max_num_queries, count
):
    lever = make_lever(title="Énergie")
    for number in range(count):
        lever.summary = f"Résumé {number}."
        lever.save()

    with django_assert_max_num_queries(60):
        page = editor_client.get(address(Lever, "history", lever.pk))

    assert len(page.context["entries"]) == 20
    assert "Page 1 sur 3" in shown(page)


def test_the_older_details_of_a_person_are_erased_by_a_manager(editor_client, manager_client):
    person = make_person(email="ancienne@cress.example", telephone="02 38 00 00 01")
    save(manager_client, person, email="nouvelle@cress.example")
    url = address(Person, "erase", person.pk)

    assert editor_client.post(url).status_code == 403
    manager_client.post(url)

    history = shown(manager_client.get(address(Person, "history", person.pk)))
    assert "ancienne@" not in history
    assert "nouvelle@" in history
    assert set(Person.history.values_list("email", flat=True)) == {"", "nouvelle@cress.example"}
    assert Person.objects.get().telephone == "02 38 00 00 01"
