"""The rules of the data in the forms of the admin: a French message, and nothing is stored."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains

from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Statistic
from tests.factories import (
    make_action,
    make_commune,
    make_enterprise,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)

NO_SHARE = "Écrivez une part de 0 à 100"
NO_NUMBER = "Écrivez un nombre de 0 à 100, avec une virgule"


def statistic_form(**fields):
    values = {
        "territory": fields.pop("territory", None) or make_territory().pk,
        "source": fields.pop("source", None) or make_source().pk,
        "employee_share": "",
        "establishment_share": "",
        "employee_count": "",
        "establishment_count": "",
        "note": "",
    }
    return values | fields


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("employee_share", "-1", NO_SHARE),
        ("employee_share", "101", NO_SHARE),
        ("employee_share", "abc", NO_NUMBER),
        ("establishment_share", "-1", NO_SHARE),
        ("establishment_share", "101", NO_SHARE),
        ("establishment_share", "abc", NO_NUMBER),
    ],
)
def test_an_impossible_share_is_refused_by_the_form_which_keeps_what_was_typed(
    admin_client, field, typed, message
):
    values = statistic_form(note="À relire avant publication") | {field: typed}

    response = admin_client.post(reverse("admin:territories_statistic_add"), values)

    assertContains(response, message)
    assertContains(response, f'name="{field}" value="{typed}"')
    assertContains(response, "À relire avant publication")
    assert not Statistic.objects.exists()


@pytest.mark.parametrize("field", ["employee_share", "establishment_share"])
@pytest.mark.parametrize("value", ["-1", "101", "'abc'"])
def test_an_impossible_share_is_refused_by_the_database(db, field, value):
    statistic = make_statistic(employee_share=Decimal(1), establishment_share=Decimal(1))
    update = f"UPDATE territories_statistic SET {field} = {value} WHERE id = %s"

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(update, [statistic.pk])

    statistic.refresh_from_db()
    assert getattr(statistic, field) == 1


def test_a_second_row_for_a_territory_and_source_is_refused_by_the_form(admin_client):
    first = make_statistic()
    values = statistic_form(
        territory=first.territory_id, source=first.source_id, employee_share="12.34"
    )

    response = admin_client.post(reverse("admin:territories_statistic_add"), values)

    assertContains(response, "Ce territoire a déjà ses chiffres dans cette source.")
    assertContains(response, 'value="12.34"')
    assert Statistic.objects.count() == 1


def test_a_second_row_for_a_territory_and_source_is_refused_by_the_database(db):
    first = make_statistic()
    second = Statistic(
        territory=first.territory, source=first.source, employee_share=Decimal("12.34")
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        Statistic.objects.bulk_create([second])

    assert Statistic.objects.get() == first


def territory_form(territory, *rows, stored=0):
    """What the page of a territory sends; the first `stored` rows are those it opened with."""
    fields = ["kind", "code", "name", "slug", "with_article", "inside", "of", "outline"]
    values = {field: getattr(territory, field) for field in fields} | {
        "label_x": "",
        "label_y": "",
        "statistics-TOTAL_FORMS": len(rows),
        "statistics-INITIAL_FORMS": stored,
    }
    for number, row in enumerate(rows):
        for field, value in (row | {"territory": territory.pk}).items():
            values[f"statistics-{number}-{field}"] = value
    return values


def test_a_second_row_for_a_source_is_refused_on_the_page_of_the_territory(admin_client):
    first = make_statistic()
    source = first.source_id
    values = territory_form(
        first.territory,
        {"id": first.pk, "source": source, "employee_share": "10.50"},
        {"source": source, "employee_share": "12.34"},
        stored=1,
    )

    response = admin_client.post(
        reverse("admin:territories_territory_change", args=[first.territory_id]), values
    )

    assertContains(response, "Corrigez les données en double dans source.")
    assertContains(response, 'value="12.34"')
    assert Statistic.objects.count() == 1


def test_a_row_that_a_colleague_has_just_added_is_refused_on_the_page_of_the_territory(
    admin_client,
):
    territory = make_territory()
    theirs = make_statistic(territory=territory)
    values = territory_form(territory, {"source": theirs.source_id, "employee_share": "12.34"})

    response = admin_client.post(
        reverse("admin:territories_territory_change", args=[territory.pk]), values
    )

    assertContains(response, "Ce territoire a déjà ses chiffres dans cette source.")
    assertContains(response, 'value="12.34"')
    assert Statistic.objects.get() == theirs


def enterprise_form(**fields):
    values = {
        "name": "L’Atelier",
        "slug": "l-atelier",
        "department": make_territory().pk,
        "commune": "",
        "sector": fields.pop("sector", None) or make_enterprise().sector_id,
        "summary": "Un atelier partagé.",
        "is_published": "on",
        "photo-TOTAL_FORMS": "0",
        "photo-INITIAL_FORMS": "0",
    }
    return values | fields


def test_a_commune_of_another_department_is_refused_by_the_form(admin_client):
    cher = make_territory(name="Cher", inside="dans le Cher")
    amboise = make_commune(name="Amboise")
    values = enterprise_form(department=cher.pk, commune=amboise.pk)

    response = admin_client.post(reverse("admin:enterprises_enterprise_add"), values)

    assertContains(response, "Amboise n’est pas dans le Cher.")
    assertContains(response, 'value="L’Atelier"')
    assert not Enterprise.objects.filter(slug="l-atelier").exists()


def test_a_commune_of_the_department_is_accepted_by_the_form(admin_client):
    bourges = make_commune(name="Bourges")
    values = enterprise_form(department=bourges.department_id, commune=bourges.pk)

    response = admin_client.post(reverse("admin:enterprises_enterprise_add"), values)

    assert response.status_code == 302
    assert Enterprise.objects.get(slug="l-atelier").commune == bourges


def test_an_enterprise_without_department_is_refused_with_one_message(admin_client):
    values = enterprise_form(department="", commune=make_commune().pk)

    response = admin_client.post(reverse("admin:enterprises_enterprise_add"), values)

    assertContains(response, "Ce champ est obligatoire.")


@pytest.mark.parametrize("code", ["ab", "1", "1801", "18\n", "1-8"])
def test_a_code_that_no_territory_can_have_is_refused(db, code):
    territory = make_territory()
    territory.code = code

    with pytest.raises(ValidationError) as refusal:
        territory.full_clean()

    assert "Deux ou trois chiffres ou lettres capitales." in refusal.value.message_dict["code"]


@pytest.mark.parametrize(
    "outline",
    ['"/><script>alert(1)</script>', "M0 0A1 1 0 0 0 2 2z", "M", "z", "h10", "M0 0h", "1 2"],
)
def test_an_outline_that_is_not_a_drawing_is_refused(db, outline):
    territory = make_territory()
    territory.outline = outline

    with pytest.raises(ValidationError) as refusal:
        territory.full_clean()

    assert refusal.value.message_dict == {"outline": ["Un tracé SVG\u202f: lettres et nombres."]}


def test_the_region_holds_no_enterprise_in_the_form(admin_client):
    region = make_region()

    response = admin_client.post(
        reverse("admin:enterprises_enterprise_add"), enterprise_form(department=region.pk)
    )

    assert response.status_code == 200
    assert not Enterprise.objects.filter(slug="l-atelier").exists()


def test_content_in_use_cannot_be_deleted(db):
    commune = make_commune()
    enterprise = make_enterprise(commune=commune)
    statistic = make_statistic()

    for used in [commune, enterprise.department, enterprise.sector, statistic.source]:
        with pytest.raises(models.ProtectedError):
            used.delete()


def test_a_lever_takes_its_actions_with_it(db):
    action = make_action()

    action.lever.delete()

    assert not Lever.objects.exists()
    assert not type(action).objects.exists()
