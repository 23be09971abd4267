"""Numbers in the forms of the admin: typed and shown as French people write them."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from pytest_django.asserts import assertContains

from cress.base.admin import ContentAdmin
from cress.base.ranked_admin import RankedAdmin
from cress.base.text.numbers import read_number
from territories.models import Commune, MapGrid
from tests.admin_pages import address, change_page, save
from tests.factories import (
    DESK_FACTORIES,
    make_commune,
    make_enterprise,
    make_intercommunality,
    make_map_grid,
    make_statistic,
)

NARROW, NO_BREAK = "\u202f", "\u00a0"
NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField)


# Every field


def numbers_of(response):
    """Yield (its field of the model, its bound field) for each number, those of rows included."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [*inline.formset.forms, inline.formset.empty_form]
    for form in forms:
        for bound in form:
            try:
                field = form._meta.model._meta.get_field(bound.name)
            except FieldDoesNotExist:  # a field of the form alone
                continue
            if isinstance(field, NUMBERS) and not field.choices and not field.primary_key:
                yield field, bound


def test_no_page_has_a_field_that_drops_the_comma(content, admin_client):
    for make in DESK_FACTORIES.values():
        make()
    swept, pages = set(), 0
    for model, model_admin in admin.site._registry.items():
        row = model.objects.first()
        for url in [address(model, "add"), change_page(row)]:
            response = admin_client.get(url)
            if response.status_code == 403:  # no one adds a message
                continue
            pages += 1
            assert 'type="number"' not in response.text, url
            if "adminform" not in response.context or not isinstance(model_admin, ContentAdmin):
                continue
            for field, bound in numbers_of(response):
                is_whole = isinstance(field, models.IntegerField)
                widget = str(bound)
                assert 'type="text"' in widget, field
                assert f'inputmode="{"numeric" if is_whole else "decimal"}"' in widget, field
                swept.add(field)

    assert pages >= 44
    edited = {
        field
        for model_admin in admin.site._registry.values()
        if isinstance(model_admin, ContentAdmin)
        for model in [model_admin.model, *(inline.model for inline in model_admin.inlines)]
        for field in model._meta.get_fields()
        if isinstance(field, NUMBERS) and field.editable
        if not field.choices and not field.primary_key
        # The rank of a row is changed in its list, not in its form.
        if not (
            field.name == "order"
            and isinstance(model_admin, RankedAdmin)
            and model is model_admin.model
        )
    }
    assert swept == edited
    assert len(swept) >= 35


# What is read


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("10,79", "10.79"),
        ("10.79", "10.79"),
        (" 9,8 ", "9.8"),
        ("10,79 %", "10.79"),
        (f"10,79{NARROW}%", "10.79"),
        ("10,79%", "10.79"),
        ("1 234,5", "1234.5"),
        (f"1{NO_BREAK}234{NO_BREAK}567", "1234567"),
        (f"12{NARROW}345", "12345"),
        ("-3,5", "-3.5"),
        ("−3,5", "-3.5"),
        ("-0", "0"),
        ("010", "10"),
    ],
)
def test_a_number_is_read_as_french_people_write_it(typed, number):
    read = read_number(typed)

    assert str(read.value) == number
    assert read.is_percentage == ("%" in typed)


NO_NUMBERS = [
    "abc",
    "dix",
    "10,7,9",
    "1.234,5",
    "1,234.5",
    "10,",
    ",5",
    "9 8",
    "1 23",
    "1234 567",
    "1e5",
    "NaN",
    "nan",
    "Infinity",
    "∞",
    "-",
    "--1",
    "+5",
    "0x1F",
    "1_000",
    "%",
    "10 %%",
    "% 10",
    "10 € ",
    "９,８",
    "١٠",
    "½",
    "10²",
    "10\0",
    "10\n79",
    "=1+1",
    "9" * 10_000,
    "1" + " 000" * 3000,
    "<b>10</b>",
]


@pytest.mark.parametrize("typed", NO_NUMBERS, ids=lambda typed: ascii(typed[:12]))
def test_what_is_not_surely_a_number_is_read_as_none(typed):
    assert read_number(typed) is None


# What a form does with it


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("10,5", "10.50"),
        ("10.5", "10.50"),
        ("10,79 %", "10.79"),
        (f"10,79{NARROW}%", "10.79"),
        (f" 10,79{NO_BREAK}% ", "10.79"),
    ],
)
def test_a_share_is_typed_with_a_comma_and_its_sign(editor_client, typed, stored):
    statistic = make_statistic(employee_share="10.10")

    response = save(editor_client, statistic, employee_share=typed)

    assert response.status_code == 302
    statistic.refresh_from_db()
    assert str(statistic.employee_share) == stored
    shown = f'value="{stored.replace(".", ",")}"'
    assertContains(editor_client.get(change_page(statistic)), shown)


@pytest.mark.parametrize("typed", NO_NUMBERS, ids=lambda typed: ascii(typed[:12]))
def test_what_is_no_number_is_refused_and_kept_as_typed(editor_client, typed):
    statistic = make_statistic(note="Gardée.")
    commune = make_intercommunality()

    for row, name, sentence in [
        (statistic, "employee_share", "Écrivez un nombre de 0 à 100, avec une virgule"),
        (statistic, "employee_count", "Écrivez un nombre entier, en chiffres"),
        (commune, "population", "Écrivez un nombre entier, en chiffres"),
    ]:
        before = getattr(row, name)
        response = save(editor_client, row, **{name: typed})

        assertContains(response, sentence)
        form = response.context["adminform"].form
        assert form[name].value() == typed
        assert list(form.errors) == [name]
        assert len(form.errors[name]) == 1
        row.refresh_from_db()
        assert getattr(row, name) == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("101", "Écrivez une part de 0 à 100"),
        ("-1", "Écrivez une part de 0 à 100"),
        ("1 079", "Écrivez une part de 0 à 100"),
        ("1 234,5", "Écrivez une part de 0 à 100"),
        ("9" * 15, "Écrivez une part de 0 à 100"),
        ("0,1079", "gardez-en 2 au plus. Une part de 0,1079 s’écrit 10,79."),
        ("10,000", "gardez-en 2 au plus"),
    ],
)
def test_an_impossible_share_is_refused_under_its_field(editor_client, typed, sentence):
    statistic = make_statistic()

    form = save(editor_client, statistic, employee_share=typed).context["adminform"].form

    [message] = form.errors["employee_share"]
    assert sentence in message.replace(NARROW, " ")
    assert form.errors.keys() == {"employee_share"}
    assert form["employee_share"].value() == typed


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12,5", "Écrivez un nombre entier"),
        ("9.000", "Écrivez un nombre entier"),
        ("12,0", "Écrivez un nombre entier"),
        ("-1", "Ce nombre est trop petit : écrivez 0 ou plus."),
        ("12 %", "Écrivez ce nombre sans « % »."),
        ("50 000 001", "Ce nombre est trop grand."),
    ],
)
def test_an_impossible_count_is_refused_under_its_field(editor_client, typed, sentence):
    statistic = make_statistic()

    form = save(editor_client, statistic, employee_count=typed).context["adminform"].form

    [message] = form.errors["employee_count"]
    assert message.replace(NARROW, " ").startswith(sentence)
    assert form["employee_count"].value() == typed


@pytest.mark.parametrize("typed", ["12345", "12 345", f"12{NARROW}345", f"12{NO_BREAK}345"])
def test_a_count_is_typed_with_any_space(editor_client, typed):
    place = make_intercommunality()
    enterprise = make_enterprise()

    save(editor_client, place, population=typed)
    save(editor_client, enterprise, headcount_min=typed, headcount_max=typed, founded="1987")

    place.refresh_from_db()
    enterprise.refresh_from_db()
    assert place.population == enterprise.headcount_max == 12_345
    assert enterprise.founded == 1987


def test_a_coordinate_keeps_all_its_decimals_and_its_sign(editor_client):
    commune = make_commune(longitude=2.44787, latitude=47.27779)

    response = editor_client.get(change_page(commune))
    assertContains(response, 'value="2,44787"')
    save(editor_client, commune, longitude="-0,00012", latitude="47.1")

    commune = Commune.objects.get()
    assert (commune.longitude, commune.latitude) == (-0.00012, 47.1)


def test_an_emptied_number_is_none(editor_client):
    statistic = make_statistic(employee_count=12)

    save(editor_client, statistic, employee_count="  ")

    statistic.refresh_from_db()
    assert statistic.employee_count is None


def test_a_number_may_be_negative_where_the_map_needs_it(admin_client):
    grid = make_map_grid()

    save(admin_client, grid, west="-1 200 000")

    assert MapGrid.objects.get().west == -1_200_000


def test_a_figure_that_is_shown_and_sent_again_is_no_change(editor_client):
    statistic = make_statistic(employee_share=Decimal("10.50"), employee_count=85_268)

    save(editor_client, statistic)

    assert statistic.history.count() == 1
