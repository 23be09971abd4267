"""The order of lists: who moves a row, where a new one comes, what is refused."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.base.history.operations import Operation
from cress.base.ranked_admin import RankedAdmin
from cress.base.ranks import Ranked, listed_with, lock_ranks, place
from cress.base.text.typography import french
from cress.chamber.models import Mission, Page, Service
from policies.models import Action, Argument, Lever, Rule
from territories.models import DepartmentRank
from tests.admin_pages import address, change_page, delete_together, filled_form, save
from tests.factories import (
    FACTORIES,
    make_action,
    make_argument,
    make_lever,
    make_mission,
    make_rule,
    make_service,
    make_staff,
)
from tests.unsaved import opened_form, strict_client, text_of

RANKED = [model for model in apps.get_models() if issubclass(model, Ranked)]
LISTED = [model for model in RANKED if model is not Action]  # actions are moved in their lever
# What is called a rank, and is the rank of no list.
OTHER_RANKS = {
    (DepartmentRank, "position"),  # a statistic
    (Page, "footer_order"),  # most pages have none
}


def make_list(model, count):
    """Make rows of one list, in order."""
    rows = [FACTORIES[model](order=None)]
    shared = {name: getattr(rows[0], name) for name in model.ranked_within}
    return rows + [FACTORIES[model](order=None, **shared) for _ in range(count - 1)]


def order_of(row):
    return list(listed_with(row))


def ranks_of(row):
    return [each.order for each in listed_with(row)]


def move(client, row, to="position", position="", **filters):
    url = address(type(row), "move", row.pk)
    query = {"_changelist_filters": "&".join(f"{k}={v}" for k, v in filters.items())}
    return client.post(
        url, {"to": to, "position": position}, query_params=query if filters else None
    )


def move_and_read(client, row, *arguments):
    """Move a row; return the message that the next page shows."""
    answer = client.get(move(client, row, *arguments).url.partition("#")[0])
    return str(list(answer.context["messages"])[-1])


def reader(*models, **fields):
    """Return the client of someone who may only see the rows of these models."""
    account = make_staff(group=None)
    codenames = [f"view_{model._meta.model_name}" for model in models]
    account.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(**fields)
    client.force_login(account)
    return client


# Every list


def test_every_rank_of_the_site_is_kept_in_one_way():
    named = {
        (model, field.name)
        for model in FACTORIES
        for field in model._meta.concrete_fields
        if isinstance(field, models.PositiveSmallIntegerField)
        and (field.name.endswith("order") or re.match(r"rang\b", str(field.verbose_name)))
    }
    named |= {(DepartmentRank, "position")}

    assert named - OTHER_RANKS == {(model, "order") for model in RANKED}
    assert len(RANKED) == 13


def test_every_list_is_put_in_order_by_those_who_read_it():
    for model in LISTED:
        its_admin = admin.site._registry[model]
        assert isinstance(its_admin, RankedAdmin), model
        assert "position" in its_admin.list_display, model


@pytest.mark.parametrize("model", RANKED)
def test_the_rank_comes_first_in_the_order_of_a_list(model):
    """Equal ranks are then numbered as the site showed them."""
    row = model(**{f"{name}": None for name in model.ranked_within if name == "lever"})
    within = {*model.ranked_within, *(f"{name}__order" for name in model.ranked_within)}
    ordering = [name for name in model._meta.ordering if name not in within]

    assert ordering[0] == "order", row
    assert len(ordering) > 1


@pytest.mark.parametrize("model", RANKED)
def test_a_new_row_comes_last(db, model):
    rows = make_list(model, 3)

    assert order_of(rows[0]) == rows
    assert ranks_of(rows[0]) == [1, 2, 3]


@pytest.mark.parametrize("model", LISTED)
def test_a_row_goes_up_down_and_to_a_position(manager_client, model):
    a, b, c, d = make_list(model, 4)

    move(manager_client, c, "up")
    assert order_of(a) == [a, c, b, d]
    move(manager_client, a, "down")
    assert order_of(a) == [c, a, b, d]
    move(manager_client, c, "position", "4")
    assert order_of(a) == [a, b, d, c]
    move(manager_client, d, "position", "1")
    assert order_of(a) == [d, a, b, c]
    assert ranks_of(a) == [1, 2, 3, 4]


@pytest.mark.parametrize("model", LISTED)
def test_the_list_shows_positions_and_what_moves_each_row(manager_client, model):
    rows = make_list(model, 3)

    response = manager_client.get(address(model, "changelist"))

    shown = {row.pk: row.listed_position for row in response.context["cl"].result_list}
    assert [shown[row.pk].number for row in rows] == [1, 2, 3]
    for word, without in [("Monter", rows[0]), ("Descendre", rows[-1])]:
        for row in rows:
            button = f'id="{"up" if word == "Monter" else "down"}-{row.pk}"'
            assert (button in response.text) == (row != without)
        assertContains(response, french(f"{word} : {str(rows[1])[:60]}"))
    for row in rows:
        assertContains(response, f'<label for="position-{row.pk}"', count=1)
        assertContains(response, f'action="{address(model, "move", row.pk)}"', count=1)
        assertNotContains(manager_client.get(change_page(row)), 'name="order"')


# What the page says


def test_the_page_says_the_new_position_and_comes_back_to_the_row(editor_client):
    a, b, c = make_list(Lever, 3)

    response = move(editor_client, c, "up")

    assert response.url == f"{address(Lever, 'changelist')}#up-{c.pk}"
    page = editor_client.get(response.url)
    assertContains(page, french(f"« {c} » est maintenant en position 2."))
    assertContains(page, f'id="up-{c.pk}"')


def test_a_row_that_has_come_to_an_end_is_reached_by_its_field(editor_client):
    a, b, c = make_list(Lever, 3)

    assert move(editor_client, b, "up").url.endswith(f"#position-{b.pk}")
    assert move(editor_client, a, "down").url.endswith(f"#position-{a.pk}")
    assert move(editor_client, c, "position", "2").url.endswith(f"#position-{c.pk}")


@pytest.mark.parametrize("to", ["up", "down"])
def test_a_row_at_an_end_of_its_list_stays_there(editor_client, to):
    rows = make_list(Lever, 3)
    row, position = (rows[0], 1) if to == "up" else (rows[-1], 3)

    assert move_and_read(editor_client, row, to) == french(
        f"« {row} » est déjà en position {position}."
    )
    assert order_of(row) == rows


@pytest.mark.parametrize("typed", ["0", "4", "999", "-1", "abc", "1.5", "9" * 30, "²", "\0", "<b>"])
def test_an_impossible_position_is_refused_and_says_what_is_possible(editor_client, typed):
    rows = make_list(Lever, 3)

    message = move_and_read(editor_client, rows[1], "position", typed)

    assert re.search(
        french(r"reste en position 2 : « .* » n’est pas une position de 1 à 3\.$"),
        message,
        re.DOTALL,
    )
    assert order_of(rows[0]) == rows


@pytest.mark.parametrize(
    ("to", "typed"), [("position", ""), ("position", "  "), ("", ""), ("x", "")]
)
def test_an_empty_position_is_asked_for(editor_client, to, typed):
    rows = make_list(Lever, 3)

    message = move_and_read(editor_client, rows[1], to, typed)

    assert message == french(f"« {rows[1]} » reste en position 2 : écrivez une position de 1 à 3.")
    assert order_of(rows[0]) == rows


def test_a_position_is_read_with_spaces_around_it(editor_client):
    rows = make_list(Lever, 3)

    move(editor_client, rows[0], "position", " 3\u202f")

    assert order_of(rows[0]) == [rows[1], rows[2], rows[0]]


def test_a_row_that_a_colleague_has_deleted_is_said_to_be_gone(editor_client):
    rows = make_list(Lever, 3)
    url = address(Lever, "move", rows[1].pk)
    rows[1].delete()

    response = editor_client.post(url, {"to": "up"}, follow=True)

    assertContains(response, "Cette ligne n’existe plus")
    assert order_of(rows[0]) == [rows[0], rows[2]]


@pytest.mark.parametrize("key", ["abc", "9" * 30, "0", "-1", "é"])
def test_a_key_that_is_none_is_said_to_be_gone(editor_client, key):
    response = editor_client.post(address(Lever, "move", key), {"to": "up"}, follow=True)

    assertContains(response, "Cette ligne n’existe plus")


def test_a_long_or_hostile_name_is_cut_and_escaped(editor_client):
    rows = [
        make_mission(title=f"<script>alert({n})</script> {'long ' * 20}", order=n) for n in (1, 2)
    ]

    response = editor_client.get(move(editor_client, rows[1], "up").url)

    assertNotContains(response, "<script>alert")
    assertContains(response, "…")


def test_the_move_is_written_in_the_history_of_the_row(editor_client):
    rows = make_list(Lever, 3)

    move(editor_client, rows[2], "position", "1")

    response = editor_client.get(address(Lever, "history", rows[2].pk))
    assertContains(response, "<del>3</del> <ins>1</ins>", html=True)


# Filtered, searched, sorted


def test_a_filter_keeps_the_positions_of_the_whole_list_and_is_kept(editor_client):
    solidarity = {"theme": "solidarity"}
    a, b = make_lever(order=1), make_lever(order=2, **solidarity)
    c, d = make_lever(order=3), make_lever(order=4, **solidarity)

    filtered = editor_client.get(address(Lever, "changelist"), {"theme__exact": "solidarity"})
    response = move(editor_client, d, "up", theme__exact="solidarity")

    assert [row.listed_position.number for row in filtered.context["cl"].result_list] == [2, 4]
    assertContains(filtered, "Les positions sont celles de la liste entière")
    assertContains(filtered, f"{address(Lever, 'move', d.pk)}?_changelist_filters=theme__exact")
    assertRedirects(response, f"{address(Lever, 'changelist')}?theme__exact=solidarity#up-{d.pk}")
    assert order_of(a) == [a, b, d, c]


def test_a_search_and_another_order_keep_the_positions_of_the_whole_list(editor_client):
    rows = [make_lever(title=f"Levier {word}") for word in ["zinc", "mica", "azur"]]

    found = editor_client.get(address(Lever, "changelist"), {"q": "mica"})
    sorted_by_title = editor_client.get(address(Lever, "changelist"), {"o": "1"})

    [row] = found.context["cl"].result_list
    assert row.listed_position[:2] == (2, 3)
    assert [row.listed_position.number for row in sorted_by_title.context["cl"].result_list] == [
        3,
        2,
        1,
    ]
    assert order_of(rows[0]) == rows


def test_rows_of_two_kinds_in_one_list_are_counted_apart(editor_client):
    steps = [make_argument(kind="step") for _ in range(2)]
    reasons = [make_argument(kind="reason") for _ in range(3)]

    page = editor_client.get(address(Argument, "changelist"))
    move(editor_client, steps[1], "position", "1")
    refused = move_and_read(editor_client, steps[1], "position", "3")

    shown = {row: row.listed_position[:2] for row in page.context["cl"].result_list}
    assert [shown[row] for row in steps + reasons] == [(1, 2), (2, 2), (1, 3), (2, 3), (3, 3)]
    assertContains(page, "parmi les lignes de même nature")
    assert order_of(steps[0]) == [steps[1], steps[0]]
    assert order_of(reasons[0]) == reasons
    assert "de 1 à 2" in refused


def test_rules_without_a_lever_are_counted_by_topic(editor_client):
    aids = [make_rule(topic="aids") for _ in range(2)]
    others = [make_rule(topic="who"), *make_list(Rule, 2)]

    move(editor_client, aids[1], "up")

    assert order_of(aids[0]) == [aids[1], aids[0]]
    assert [ranks_of(row) for row in others] == [[1], [1, 2], [1, 2]]


def test_a_row_that_is_alone_has_nothing_to_be_moved_by(editor_client):
    lever = make_lever()

    response = editor_client.get(address(Lever, "changelist"))

    assertContains(response, "1 sur 1")
    assertNotContains(response, f'id="position-{lever.pk}"')


# Who may


def test_a_reader_sees_positions_and_moves_nothing(db):
    rows = make_list(Service, 3)
    client = reader(Service)

    page = client.get(address(Service, "changelist"))
    refused = move(client, rows[2], "up")

    assertContains(page, "2 sur 3")
    assertNotContains(page, "Monter")
    assertNotContains(page, 'name="position"')
    assert refused.status_code == 403
    assert order_of(rows[0]) == rows


def test_a_visitor_is_sent_to_the_sign_in_page(client, db):
    rows = make_list(Service, 3)

    response = move(client, rows[2], "up")

    assert response.url.startswith(reverse("admin:login"))
    assert order_of(rows[0]) == rows


def test_a_move_is_a_post_with_its_token(db):
    rows = make_list(Service, 3)
    client = Client(enforce_csrf_checks=True)
    account = make_staff()
    client.force_login(account)
    page = client.get(address(Service, "changelist"))
    url = address(Service, "move", rows[2].pk)
    [token] = re.findall(
        rf'action="{url}"><input type="hidden" name="\w+" value="(\w+)"', page.text
    )

    assert client.get(url).status_code == 405
    assert client.post(url, {"to": "up"}).status_code == 403
    assert order_of(rows[0]) == rows
    assert client.post(url, {"to": "up", "csrfmiddlewaretoken": token}).status_code == 302
    assert order_of(rows[0]) == [rows[0], rows[2], rows[1]]


# What is kept, whatever else is saved


def test_a_page_opened_before_a_move_does_not_undo_it(editor_client):
    a, b, c = make_list(Lever, 3)
    opened = filled_form(editor_client.get(change_page(c)))
    move(editor_client, c, "position", "1")

    editor_client.post(change_page(c), opened | {"title": "Un meilleur titre"})

    assert [lever.title for lever in order_of(a)] == ["Un meilleur titre", a.title, b.title]
    assert ranks_of(a) == [1, 2, 3]


def test_a_row_that_was_read_before_a_move_does_not_undo_it_when_it_is_saved(db):
    a, b, c = make_list(Service, 3)
    place({Service.objects.get(pk=c.pk): 1})

    a.text = "Un autre texte."
    a.save()

    assert order_of(a) == [c, a, b]
    assert a.order == 2


def test_a_row_that_comes_from_another_list_is_put_last(editor_client):
    step, reasons = make_argument(kind="step"), [make_argument(kind="reason") for _ in range(2)]

    save(editor_client, step, kind="reason")

    assert order_of(reasons[0]) == [*reasons, step]
    assert len(set(ranks_of(reasons[0]))) == 3


def test_a_row_that_is_saved_in_another_list_by_its_field_alone_is_put_last(db):
    step, reason = make_argument(kind="step", order=1), make_argument(kind="reason", order=1)

    step.kind = "reason"
    step.save(update_fields=["kind"])

    assert ranks_of(reason) == [1, 2]
    assert order_of(reason) == [reason, step]


@pytest.mark.parametrize("rank", [None, 0, 1, 2])
def test_a_new_row_with_no_rank_or_with_a_taken_one_comes_last(db, rank):
    rows = make_list(Service, 2)

    new = make_service(order=rank)

    assert order_of(new) == [*rows, new]
    assert ranks_of(new) == [1, 2, 3]


def test_a_deleted_row_may_come_back_to_its_place(db):
    a, b, c = make_list(Service, 3)
    b.delete()
    last = make_service(order=None)

    again = make_service(title=b.title, order=b.order)

    assert order_of(a) == [a, again, c, last]
    assert ranks_of(a) == [1, 2, 3, 4]


def test_positions_have_no_gap_after_a_deletion(editor_client):
    rows = make_list(Service, 5)

    delete_together(editor_client, rows[1:3], post="yes")

    page = editor_client.get(address(Service, "changelist"))
    assert [row.listed_position[:2] for row in page.context["cl"].result_list] == [
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    move(editor_client, rows[4], "up")
    assert order_of(rows[0]) == [rows[0], rows[4], rows[3]]
    assert ranks_of(rows[0]) == [1, 2, 3]


def test_equal_ranks_are_numbered_by_a_move_as_the_site_showed_them(editor_client):
    rows = [make_service(title=title) for title in ["Accueil", "Bourse", "Conseil", "Débat"]]
    Service.objects.update(order=1)

    page = editor_client.get(address(Service, "changelist"))
    move(editor_client, rows[3], "up")

    assert [row.listed_position.number for row in page.context["cl"].result_list] == [1, 2, 3, 4]
    assert order_of(rows[0]) == [rows[0], rows[1], rows[3], rows[2]]
    assert ranks_of(rows[0]) == [1, 2, 3, 4]


def test_ranks_are_locked_in_a_transaction_only(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        lock_ranks()


def test_several_rows_are_placed_at_once(db):
    a, b, c, d, e = make_list(Service, 5)

    place({a: 3, d: 2})
    assert order_of(a) == [b, d, a, c, e]
    place({b: 2, c: 2})
    assert order_of(a) == [d, b, c, a, e]
    place({d: None, e: 1, b: 99})
    assert order_of(a) == [e, c, a, d, b]


def test_a_move_says_of_no_other_row_that_it_was_edited(editor_client):
    rows = make_list(Lever, 3)
    dates = dict(Lever.objects.values_list("pk", "updated_at"))

    move(editor_client, rows[2], "position", "1")

    assert dict(Lever.objects.values_list("pk", "updated_at")) == dates


def test_the_site_follows_the_order(client, editor_client):
    a, b, c = make_list(Mission, 3)
    before = client.get("/la-cress/").text

    move(editor_client, c, "position", "1")

    after = client.get("/la-cress/").text
    assert before.index(a.title) < before.index(b.title) < before.index(c.title)
    assert after.index(c.title) < after.index(a.title) < after.index(b.title)


# Queries


@pytest.mark.parametrize(("to", "position", "written"), [("up", "", 2), ("position", "1", 4)])
def test_a_move_reads_no_more_in_a_longer_list_and_writes_what_changes(
    editor_client, to, position, written
):
    counts = []
    for size in [5, 20]:
        rows = make_list(Service, size)
        moved = order_of(rows[0])[3]
        move(editor_client, moved, "up")  # what is read once and kept
        moved = order_of(rows[0])[3]
        with CaptureQueriesContext(connection) as queries:
            move(editor_client, moved, to, position)
        writes = [q for q in queries if q["sql"].startswith('UPDATE "chamber_service"')]
        assert len(writes) == written
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 24


# Rows with a rank in a form


def actions_of(lever):
    return [action.text for action in lever.actions.all()]


@pytest.fixture
def lever(db):
    lever = make_lever()
    for text in ["Acheter", "Bâtir", "Confier"]:
        make_action(lever=lever, text=text, order=None)
    return lever


def test_a_new_action_comes_last_without_a_rank_and_at_its_rank_with_one(editor_client, lever):
    form = filled_form(editor_client.get(change_page(lever)))
    new = {
        "actions-TOTAL_FORMS": "5",
        "actions-3-text": "Diriger",
        "actions-3-order": "",
        "actions-4-text": "Essayer",
        "actions-4-order": "2",
    }

    response = editor_client.post(change_page(lever), form | new)

    assert response.status_code == 302
    assert actions_of(lever) == ["Acheter", "Essayer", "Bâtir", "Confier", "Diriger"]
    assert ranks_of(lever.actions.first()) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"0": "3", "2": "1"}, ["Confier", "Bâtir", "Acheter"]),
        ({"0": "2", "1": "3", "2": "1"}, ["Confier", "Acheter", "Bâtir"]),
        ({"2": "1"}, ["Confier", "Acheter", "Bâtir"]),
        ({"0": ""}, ["Bâtir", "Confier", "Acheter"]),
        ({"0": "999"}, ["Bâtir", "Confier", "Acheter"]),
        ({}, ["Acheter", "Bâtir", "Confier"]),
    ],
)
def test_actions_take_the_ranks_that_are_typed(editor_client, lever, typed, expected):
    form = filled_form(editor_client.get(change_page(lever)))
    changes = {f"actions-{number}-order": rank for number, rank in typed.items()}

    editor_client.post(change_page(lever), form | changes)

    assert actions_of(lever) == expected
    assert ranks_of(lever.actions.first()) == [1, 2, 3]


def test_a_page_opened_before_a_colleague_moved_the_actions_does_not_move_them_back(
    editor_client, lever
):
    form = filled_form(editor_client.get(change_page(lever)))
    place({lever.actions.last(): 1})

    editor_client.post(change_page(lever), form | {"actions-0-text": "Acheter local"})

    assert actions_of(lever) == ["Confier", "Acheter local", "Bâtir"]


@pytest.mark.parametrize("typed", ["0", "-1", "abc", "1,5", "9" * 30])
def test_an_impossible_rank_of_an_action_is_refused_and_nothing_is_lost(
    editor_client, lever, typed
):
    form = filled_form(editor_client.get(change_page(lever)))

    response = editor_client.post(
        change_page(lever), form | {"actions-0-order": typed, "summary": "Gardé."}
    )

    assert response.status_code == 200
    assertContains(response, "Gardé.")
    assertContains(response, f'value="{typed}"')
    assert actions_of(lever) == ["Acheter", "Bâtir", "Confier"]


def test_an_action_that_is_deleted_leaves_the_others_in_order(editor_client, lever):
    form = filled_form(editor_client.get(change_page(lever)))

    editor_client.post(
        change_page(lever),
        form | {"actions-1-DELETE": "on", "actions-1-order": "1", "actions-2-order": "1"},
    )

    assert actions_of(lever) == ["Confier", "Acheter"]


def test_the_page_shows_positions_where_ranks_have_gaps(editor_client, lever):
    lever.actions.get(text="Bâtir").delete()

    page = editor_client.get(change_page(lever))

    assert filled_form(page)["actions-1-order"] == "2"
    editor_client.post(change_page(lever), filled_form(page))
    assert ranks_of(lever.actions.first()) == [1, 3]


# Buttons of the rows of a form


def button_of(page, action, to):
    """Return what the button of an action sends, as the page has it."""
    [value] = re.findall(rf'name="move" value="(actions {action.pk} \d+ {to})"', page.text)
    return {"move": value}


def test_a_button_of_an_action_saves_the_form_and_moves_the_action_one_place(editor_client, lever):
    last = lever.actions.get(text="Confier")
    page = editor_client.get(change_page(lever))
    typed = {"summary": "Gardé.", "actions-0-text": "Acheter local", "actions-TOTAL_FORMS": "4"}
    new = {"actions-3-text": "Diriger", "actions-3-order": ""}
    count = Operation.objects.count()

    response = editor_client.post(
        change_page(lever), filled_form(page, **typed, **new) | button_of(page, last, "up")
    )
    page = editor_client.get(response.url)

    assert actions_of(lever) == ["Acheter local", "Confier", "Bâtir", "Diriger"]
    assert ranks_of(last) == [1, 2, 3, 4]
    assert Operation.objects.count() == count + 1
    lever.refresh_from_db()
    assert lever.summary == "Gardé."
    assert response.url == f"{change_page(lever)}#up-{last.pk}-actions"
    assertContains(page, f'id="up-{last.pk}-actions"')
    sentence = "« Confier » est maintenant en position 2. La fiche est enregistrée."
    [message] = page.context["messages"]
    assert str(message).startswith(french(sentence))

    # At an end of the list the button is gone: one comes back to the rank.
    response = editor_client.post(
        change_page(lever), filled_form(page) | button_of(page, last, "up")
    )
    assert response.url == f"{change_page(lever)}#id_actions-0-order"
    assert actions_of(lever)[0] == "Confier"


def test_only_a_stored_row_that_may_go_up_or_down_has_the_button(editor_client, lever):
    a, b, c = lever.actions.all()

    page = editor_client.get(change_page(lever))

    buttons = re.findall(r'name="move" value="([^"]+)"', page.text)
    expected = [(a, 1, "down"), (b, 2, "up"), (b, 2, "down"), (c, 3, "up")]
    assert buttons == [f"actions {row.pk} {position} {to}" for row, position, to in expected]
    assertContains(page, "Monter\u202f: Bâtir")
    assertNotContains(editor_client.get(change_page(lever), {"_popup": "1"}), "Monter")


@pytest.mark.parametrize("to", ["up", "down"])
def test_a_button_moves_nothing_while_the_form_has_an_error(editor_client, lever, to):
    page = editor_client.get(change_page(lever))
    button = button_of(page, lever.actions.get(text="Bâtir"), to)

    response = editor_client.post(
        change_page(lever), filled_form(page, title="", summary="Gardé.") | button
    )

    assert response.status_code == 200
    assertContains(response, "Ce champ est obligatoire.")
    assertContains(response, "Gardé.")
    assert actions_of(lever) == ["Acheter", "Bâtir", "Confier"]


def test_a_button_that_shows_an_older_position_moves_nothing_and_the_form_is_saved(
    editor_client, lever
):
    page = editor_client.get(change_page(lever))
    last = lever.actions.get(text="Confier")
    place({last: 1})

    response = editor_client.post(
        change_page(lever), filled_form(page, summary="Gardé.") | button_of(page, last, "up")
    )

    lever.refresh_from_db()
    assert lever.summary == "Gardé."
    assert actions_of(lever) == ["Confier", "Acheter", "Bâtir"]
    assert "« Confier » est en position 1, et non plus" in text_of(editor_client.get(response.url))


def test_a_button_goes_with_the_ranks_and_deletions_of_the_same_form(editor_client, lever):
    page = editor_client.get(change_page(lever))
    changes = {"actions-0-DELETE": "on", "actions-1-order": "3"}

    editor_client.post(
        change_page(lever),
        filled_form(page, **changes) | button_of(page, lever.actions.get(text="Bâtir"), "up"),
    )
    assert actions_of(lever) == ["Bâtir", "Confier"]

    page = editor_client.get(change_page(lever))
    button = button_of(page, lever.actions.get(text="Confier"), "up")
    response = editor_client.post(
        change_page(lever), filled_form(page, **{"actions-1-DELETE": "on"}) | button
    )
    assert actions_of(lever) == ["Bâtir"]
    assert response.url == change_page(lever)


def test_a_double_click_on_a_button_moves_once(editor_client, lever):
    client = strict_client(editor_client.user)
    last = lever.actions.get(text="Confier")
    form = opened_form(client, change_page(lever))
    form |= button_of(client.get(change_page(lever)), last, "up")

    first, second = (client.post(change_page(lever), form) for _ in range(2))

    assert actions_of(lever) == ["Acheter", "Confier", "Bâtir"]
    assert first.url == second.url == f"{change_page(lever)}#up-{last.pk}-actions"
    other = button_of(client.get(change_page(lever)), lever.actions.get(text="Bâtir"), "up")
    client.post(change_page(lever), form | other)  # another button is no repetition
    assert actions_of(lever) == ["Acheter", "Bâtir", "Confier"]


def test_actions_that_one_may_only_see_have_no_button_and_stay_where_they_are(lever):
    account = make_staff(group=None)
    codenames = ["view_lever", "change_lever", "view_action"]
    account.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(account)
    page = client.get(change_page(lever))
    last = lever.actions.get(text="Confier")
    place({last: 1})
    forged = {"actions-0-order": "3", "move": f"actions {last.pk} 1 down"}

    client.post(change_page(lever), filled_form(page, summary="Gardé.") | forged)

    assertNotContains(page, "Monter")
    lever.refresh_from_db()
    assert lever.summary == "Gardé."
    assert actions_of(lever) == ["Confier", "Acheter", "Bâtir"]
