"""Undo: a save with its rows, a deletion with what went along, an order, an import, an undo."""

import pytest

from cress.base.history.carrying import AskedError, RefusedError
from cress.base.history.operations import Operation, operation
from cress.base.history.undo import undo
from enterprises.models import Enterprise, Photo
from policies.models import Action, Lever
from tests.factories import (
    make_action,
    make_enterprise,
    make_lever,
    make_person,
    make_photo,
    make_sector,
    make_staff,
    make_term,
)


def anything(action, model, row):
    return True


@pytest.fixture
def person(db):
    return make_staff(username="samir")


def do(kind, write, person):
    with operation(kind, person=person) as current:
        write()
        return current.row


def refreshed(done):
    return Operation.objects.get(pk=done.pk)


def test_a_deletion_is_undone_with_its_rows_its_links_and_its_keys(person):
    term, lever = make_term(), make_lever(title="Énergie")
    lever.terms.add(term)
    actions = [make_action(lever=lever, text=text) for text in ("Une", "Deux")]
    enterprise = make_enterprise()
    enterprise.levers.add(lever)
    key = lever.pk
    done = do(Operation.Kind.DELETE, lever.delete, person)

    undone, report = undo(done, person, anything)

    back = Lever.objects.get(pk=key)
    assert (back.title, back.order) == ("Énergie", lever.order)
    assert list(back.terms.all()) == [term]
    assert {(a.pk, a.text, a.order) for a in back.actions.all()} == {
        (a.pk, a.text, a.order) for a in actions
    }
    assert list(enterprise.levers.all()) == [back]
    assert (report.kept, report.notes) == ([], [])
    assert (undone.undoes, undone.person_name) == (done, str(person.known_as))

    undo(refreshed(undone), person, anything)

    assert not Lever.objects.exists()
    assert not enterprise.levers.exists()
    assert not refreshed(done).is_undone


def test_a_save_with_its_rows_is_undone(person):
    lever = make_lever(title="Énergie")
    kept, removed = make_action(lever=lever, text="Une"), make_action(lever=lever, text="Deux")
    keys = [kept.pk, removed.pk]

    def write():
        lever.title = "Chaleur"
        lever.save()
        removed.delete()
        kept.text = "Autre"
        kept.save()
        make_action(lever=lever, text="Trois")

    done = do(Operation.Kind.CHANGE, write, person)
    undo(done, person, anything)

    assert Lever.objects.get().title == "Énergie"
    actions = Action.objects.order_by("order").values_list("pk", "text")
    assert list(actions) == list(zip(keys, ["Une", "Deux"], strict=True))


def test_what_a_colleague_changed_since_is_refused_and_nothing_is_written(person):
    lever = make_lever(title="Énergie")
    action = make_action(lever=lever, text="Une")

    def write():
        lever.title = "Chaleur"
        lever.save()
        action.text = "Deux"
        action.save()

    done = do(Operation.Kind.CHANGE, write, person)
    colleague = make_staff(username="jeanne", first_name="Jeanne", last_name="Moreau")
    action.text = "Trois"
    do(Operation.Kind.CHANGE, action.save, colleague)

    with pytest.raises(RefusedError) as refused:
        undo(done, person, anything)

    assert "Jeanne Moreau" in refused.value.sentences[0]
    assert Lever.objects.get().title == "Chaleur"
    assert not refreshed(done).is_undone


def test_an_address_taken_since_is_asked_for_again(person):
    lever = make_lever(title="Énergie", slug="energie")
    done = do(Operation.Kind.DELETE, lever.delete, person)
    key = Lever.history.last().instance.pk
    make_lever(title="Autre", slug="energie")

    with pytest.raises(AskedError) as asked:
        undo(done, person, anything)
    [question] = asked.value.questions
    assert (question.field.name, question.value) == ("slug", "energie")

    undo(done, person, anything, {question.name: "energie-2"})
    assert Lever.objects.get(pk=key).slug == "energie-2"


def test_a_siret_taken_since_is_asked_for_again_and_a_wrong_answer_too(person):
    enterprise = make_enterprise(siret="73282932000074")
    done = do(Operation.Kind.DELETE, enterprise.delete, person)
    make_enterprise(siret="73282932000074")

    with pytest.raises(AskedError) as asked:
        undo(done, person, anything)
    [question] = asked.value.questions
    assert question.field.name == "siret"
    with pytest.raises(AskedError):
        undo(done, person, anything, {question.name: "12"})
    undo(done, person, anything, {question.name: "55208131766522"})
    assert Enterprise.objects.filter(siret="55208131766522").exists()


def test_a_row_whose_parent_is_gone_says_what_to_restore_first(person):
    lever = make_lever(title="Énergie")
    action = make_action(lever=lever, text="Une")
    first = do(Operation.Kind.DELETE, action.delete, person)
    second = do(Operation.Kind.DELETE, lever.delete, person)

    with pytest.raises(RefusedError, match="Énergie"):
        undo(first, person, anything)

    undo(second, person, anything)
    undo(first, person, anything)
    assert Action.objects.get().text == "Une"


def test_an_addition_that_serves_since_is_not_taken_away(person):
    made = []
    done = do(Operation.Kind.ADD, lambda: made.append(make_sector(name="Culture")), person)
    make_enterprise(sector=made[0])

    with pytest.raises(RefusedError, match="1.entreprise"):
        undo(done, person, anything)


def test_an_undo_asks_the_rights_of_what_it_does(person):
    lever = make_lever()
    done = do(Operation.Kind.DELETE, lever.delete, person)

    with pytest.raises(RefusedError, match="rôle"):
        undo(done, person, lambda action, model, row: action != "add")
    with pytest.raises(RefusedError, match="rôle"):
        undo(done, person, lambda action, model, row: model is not Lever)


def test_an_import_is_undone_but_for_the_rows_that_staff_edited_and_what_sirene_withdrew(person):
    edited, closed, plain = (make_enterprise(name=name) for name in ("A", "B", "C"))
    added = []

    def write():
        for enterprise in (edited, plain):
            enterprise.usual_name = "Importé"
            enterprise.imported = {"usual_name": "Importé"}
            enterprise.save()
        closed.is_published = False
        closed.imported = {"is_published": False}
        closed.save()
        added.append(make_enterprise(name="D"))

    done = do(Operation.Kind.IMPORT, write, person)
    edited.summary = "Relu."
    edited.save()

    _, report = undo(done, person, anything)

    assert report.kept == ["A"]
    edited.refresh_from_db()
    plain.refresh_from_db()
    closed.refresh_from_db()
    assert (edited.usual_name, edited.summary) == ("Importé", "Relu.")
    assert (plain.usual_name, plain.imported) == ("", {})
    assert not closed.is_published
    assert not Enterprise.objects.filter(pk=added[0].pk).exists()


def test_a_photo_whose_file_is_gone_does_not_come_back_and_it_is_said(person):
    photo = make_photo()
    enterprise = photo.enterprise
    done = do(Operation.Kind.DELETE, enterprise.delete, person)

    _, report = undo(done, person, anything)

    assert Enterprise.objects.exists()
    assert not Photo.objects.exists()
    assert "n’est plus là" in report.notes[0]


def test_an_account_that_is_gone_leaves_its_link_empty(person):
    account = make_staff(username="ancienne")
    someone = make_person(account=account)
    done = do(Operation.Kind.DELETE, someone.delete, person)
    account.delete()

    _, report = undo(done, person, anything)

    assert report.notes
