"""Two people on one record: nothing that one of them wrote is lost."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from cress.base.admin import ContentAdmin
from cress.base.history.conflicts import MergedForm
from cress.base.history.operations import Operation
from cress.base.history.shown import SHOWN
from policies.models import Action, Lever
from tests.admin_pages import change_page, filled_form, save
from tests.conftest import client_of
from tests.factories import (
    make_action,
    make_enterprise,
    make_lever,
    make_rule,
    make_sector,
    make_statistic,
    make_term,
    make_territory,
)
from tests.html import Document, plain


class Editor:
    """A person who has opened the change form of a row."""

    def __init__(self, client, row):
        self.client, self.row = client, row
        self.url = change_page(row)
        self.form = filled_form(client.get(self.url))

    def save(self, **changes):
        """Send the form as it was opened, but for the changes; return the page that follows."""
        return self.client.post(self.url, self.form | changes, follow=True)

    def correct(self, response, **changes):
        """Send again the form that was refused, but for the changes."""
        return self.client.post(self.url, filled_form(response) | changes, follow=True)


def said(response):
    return plain(Document(response.content.decode()).text)


def is_saved(response):
    return bool(response.redirect_chain)


@pytest.fixture
def editors(editor_client):
    """Return a function that has two people open a row: the tested one, and a colleague."""
    colleague = client_of("Responsable")
    colleague.user.first_name, colleague.user.last_name = "Samir", "Benali"
    colleague.user.save()
    return lambda row: (Editor(editor_client, row), Editor(colleague, row))


def of(row, *names):
    row.refresh_from_db()
    return [getattr(row, name) for name in names]


# Fields


def test_changes_to_different_fields_are_both_kept_and_said(editors):
    lever = make_lever(title="Énergie", summary="Un résumé.", trap="Un piège.")
    mine, theirs = editors(lever)
    theirs.save(trap="Un autre piège.", title="L’énergie")

    response = mine.save(summary="Mon résumé.")

    assert is_saved(response)
    values = of(lever, "title", "summary", "trap")
    assert values == ["L’énergie", "Mon résumé.", "Un autre piège."]
    words = said(response)
    assert "Gardé aussi : Samir Benali, à" in words
    assert "a changé « Le piège »" in words
    assert "a changé « Titre »" in words


def test_the_same_field_is_refused_with_both_texts_and_nothing_is_written(editors):
    lever = make_lever(title="Énergie", summary="Un résumé.", trap="Un piège.")
    mine, theirs = editors(lever)
    theirs.save(summary="Son résumé.")
    before = Operation.objects.count()

    response = mine.save(summary="Mon résumé.", trap="Mon piège.")

    assert not is_saved(response)
    assert of(lever, "summary", "trap") == ["Son résumé.", "Un piège."]
    assert Operation.objects.count() == before
    assert "Samir Benali a changé ce champ à" in said(response)
    assert "Son résumé." in said(response)
    form = filled_form(response)
    assert (form["summary"], form["trap"]) == ("Mon résumé.", "Mon piège.")

    assert is_saved(mine.correct(response, summary="Les deux résumés."))
    assert of(lever, "summary", "trap") == ["Les deux résumés.", "Mon piège."]


def test_a_third_change_while_one_chooses_is_seen_too(editors):
    lever = make_lever(summary="Un résumé.")
    mine, theirs = editors(lever)
    theirs.save(summary="Son résumé.")
    refused = mine.save(summary="Mon résumé.")
    save(theirs.client, lever, summary="Encore un autre.")

    response = mine.correct(refused)

    assert not is_saved(response)
    assert "Encore un autre." in said(response)


def test_the_same_text_from_two_people_is_no_conflict(editors):
    lever = make_lever(summary="Un résumé.")
    mine, theirs = editors(lever)
    theirs.save(summary="Le même.")

    assert is_saved(mine.save(summary="Le même."))
    assert of(lever, "summary") == ["Le même."]


def test_a_form_that_changes_nothing_takes_nothing_back(editors):
    lever = make_lever(summary="Un résumé.")
    mine, theirs = editors(lever)
    theirs.save(summary="Son résumé.")

    assert is_saved(mine.save())
    assert of(lever, "summary") == ["Son résumé."]


@pytest.mark.parametrize(
    ("name", "theirs_is"), [("is_published", ""), ("theme", "solidarity"), ("terms", "term")]
)
def test_ticks_choices_and_relations_of_the_other_are_kept(editors, name, theirs_is):
    lever, term = make_lever(summary="Un résumé.", theme="economy"), make_term(name="Terme")
    mine, theirs = editors(lever)
    changes = {name: [term.pk] if theirs_is == "term" else theirs_is}
    if not theirs_is:
        del theirs.form[name]
        changes = {}
    theirs.save(**changes)

    response = mine.save(summary="Mon résumé.")

    assert is_saved(response), response.context["errors"]
    assert of(lever, "summary") == ["Mon résumé."]
    if name == "terms":
        assert list(lever.terms.all()) == [term]
    else:
        assert getattr(lever, name) == (theirs_is or False)


def test_two_people_who_choose_another_related_row_are_asked(editors):
    enterprise = make_enterprise(name="Ruche")
    sectors = [make_sector(name=name) for name in ["Culture", "Habitat"]]
    mine, theirs = editors(enterprise)
    theirs.save(sector=sectors[0].pk)

    response = mine.save(sector=sectors[1].pk)

    assert not is_saved(response)
    assert "Culture" in said(response)
    assert of(enterprise, "sector") == [sectors[0]]


def test_dates_and_numbers_are_compared_as_values(editors):
    rule = make_rule(title="Règle", verified_on=date(2026, 1, 12))
    mine, theirs = editors(rule)
    theirs.save(verified_on="12/11/2026")

    assert is_saved(mine.save(title="Autre règle"))
    assert of(rule, "title", "verified_on") == ["Autre règle", date(2026, 11, 12)]


def test_a_form_of_last_week_is_compared_with_what_it_was_opened_on(editors):
    lever = make_lever(summary="Un résumé.", trap="Un piège.")
    mine, theirs = editors(lever)
    for number in range(5):
        save(theirs.client, lever, trap=f"Piège {number}.")
    a_week = timezone.now() - timedelta(days=7)
    Operation.objects.update(started_at=a_week)

    assert is_saved(mine.save(summary="Mon résumé."))
    assert of(lever, "summary", "trap") == ["Mon résumé.", "Piège 4."]


def test_the_day_of_an_older_change_is_said(editors):
    lever = make_lever(summary="Un résumé.")
    mine, theirs = editors(lever)
    theirs.save(summary="Son résumé.")
    Operation.objects.update(started_at=timezone.now() - timedelta(days=40))

    assert "Samir Benali a changé ce champ le " in said(mine.save(summary="Mon résumé."))


@pytest.mark.parametrize(
    "names", ["", "abc", "99999999", "policies.lever:", f"policies.lever:{'9' * 40}", "x:²", "é:1"]
)
def test_versions_that_no_form_shows_are_asked_about(editor_client, names):
    lever = make_lever(summary="Un résumé.")

    assert save(editor_client, lever, summary="Mon résumé.", **{SHOWN: names}).status_code == 200
    assert of(lever, "summary") == ["Un résumé."]


def test_a_row_older_than_its_history_is_saved(editor_client):
    lever = make_lever(summary="Un résumé.")
    Lever.history.all().delete()

    save(editor_client, lever, summary="Mon résumé.")

    assert of(lever, "summary") == ["Mon résumé."]


# Rows


@pytest.fixture
def rows(editors):
    """A lever with three actions, opened by two people."""
    lever = make_lever(title="Énergie")
    actions = [make_action(lever=lever, text=text, order=n) for n, text in enumerate("ABC")]
    return *editors(lever), actions


def texts(lever):
    return sorted(Action.objects.filter(lever=lever).values_list("text", flat=True))


def test_changes_to_different_rows_are_both_kept(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-0-text": "A d’un autre"})

    response = mine.save(**{"actions-2-text": "C de moi"})

    assert is_saved(response)
    assert texts(mine.row) == ["A d’un autre", "B", "C de moi"]
    assert "a changé « " in said(response)


def test_changes_to_different_fields_of_one_row_are_both_kept(rows):
    mine, theirs, actions = rows
    theirs.save(**{"actions-0-instrument": "Une convention"})

    assert is_saved(mine.save(**{"actions-0-text": "A de moi"}))
    assert of(actions[0], "text", "instrument") == ["A de moi", "Une convention"]


def test_the_same_field_of_a_row_is_refused_with_both_texts(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-0-text": "A d’un autre"})

    response = mine.save(**{"actions-0-text": "A de moi", "title": "Mon titre"})

    assert not is_saved(response)
    assert "A d'un autre" in said(response)
    assert texts(mine.row) == ["A d’un autre", "B", "C"]
    assert of(mine.row, "title") == ["Énergie"]


def test_a_row_that_the_other_added_stays(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-TOTAL_FORMS": "4", "actions-3-text": "D", "actions-3-order": "4"})

    assert is_saved(
        mine.save(**{"actions-TOTAL_FORMS": "4", "actions-3-text": "E", "actions-3-order": "5"})
    )
    assert texts(mine.row) == ["A", "B", "C", "D", "E"]


def test_rows_that_the_other_moved_stay_there(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-0-order": "3"})

    assert is_saved(mine.save(**{"actions-1-text": "B de moi"}))
    in_order = Action.objects.filter(lever=mine.row).order_by("order")
    assert [action.text for action in in_order] == ["B de moi", "C", "A"]


def test_a_row_that_the_other_removed_stays_removed_if_it_was_not_changed_here(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-1-DELETE": "on"})

    response = mine.save(**{"actions-2-text": "C de moi"})

    assert is_saved(response)
    assert texts(mine.row) == ["A", "C de moi"]
    assert "« B » a été enlevé" in said(response)


def test_a_row_that_the_other_removed_while_it_was_changed_here_is_offered_as_a_new_one(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-1-DELETE": "on"})

    response = mine.save(**{"actions-1-text": "B de moi"})

    assert not is_saved(response)
    assert texts(mine.row) == ["A", "C"]
    assert "Cette ligne a été enlevée" in said(response)
    assert is_saved(mine.correct(response))
    assert texts(mine.row) == ["A", "B de moi", "C"]


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000, "abc", "²", ""])
def test_a_row_whose_key_cannot_be_read_is_refused_in_words(rows, key):
    mine, theirs, _ = rows
    theirs.save(summary="Son résumé.")

    response = mine.save(**{"actions-0-id": key})

    assert response.status_code == 200
    assert texts(mine.row)[-2:] == ["B", "C"]


def test_a_row_that_the_other_changed_is_not_removed_unseen(rows):
    mine, theirs, _ = rows
    theirs.save(**{"actions-0-text": "A d’un autre"})

    response = mine.save(**{"actions-0-DELETE": "on"})

    assert not is_saved(response)
    assert texts(mine.row) == ["A d’un autre", "B", "C"]
    assert is_saved(mine.correct(response, **{"actions-0-DELETE": "on"}))
    assert texts(mine.row) == ["B", "C"]


def test_a_figure_changed_on_its_own_page_is_kept_by_the_page_of_its_territory(editors):
    department = make_territory(name="Cher")
    figure = make_statistic(territory=department, note="Une note.")
    mine, _ = editors(department)
    save(mine.client, figure, note="Une autre note.")

    assert is_saved(mine.save(name="Le Cher"))
    assert of(figure, "note") == ["Une autre note."]


# All forms


def test_every_form_of_content_refuses_what_two_people_changed(rf, db):
    request = rf.get("/")
    request.user = client_of("Responsable").user
    request.user.is_superuser = True
    forms = {
        form
        for model_admin in admin.site._registry.values()
        if isinstance(model_admin, ContentAdmin)
        for form in [
            model_admin.get_form(request),
            *(
                inline.get_formset(request).form
                for inline in model_admin.get_inline_instances(request)
            ),
        ]
    }

    assert len(forms) >= 25
    assert all(issubclass(form, MergedForm) for form in forms)
