"""Every rule of the data is checked twice: by the forms, in French, and by the database."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.text import capfirst

from cress.base.fields import AddressField
from cress.base.text.typography import french
from cress.contact.models import Person, Route
from territories.models import MapGrid, Territory
from tests.factories import (
    FACTORIES,
    make_action,
    make_argument,
    make_bin,
    make_commune,
    make_competence,
    make_declared_competence,
    make_distribution,
    make_enterprise,
    make_former_commune,
    make_identity,
    make_intercommunality,
    make_lever,
    make_mail,
    make_map_grid,
    make_message,
    make_missed_search,
    make_old_address,
    make_person,
    make_photo,
    make_rank,
    make_reading,
    make_region,
    make_route,
    make_rule,
    make_source,
    make_staff,
    make_statistic,
    make_subject,
    make_territory,
)
from tests.models import models_of

OUR_APPS = [
    "base",
    "territories",
    "policies",
    "enterprises",
    "chamber",
    "contact",
    "links",
    "search",
]
OUR_MODELS = models_of(*OUR_APPS)


@dataclass(frozen=True)
class Case:
    """A valid row, and values that break one rule of it."""

    make: Callable[[], models.Model]
    wrong: dict
    message: str
    field: str = NON_FIELD_ERRORS  # where a form shows the message


def copy_of(make, *fields):
    """Return a function that makes two rows, and gives the second what the first has."""

    def make_copy():
        first, second = make(), make()
        return second, {field: getattr(first, field) for field in fields}

    return make_copy


def beside_region():
    make_region()
    return make_territory(), {"kind": "region"}


def beside_country():
    make_region(kind="country", code="FR")
    return make_territory(), {"kind": "country"}


def route_of_territory():
    return make_route(territory=make_territory())


def precise_route():
    return make_route(territory=make_territory(), subject=make_subject())


def fallback_route():
    """Make a rule without territory; the first one has no subject either."""
    return make_route(subject=None if not Route.objects.exists() else make_subject())


def anonymised_message():
    return make_message(name="", email="", text="", anonymised_at=timezone.now())


def listed_twice():
    make_enterprise(siret="73282932000074")
    return make_enterprise(), {"siret": "73282932000074"}


def merged_into_itself():
    message = make_message()
    return message, {"merged_into": message}


ONE_ROUTE = "Il y a déjà une règle pour ce territoire et cet objet."
ANONYMISED = "Un message anonymisé ne dit plus rien de personne."
ASSOCIATED = "Dites en toutes lettres qui sont les personnes associées."
HEADCOUNT = "Donnez les deux bornes, la plus petite d’abord."
SIREN = "Un SIREN a neuf chiffres."
CENTRE = "Donnez la longitude et la latitude, ou aucune des deux."
CENTRE_KIND = "Sans longitude ni latitude, ne dites pas ce qu’est le centre."
SHORT_SIRET = (
    "« 732829320000 » a 12 chiffres, un SIRET en a quatorze. Un tableur a pu ôter ses premiers "
    "zéros. Repartez du fichier d’origine, colonne au format Texte."
)
NO_SIRET = "« 7328293200007A » n’est pas un SIRET : quatorze chiffres, et rien d’autre."
INSEE_CODE = "Un code Insee a cinq caractères, comme 18033."
YEAR = "L’année va de 1900 à 2100."
FOUNDED = "L’année de création va de 1000 à 2100."
EMPLOYEE_SHARE = "La part des salariés va de 0 à 100."
ESTABLISHMENT_SHARE = "La part des établissements va de 0 à 100."
ONE_PLACE = "Une règle a un levier, ou une rubrique de « Comment agir », et jamais les deux."
CODES = "Un code de Banatic a quatre chiffres ; séparez plusieurs codes par une espace."
OTHER_HOLDER = "Nommez l’autre acteur, et seulement dans ce cas."
THRESHOLD = "Donnez le seuil et les natures qu’il concerne, ou ni l’un ni les autres."
NO_OBJECT = "Dites ce qu’il faut, et au-dessous de combien d’habitants ; ou laissez les deux vides."
SUMMARY = ["lowest", "quartile_1", "median", "quartile_3", "highest"]
IN_ORDER = (
    "De la plus basse à la plus haute : part la plus basse, premier quartile, médiane, troisième "
    "quartile, part la plus haute."
)
HALF_POINT = "Une tranche commence à un demi-point, de 0 à 100."
ONE_REGION = "Il n’y a qu’une région et qu’un pays."

# By the name of the constraint. `make` returns the row, or the row and what breaks it.
CASES = {
    "mapgrid_has_an_extent": [
        Case(make_map_grid, {"unit": 0}, "L’unité, la largeur et la hauteur sont positives."),
    ],
    "territory_has_one_region_and_one_country": [
        Case(beside_region, {}, ONE_REGION),
        Case(beside_country, {}, ONE_REGION),
    ],
    "territory_kind_is_known": [
        Case(
            make_territory,
            {"kind": "continent"},
            "La valeur «\u00a0'continent'\u00a0» n’est pas un choix valide.",
            field="kind",
        ),
    ],
    "intercommunality_siren_has_nine_digits": [
        Case(make_intercommunality, {"siren": "24180044"}, SIREN),
        Case(make_intercommunality, {"siren": "24180044X"}, SIREN),
    ],
    "commune_insee_code_has_five_characters": [
        Case(make_commune, {"insee_code": "1803"}, INSEE_CODE),
        Case(make_commune, {"insee_code": "18C33"}, INSEE_CODE),
    ],
    "commune_siren_has_nine_digits": [
        Case(make_commune, {"siren": "21180033"}, SIREN),
        Case(make_commune, {"siren": "21180033X"}, SIREN),
    ],
    "commune_centre_is_on_earth": [
        Case(make_commune, {"longitude": 2.5}, CENTRE),
        Case(make_commune, {"latitude": 47.2}, CENTRE),
        Case(make_commune, {"longitude": 181, "latitude": 47.2}, CENTRE),
        Case(make_commune, {"longitude": 2.5, "latitude": -91}, CENTRE),
    ],
    "commune_centre_of_a_kind_has_a_place": [
        Case(make_commune, {"centre_kind": "mairie"}, CENTRE_KIND),
    ],
    "formercommune_is_one_row_a_code_and_name": [
        Case(
            copy_of(make_former_commune, "insee_code", "name"),
            {},
            "Cette ancienne commune est déjà là.",
        ),
    ],
    "source_decimals_are_at_most_two": [
        Case(make_source, {"decimals": 3}, "Deux décimales au plus."),
    ],
    "source_has_a_vintage_or_an_edition": [
        Case(
            make_source,
            {"vintage": "", "edition": ""},
            "Donnez le millésime ou, à défaut, l’édition.",
        ),
    ],
    "source_year_is_a_year": [
        Case(make_source, {"year": 15}, YEAR),
        Case(make_source, {"year": 1899}, YEAR),
        Case(make_source, {"year": 2101}, YEAR),
    ],
    "statistic_is_one_row_a_territory_and_source": [
        Case(
            copy_of(make_statistic, "territory", "source"),
            {},
            "Ce territoire a déjà ses chiffres dans cette source.",
        ),
    ],
    "statistic_employee_share_is_percentage": [
        Case(make_statistic, {"employee_share": Decimal(-1)}, EMPLOYEE_SHARE),
        Case(make_statistic, {"employee_share": Decimal("100.01")}, EMPLOYEE_SHARE),
        Case(make_statistic, {"employee_share": Decimal(101)}, EMPLOYEE_SHARE),
    ],
    "statistic_establishment_share_is_percentage": [
        Case(make_statistic, {"establishment_share": Decimal(-1)}, ESTABLISHMENT_SHARE),
        Case(make_statistic, {"establishment_share": Decimal("100.01")}, ESTABLISHMENT_SHARE),
        Case(make_statistic, {"establishment_share": Decimal(101)}, ESTABLISHMENT_SHARE),
    ],
    "statistic_decimals_are_at_most_two": [
        Case(make_statistic, {"own_decimals": 3}, "Deux décimales au plus."),
    ],
    "distribution_is_one_a_source_and_measure": [
        Case(
            copy_of(make_distribution, "source", "measure"),
            {},
            "Cette source a déjà la répartition de cette part.",
        ),
    ],
    "distribution_measure_is_known": [
        Case(
            make_distribution,
            {"measure": "autre"},
            "La valeur «\u00a0'autre'\u00a0» n’est pas un choix valide.",
            field="measure",
        ),
    ],
    "distribution_has_departments": [
        Case(make_distribution, {"size": 0}, "Une répartition compte au moins un département."),
    ],
    "distribution_shares_are_percentages": [
        Case(make_distribution, {"lowest": Decimal("-0.01")}, "Une part va de 0 à 100."),
        Case(make_distribution, {"highest": Decimal("100.01")}, "Une part va de 0 à 100."),
    ],
    "distribution_is_in_order": [
        Case(make_distribution, {"quartile_1": Decimal("4.89")}, IN_ORDER),
        Case(make_distribution, {"median": Decimal("9.99")}, IN_ORDER),
        Case(make_distribution, {"quartile_3": Decimal("11.49")}, IN_ORDER),
        Case(make_distribution, {"highest": Decimal("12.99")}, IN_ORDER),
    ],
    "bin_is_one_a_start": [
        Case(copy_of(make_bin, "distribution", "start"), {}, "Cette tranche y est déjà."),
    ],
    "bin_starts_on_half_points_of_a_percentage": [
        Case(make_bin, {"start": Decimal("-0.5")}, HALF_POINT),
        Case(make_bin, {"start": Decimal("100.5")}, HALF_POINT),
        Case(make_bin, {"start": Decimal("9.7")}, HALF_POINT),
    ],
    "bin_has_departments": [
        Case(make_bin, {"departments": 0}, "Retirez une tranche sans département."),
    ],
    "departmentrank_is_one_a_territory": [
        Case(
            copy_of(make_rank, "distribution", "territory"), {}, "Ce département a déjà son rang."
        ),
    ],
    "departmentrank_starts_at_one": [
        Case(make_rank, {"position": 0}, "Le premier rang est 1."),
    ],
    "statistic_holds_a_figure": [
        Case(make_statistic, {"employee_share": None}, "Donnez au moins un chiffre."),
    ],
    "lever_addition_is_credited": [
        Case(
            make_lever,
            {"origin": "editorial"},
            "Dites d’où vient un levier que la plaquette n’a pas.",
        ),
    ],
    "action_is_unique_in_lever": [
        Case(copy_of(make_action, "lever", "text"), {}, "Ce levier a déjà cette action."),
    ],
    "rule_has_a_lever_or_a_topic": [
        Case(make_rule, {"topic": "who"}, ONE_PLACE),
        Case(make_rule, {"lever": None}, ONE_PLACE),
    ],
    "rule_articles_are_of_a_text": [
        Case(make_rule, {"articles": "L. 1"}, "Dites de quel texte viennent ces articles."),
    ],
    "argument_is_unique_in_kind": [
        Case(copy_of(make_argument, "kind", "title"), {}, "Cet argument existe déjà."),
    ],
    "argument_is_explained": [
        Case(make_argument, {"text": ""}, "Seul un mot clé se passe de texte."),
    ],
    "competence_is_one_row_a_lever_and_title": [
        Case(copy_of(make_competence, "lever", "title"), {}, "Ce levier a déjà cette compétence."),
    ],
    "competence_codes_2021_have_four_digits": [
        Case(make_competence, {"codes_2021": "1510, 1511"}, CODES, "codes_2021"),
    ],
    "competence_codes_2025_have_four_digits": [
        Case(make_competence, {"codes_2025": "208"}, CODES, "codes_2025"),
    ],
    "competence_other_holder_is_named": [
        Case(make_competence, {"holder": "autre"}, OTHER_HOLDER),
        Case(make_competence, {"other_holder": "la région"}, OTHER_HOLDER),
    ],
    "competence_of_every_epci_is_given_by_law": [
        Case(
            make_competence,
            {"holder": "epci", "in_cc": "plein-droit"},
            "De plein droit veut dire : pour les quatre natures d’intercommunalité.",
        ),
    ],
    "competence_threshold_is_whole": [
        Case(make_competence, {"threshold": 20000}, THRESHOLD),
        Case(make_competence, {"in_cc": "seuil"}, THRESHOLD),
        Case(make_competence, {"town_threshold": 10000}, THRESHOLD),
    ],
    "competence_without_object_is_explained": [
        Case(make_competence, {"moot_below": 1000}, NO_OBJECT),
        Case(make_competence, {"needs": "un quartier prioritaire"}, NO_OBJECT),
    ],
    "declaredcompetence_is_one_row_a_code": [
        Case(
            copy_of(make_declared_competence, "intercommunality"),
            {},
            "Cette intercommunalité déclare déjà ce code.",
        ),
    ],
    "declaredcompetence_code_has_four_digits": [
        Case(
            make_declared_competence,
            {"code": "151"},
            "Un code de Banatic a quatre chiffres.",
        ),
    ],
    "enterprise_headcount_is_a_range": [
        Case(make_enterprise, {"headcount_min": 20, "headcount_max": 10}, HEADCOUNT),
        Case(make_enterprise, {"headcount_min": 10}, HEADCOUNT),
        Case(make_enterprise, {"headcount_max": 10}, HEADCOUNT),
    ],
    "enterprise_headcount_is_sourced": [
        Case(
            make_enterprise,
            {"headcount_as_printed": "10 à 19 salariés"},
            "Dites d’où vient l’effectif et de quand il date.",
        ),
    ],
    "enterprise_associated_people_are_in_words": [
        Case(make_enterprise, {"associated_count": 125}, ASSOCIATED),
        Case(
            make_enterprise,
            {"associated_count": 0, "headcount_as_printed": "0", "headcount_source": "Insee"},
            ASSOCIATED,
        ),
    ],
    "enterprise_founded_is_a_year": [
        Case(make_enterprise, {"founded": 65}, FOUNDED),
        Case(make_enterprise, {"founded": 2101}, FOUNDED),
    ],
    "enterprise_photo_is_described": [
        Case(
            make_photo,
            {"description": ""},
            "Décrivez la photo, ou décochez « publiée » : elle ne paraît pas sans description.",
        ),
    ],
    "oldaddress_leads_to_one_page": [
        Case(
            copy_of(make_old_address, "content_type", "slug"),
            {},
            "Cette ancienne adresse mène déjà à une page.",
        ),
    ],
    "photo_licence_is_credited": [
        Case(
            make_photo,
            {"licence": "cc-by"},
            "Cette licence demande de dire qui a pris la photo.",
        ),
    ],
    "photo_focus_is_known": [
        Case(
            make_photo,
            {"focus": "above"},
            "La valeur «\u00a0'above'\u00a0» n’est pas un choix valide.",
            field="focus",
        ),
    ],
    "enterprise_siret_is_unique": [
        Case(listed_twice, {}, "Une autre entreprise a déjà ce SIRET."),
    ],
    "enterprise_siret_has_fourteen_digits": [
        Case(make_enterprise, {"siret": "732829320000"}, SHORT_SIRET, "siret"),
        Case(make_enterprise, {"siret": "7328293200007A"}, NO_SIRET, "siret"),
    ],
    "enterprise_example_is_summed_up": [
        Case(make_enterprise, {"summary": ""}, "Un exemple a un résumé."),
    ],
    "route_is_one_a_territory_and_subject": [
        Case(copy_of(make_route, "subject"), {}, ONE_ROUTE),
        Case(copy_of(route_of_territory, "territory"), {}, ONE_ROUTE),
        Case(copy_of(precise_route, "territory", "subject"), {}, ONE_ROUTE),
        Case(copy_of(fallback_route, "subject"), {}, ONE_ROUTE),
    ],
    "message_state_is_known": [
        Case(
            make_message,
            {"state": "lost"},
            "La valeur «\u00a0'lost'\u00a0» n’est pas un choix valide.",
            field="state",
        ),
    ],
    "message_anonymised_names_no_one": [
        Case(make_message, {"anonymised_at": timezone.now()}, ANONYMISED),
        Case(anonymised_message, {"email": "jeanne@commune.example"}, ANONYMISED),
        Case(anonymised_message, {"text": "Bonjour"}, ANONYMISED),
        Case(lambda: (anonymised_message(), {"commune": make_commune()}), {}, ANONYMISED),
    ],
    "message_is_not_merged_into_itself": [
        Case(merged_into_itself, {}, "Un message ne se joint pas à lui-même."),
    ],
    "mail_sent_is_not_tried_again": [
        Case(make_mail, {"sent_at": timezone.now()}, "Un courriel parti n’attend plus."),
    ],
    "reading_is_one_a_message_and_user": [
        Case(copy_of(make_reading, "message", "user"), {}, "Cette personne lit déjà ce message."),
    ],
    "missed_search_words_came_on_several_days": [
        Case(
            make_missed_search,
            {"days": 2},
            "Les mots ne sont connus qu’après trois jours différents.",
        ),
    ],
    "missed_search_came_at_least_once_a_day": [
        Case(
            make_missed_search,
            {"count": 2},
            "Une recherche vient au moins une fois par jour compté.",
        ),
        Case(
            make_missed_search,
            {"words": "", "days": 0},
            "Une recherche vient au moins une fois par jour compté.",
        ),
    ],
    "site_identity_is_the_only_one": [
        Case(make_identity, {"id": 2}, "Le site n’a qu’une identité."),
    ],
    "site_identity_data_licence_is_named": [
        Case(
            make_identity,
            {"data_licence_url": "https://licence.example/"},
            "Donnez le nom de la licence avec son adresse.",
        ),
    ],
}
EVERY_CASE = [
    pytest.param(case, id=f"{name}-{number}")
    for name, cases in CASES.items()
    for number, case in enumerate(cases)
]


def declared_constraints():
    return [constraint for model in OUR_MODELS for constraint in model._meta.constraints]


def broken(case):
    """Return a stored row, and the values that break it."""
    made = case.make()
    row, wrong = made if isinstance(made, tuple) else (made, {})
    return row, wrong | case.wrong


def store(row, values):
    """Write to the database directly, without any form or model."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


def test_every_model_has_a_factory():
    assert set(FACTORIES) == set(OUR_MODELS)


def test_every_factory_makes_valid_rows(db):
    for model, make in FACTORIES.items():
        make().full_clean()

        assert model.objects.exists(), model


def test_every_constraint_is_provoked_by_a_case():
    names = [constraint.name for constraint in declared_constraints()]

    assert len(names) >= 19
    assert sorted(names) == sorted(CASES)
    assert all(CASES.values())


def test_every_constraint_speaks_french():
    swept = 0
    for constraint in declared_constraints():
        message = constraint.violation_error_message

        assert message != constraint.default_violation_error_message, constraint.name
        assert "%" not in message.replace("%%", ""), constraint.name
        assert constraint.get_violation_error_message().endswith("."), constraint.name
        swept += 1

    assert swept == len(CASES)


@pytest.mark.parametrize("case", EVERY_CASE)
def test_a_broken_rule_has_a_french_message(db, case):
    row, wrong = broken(case)
    for field, value in wrong.items():
        setattr(row, field, value)

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert refusal.value.message_dict == {case.field: [case.message]}


@pytest.mark.parametrize("case", EVERY_CASE)
def test_a_broken_rule_is_refused_by_the_database(db, case):
    row, wrong = broken(case)

    with pytest.raises(DatabaseError):
        store(row, wrong)


@pytest.mark.parametrize(
    ("make", "wrong", "message"),
    [
        (
            make_territory,
            {"kind": "continent"},
            "Un territoire est un pays, une région ou un département.",
        ),
        (make_photo, {"focus": "above"}, "Choisissez une partie de la photo dans la liste."),
    ],
)
def test_a_choice_has_a_french_message_of_its_own(db, make, wrong, message):
    row = make()
    for field, value in wrong.items():
        setattr(row, field, value)

    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()

    assert refusal.value.messages == [message]


@pytest.mark.parametrize(
    ("make", "right"),
    [
        (make_territory, {"kind": "region"}),
        (make_territory, {"kind": "country"}),
        (make_commune, {"insee_code": "2A004"}),
        (make_source, {"decimals": 0}),
        (make_source, {"decimals": 2}),
        (make_source, {"year": 1900}),
        (make_source, {"year": 2100}),
        (make_statistic, {"own_decimals": 0}),
        (make_statistic, {"own_decimals": 2}),
        (make_distribution, {"size": 1}),
        (make_distribution, {"lowest": Decimal(0)}),
        (make_distribution, {"highest": Decimal(100)}),
        (make_distribution, dict.fromkeys(SUMMARY, Decimal("10.00"))),
        (make_distribution, {"measure": "establishment_share"}),
        (make_bin, {"start": Decimal(0)}),
        (make_bin, {"start": Decimal(100)}),
        (make_bin, {"departments": 1}),
        (make_rank, {"position": 1}),
        (make_statistic, {"employee_share": Decimal(0)}),
        (make_statistic, {"employee_share": Decimal(100)}),
        (make_statistic, {"establishment_share": Decimal(0)}),
        (make_statistic, {"establishment_share": Decimal(100)}),
        (make_statistic, {"employee_share": None, "establishment_share": Decimal(1)}),
        (make_statistic, {"employee_share": None, "employee_count": 0}),
        (make_statistic, {"employee_share": None, "establishment_count": 0}),
        (make_lever, {"origin": "editorial", "credit": "Ajout de la rédaction."}),
        (make_argument, {"kind": "keyword", "text": ""}),
        (make_enterprise, {"headcount_min": 0, "headcount_max": 0}),
        (make_enterprise, {"headcount_min": 10, "headcount_max": 19}),
        (make_enterprise, {"headcount_as_printed": "cinq", "headcount_source": "Insee"}),
        (make_enterprise, {"headcount_source": "Insee"}),
        (
            make_enterprise,
            {"associated_count": 9, "headcount_as_printed": "9", "headcount_source": "Insee"},
        ),
        (make_enterprise, {"founded": 1000}),
        (make_enterprise, {"founded": 2100}),
        (make_photo, {"is_published": False, "description": ""}),
        (make_photo, {"licence": "cc-by", "credit": "Jeanne Roy"}),
        (make_photo, {"licence": "cc0"}),
        (make_enterprise, {"is_example": False, "summary": ""}),
        (make_enterprise, {"siret": "73282932000074"}),
    ],
)
def test_a_rule_refuses_nothing_at_its_bounds(db, make, right):
    row = make()
    for field, value in right.items():
        setattr(row, field, value)

    row.full_clean()
    row.save()

    assert type(row).objects.filter(**right).exists()


def test_departments_are_not_limited_in_number(db):
    make_region()
    for _ in range(3):
        make_territory().full_clean()

    assert Territory.objects.departments().count() == 3


def test_two_parents_may_have_the_same_text(db):
    make_action(lever=make_lever(), text="Soutenir.").full_clean()
    make_action(lever=make_lever(), text="Soutenir.").full_clean()
    make_argument(kind="reason", title="Innovation").full_clean()
    make_argument(kind="strength", title="Innovation").full_clean()
    source = make_source()
    make_statistic(source=source).full_clean()
    make_statistic(source=source).full_clean()


def make_person_with_account():
    return make_person(account=make_staff())


def test_what_must_be_unique_is_refused_twice_by_form_and_database(db):
    swept = []
    for model, make in FACTORIES.items():
        for field in model._meta.fields:
            if not field.unique or field.primary_key or model is MapGrid:  # one region, one grid
                continue
            if model is Person:
                make = make_person_with_account
            first, second = make(), make()
            taken = getattr(first, field.name)
            setattr(second, field.name, taken)

            with pytest.raises(ValidationError) as refusal:
                second.full_clean()
            with pytest.raises(DatabaseError):
                store(second, {field.name: taken})

            thing, what = capfirst(model._meta.verbose_name), capfirst(field.verbose_name)
            message = f"Un objet {thing} avec ce champ {what} existe déjà."
            if isinstance(field, AddressField):
                message = french(f"C’est déjà l’adresse de « {first} » : choisissez-en une autre.")
            assert refusal.value.message_dict == {field.name: [message]}
            swept.append(f"{model.__name__}.{field.name}")

    assert sorted(swept) == [
        "Allowance.key",
        "Commune.insee_code",
        "Enterprise.slug",
        "Family.name",
        "Family.slug",
        "Intercommunality.siren",
        "KeyFigure.label",
        "LegalText.name",
        "Lever.slug",
        "Lever.title",
        "LinkCheck.url",
        "Message.fingerprint",
        "Message.reference",
        "MissedSearch.digest",
        "Mission.title",
        "Operation.key",
        "Page.slug",
        "Person.account",
        "Person.email",
        "Photo.enterprise",
        "Resource.slug",
        "Resource.title",
        "Sector.name",
        "Sector.slug",
        "Service.title",
        "Source.slug",
        "Subject.name",
        "Subject.slug",
        "Synonym.ways",
        "Term.name",
        "Term.slug",
        "Territory.code",
        "Territory.name",
        "Territory.slug",
        "UnsavedForm.key",
    ]
