"""Who exercises the competences behind a lever, in a commune or an EPCI, by law or by Banatic."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.utils import timezone

from policies.competences.who_acts import (
    Declaration,
    Side,
    Situation,
    exercise_of,
    lists_of,
    who_acts,
)
from policies.competences.words import date_in_words
from policies.models import Competence, Lever
from territories.homes import find_home_anywhere
from territories.models import Commune, Intercommunality
from tests.admin_pages import address, change_page, save
from tests.factories import (
    make_commune,
    make_competence,
    make_declared_competence,
    make_intercommunality,
    make_lever,
)
from tests.html import Document, plain

BOURGES, TOURS, ORLEANS = "18033", "37261", "45234"
TWO_DEPARTMENTS = ["200070183", "243600236"]
ON_1_JULY = "d’après Banatic, état au 1er juillet 2026"
# Words that no legal text proves.
UNPROVABLE = [
    "ne pouvez pas",
    "n'a pas la compétence",
    "ne peut pas",
    "aucun texte",
    " tient ",
    " tenir ",
]


def competence(**fields):
    defaults = {"title": "Déchets", "certainty": "sûre", "codes_2021": "1510"}
    return Competence(lever=Lever(pk=1), **defaults | fields)


def grouping(kind="CC", population=15_000):
    return Intercommunality(siren="200000000", name="CC du Val", kind=kind, population=population)


def village(kind="CC", population=400, **fields):
    """A village and its EPCI, whose largest commune has 9,000 inhabitants unless it is given."""
    defaults = {"largest_population": 9_000}
    epci = fields.pop("epci", None) or grouping(kind)
    return Situation(epci, Commune(population=population), **defaults | fields)


def declared(**codes):
    named = {int(year.removeprefix("in_")): set(found.split()) for year, found in codes.items()}
    return Declaration(date(2026, 7, 1), named)


def words_for(row, situation):
    """Return the Side of a competence and the words beside it, with plain spaces."""
    exercise = exercise_of(row, situation)
    return exercise.side, exercise.words.replace("\u202f", " ")


# What the law gives

LAW_FOR_ALL = dict.fromkeys(["in_cc", "in_ca", "in_cu", "in_metropolis"], "plein-droit")
FOR_TOWNS = {"in_ca": "plein-droit", "in_cu": "plein-droit", "in_metropolis": "plein-droit"}
CLIMATE = {"in_cc": "seuil", "in_ca": "seuil", "in_metropolis": "plein-droit", "threshold": 20_000}


@pytest.mark.parametrize(
    ("holder", "side", "words"),
    [
        ("commune", Side.COMMUNE, "à vérifier dans les statuts"),
        (
            "epci-si-transfert",
            Side.COMMUNE,
            "sauf transfert à l’intercommunalité ; à vérifier dans les statuts",
        ),
        ("partage", Side.BOTH, "chacune peut agir ; à vérifier dans les statuts"),
        ("acheteur", Side.BOTH, "chacune décide de ses achats"),
        ("chacun", Side.BOTH, "chacune décide pour elle-même"),
        ("epci-selon-nature", Side.STATUTES, "à vérifier dans les statuts"),
        (
            "epci-sauf-opposition",
            Side.EPCI,
            "sauf si les communes s’y sont opposées ; à vérifier dans les statuts",
        ),
    ],
)
def test_each_holder_has_its_list(holder, side, words):
    assert words_for(competence(holder=holder), village()) == (side, words)


def test_another_holder_is_named():
    row = competence(holder="autre", other_holder="la région")

    assert words_for(row, village()) == (Side.OTHER, "la région ; à vérifier dans les statuts")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("CC", "de plein droit pour une communauté de communes"),
        ("CA", "de plein droit pour une communauté d’agglomération"),
        ("CU", "de plein droit pour une communauté urbaine"),
        ("METRO", "de plein droit pour une métropole"),
    ],
)
def test_a_competence_of_every_epci_names_the_kind_of_the_epci(kind, words):
    side, text = words_for(competence(holder="epci", **LAW_FOR_ALL), village(kind))

    assert side is Side.EPCI
    assert text == f"{words} ; à vérifier dans les statuts"


@pytest.mark.parametrize(
    ("kind", "side"),
    [("CC", Side.STATUTES), ("CA", Side.EPCI), ("CU", Side.EPCI), ("METRO", Side.EPCI)],
)
def test_what_the_law_gives_by_kind_depends_on_the_statutes_elsewhere(kind, side):
    mobility = competence(holder="epci-selon-nature", **FOR_TOWNS)

    assert exercise_of(mobility, village(kind)).side is side


def test_roads_are_the_metropole_s_by_law_and_the_commune_s_elsewhere():
    roads = competence(holder="epci-si-transfert", in_metropolis="plein-droit")

    assert exercise_of(roads, village("METRO")).side is Side.EPCI
    assert exercise_of(roads, village("CA")).side is Side.COMMUNE


@pytest.mark.parametrize(
    ("population", "side"),
    [
        (19_999, Side.STATUTES),
        (20_000, Side.STATUTES),
        (20_001, Side.EPCI),
        (None, Side.STATUTES),
    ],
)
def test_a_threshold_counts_the_inhabitants_of_the_epci(population, side):
    situation = village(epci=grouping(population=population))

    assert words_for(competence(holder="epci-selon-nature", **CLIMATE), situation)[0] is side


def test_a_threshold_that_is_not_reached_is_explained():
    _, words = words_for(competence(holder="epci-selon-nature", **CLIMATE), village())

    assert words == "obligatoire au-dessus de 20 000 habitants ; à vérifier dans les statuts"


@pytest.mark.parametrize(
    ("kind", "population", "largest", "side"),
    [
        ("CC", 30_001, 10_001, Side.EPCI),
        ("CC", 30_001, 10_000, Side.STATUTES),
        ("CC", 30_000, 20_000, Side.STATUTES),
        ("CC", 30_001, None, Side.STATUTES),
        ("CA", 25_000, 5_000, Side.EPCI),
    ],
)
def test_a_threshold_may_also_ask_for_a_town(kind, population, largest, side):
    housing = competence(
        holder="epci-selon-nature",
        **FOR_TOWNS | {"in_cc": "seuil", "threshold": 30_000, "town_threshold": 10_000},
    )
    situation = village(epci=grouping(kind, population), largest_population=largest)

    assert exercise_of(housing, situation).side is side


@pytest.mark.parametrize("certainty", ["probable", "à vérifier"])
@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ("commune", "le plus souvent ; à vérifier dans les statuts"),
        ("epci", "le plus souvent, de plein droit pour une communauté de communes"),
        ("partage", "le plus souvent, chacune peut agir"),
        ("acheteur", "le plus souvent, chacune décide de ses achats"),
        ("epci-selon-nature", "le plus souvent ; à vérifier dans les statuts"),
    ],
)
def test_what_is_not_sure_is_so_most_often(holder, words, certainty):
    rules = LAW_FOR_ALL if holder == "epci" else {}

    _, text = words_for(competence(holder=holder, certainty=certainty, **rules), village())

    assert text.startswith(words)


# Where a competence has no object


def city_policy(**fields):
    needs = {"needs": "un quartier prioritaire", "moot_below": 1000}
    return competence(holder="epci-selon-nature", **FOR_TOWNS | needs | fields)


def test_the_policy_of_cities_has_no_object_in_a_village():
    for kind in Intercommunality.Kind.values:
        assert words_for(city_policy(), village(kind)) == (
            Side.MOOT,
            "sans objet, sauf s’il y a un quartier prioritaire dans votre commune",
        )


@pytest.mark.parametrize("population", [1000, 60_000, None])
def test_the_policy_of_cities_has_an_object_in_a_town_or_an_unknown_population(population):
    assert exercise_of(city_policy(), village("CA", population)).side is Side.EPCI


def test_the_policy_of_cities_has_no_object_in_an_epci_of_villages_unless_declared():
    alone = Situation(grouping(), largest_population=900)
    declaring = Situation(grouping(), largest_population=900, declaration=declared(in_2021="1510"))

    assert words_for(city_policy(), alone) == (
        Side.MOOT,
        "sans objet, sauf s’il y a un quartier prioritaire dans l’une de ses communes",
    )
    assert exercise_of(city_policy(), declaring).side is Side.EPCI


# What Banatic adds


@pytest.mark.parametrize(
    "holder", ["commune", "epci-si-transfert", "epci-selon-nature", "epci-sauf-opposition", "autre"]
)
def test_what_is_declared_replaces_the_default_of_the_law(holder):
    situation = village(declaration=declared(in_2021="1510"))

    assert words_for(competence(holder=holder), situation) == (Side.EPCI, ON_1_JULY)


@pytest.mark.parametrize("holder", Competence.Holder.values)
def test_what_is_not_declared_keeps_the_default_of_the_law(holder):
    rules = LAW_FOR_ALL if holder == "epci" else {}
    row = competence(holder=holder, other_holder="la région", **rules)

    assert words_for(row, village(declaration=declared(in_2021="9999"))) == words_for(
        row, village()
    )


def test_a_shared_competence_stays_shared():
    row = competence(holder="partage")

    assert words_for(row, village(declaration=declared(in_2021="1510"))) == (
        Side.BOTH,
        f"chacune peut agir ; l’intercommunalité l’exerce ({ON_1_JULY})",
    )


def test_a_code_counts_in_its_own_nomenclature_only():
    waste = competence(holder="commune", codes_2021="1510", codes_2025="2080 2085")

    for codes, side in [
        ({"in_2025": "1510"}, Side.COMMUNE),
        ({"in_2021": "2080"}, Side.COMMUNE),
        ({"in_2025": "2080 2085"}, Side.EPCI),
        ({"in_2021": "1510", "in_2025": "1505"}, Side.EPCI),
    ]:
        assert exercise_of(waste, village(declaration=declared(**codes))).side is side, codes


def test_some_of_the_codes_of_a_competence_are_a_part_of_it():
    children = competence(holder="epci-si-transfert", codes_2021="2521", codes_2025="3010 3015")
    in_part = village(declaration=declared(in_2025="3015"))
    in_whole = village(declaration=declared(in_2025="3015", in_2021="2521"))

    assert words_for(children, in_part) == (Side.EPCI, f"en partie, {ON_1_JULY}")
    assert words_for(children, in_whole) == (Side.EPCI, ON_1_JULY)


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 1, 1), "1er janvier 2026"), (date(2026, 8, 11), "11 août 2026")],
)
def test_a_date_is_in_french(day, words):
    assert date_in_words(day) == words


# Without an EPCI, and an EPCI alone


def test_a_commune_without_epci_keeps_what_is_the_commune_s():
    alone = Situation(None, Commune(population=400))

    assert words_for(competence(holder="epci-si-transfert"), alone) == (Side.COMMUNE, "")
    assert words_for(competence(holder="partage"), alone) == (Side.BOTH, "elle peut agir")
    assert words_for(competence(holder="acheteur"), alone) == (
        Side.BOTH,
        "elle décide de ses achats",
    )


@pytest.mark.parametrize("holder", ["epci", "epci-selon-nature", "epci-sauf-opposition"])
def test_a_commune_without_epci_is_sent_to_the_prefecture(holder):
    rules = LAW_FOR_ALL if holder == "epci" else {}

    assert words_for(competence(holder=holder, **rules), Situation(None, Commune())) == (
        Side.EPCI,
        "la loi la confie à une intercommunalité : demandez à la préfecture qui l’exerce ici",
    )


def test_lists_stand_in_the_order_of_the_page_and_group_by_lever():
    first, second = Lever(pk=1, title="Un"), Lever(pk=2, title="Deux")
    rows = [
        Competence(lever=first, title="A", holder="epci-selon-nature"),
        Competence(lever=first, title="B", holder="commune"),
        Competence(lever=second, title="C", holder="commune"),
        Competence(lever=second, title="D", holder="commune"),
    ]

    lists = lists_of(rows, village())

    assert [each.heading for each in lists] == [
        "Votre commune",
        "Selon les statuts de votre intercommunalité",
    ]
    assert [(lever, len(exercises)) for lever, exercises in lists[0].levers] == [
        (first, 1),
        (second, 2),
    ]


def test_an_epci_alone_speaks_of_its_communes():
    rows = [competence(holder=holder) for holder in ["commune", "partage", "epci-sauf-opposition"]]

    lists = lists_of(rows, Situation(grouping()))

    assert [each.heading for each in lists] == [
        "Les communes",
        "Les communes et l’intercommunalité",
        "Votre intercommunalité",
    ]


# The shipped table, in real places


def home(**query):
    return find_home_anywhere(
        QueryDict("&".join(f"{name}={value}" for name, value in query.items()))
    )


def sides(**query):
    """Return {(lever's slug, title): side's heading} for a place."""
    acting = who_acts(home(**query))
    return {
        (lever.slug, plain(exercise.competence.title)): each.heading
        for each in acting.lists
        for lever, exercises in each.levers
        for exercise in exercises
    }


def titled(found, title):
    [heading] = {heading for (_, each), heading in found.items() if each == title}
    return heading


@pytest.fixture
def small_village(content):
    """A village of a communauté de communes: the smallest."""
    communes = Commune.objects.filter(intercommunality__kind="CC", population__gt=0)
    return communes.order_by("population", "insee_code").first()


def test_in_a_village_the_law_gives_waste_and_not_mobility_to_its_epci(small_village):
    found = sides(commune=small_village.insee_code)

    waste = "Collecte et traitement des déchets des ménages et déchets assimilés"
    assert titled(found, waste) == "Votre intercommunalité"
    assert titled(found, "Organisation de la mobilité").startswith("Selon les statuts")
    assert titled(found, "Contrat de ville") == "Sans objet, sauf exception"
    assert titled(found, "Restauration scolaire") == "Votre commune"
    assert titled(found, "Clauses et marchés réservés") == "L’une et l’autre"
    assert titled(found, "Transports scolaires") == "Un autre acteur"
    assert len(found) == 46


@pytest.mark.parametrize(
    ("insee_code", "roads"),
    [
        (BOURGES, "Votre commune"),
        (TOURS, "Votre intercommunalité"),
        (ORLEANS, "Votre intercommunalité"),
    ],
)
def test_in_a_city_mobility_housing_and_contracts_are_the_epci_s(content, insee_code, roads):
    found = sides(commune=insee_code)

    for title in [
        "Organisation de la mobilité",
        "Programme local de l'habitat",
        "Contrat de ville",
    ]:
        assert titled(found, title) == "Votre intercommunalité", title
    assert titled(found, "Création, aménagement, entretien de la voirie") == roads


@pytest.mark.parametrize("siren", TWO_DEPARTMENTS)
def test_an_epci_of_two_departments_has_its_lists(content, siren):
    found = sides(epci=siren)

    assert len(found) == 46
    assert titled(found, "Promotion du tourisme, dont les offices de tourisme") == (
        "Votre intercommunalité"
    )
    assert titled(found, "Restauration scolaire") == "Les communes"


def test_a_climate_plan_follows_the_population_of_the_epci(content):
    issoudun, terres = (sides(epci=siren) for siren in reversed(TWO_DEPARTMENTS))

    assert titled(issoudun, "Plan climat-air-énergie territorial").startswith("Selon les statuts")
    assert titled(terres, "Plan climat-air-énergie territorial") == "Votre intercommunalité"


def test_rows_of_banatic_move_a_competence_of_the_real_village(small_village):
    make_declared_competence(intercommunality=small_village.intercommunality, code="4530")
    found = sides(commune=small_village.insee_code)

    assert titled(found, "Organisation de la mobilité") == "Votre intercommunalité"
    assert titled(found, "Restauration scolaire") == "Votre commune"


def test_every_shipped_competence_has_an_answer_in_every_kind_of_place(content):
    communes = Commune.objects.order_by("intercommunality__kind", "population")
    kinds = {commune.intercommunality.kind: commune for commune in communes.select_related(None)}
    swept = 0
    for commune in kinds.values():
        for query in [
            {"commune": commune.insee_code},
            {"epci": commune.intercommunality.siren},
        ]:
            for each in who_acts(home(**query)).lists:
                for lever, exercises in each.levers:
                    for exercise in exercises:
                        text = plain(f"{each.heading} {exercise.words} {exercise.competence.note}")
                        assert exercise.competence.legal_basis, lever
                        assert exercise.words[-1] not in " .;:", exercise.words
                        assert not [word for word in UNPROVABLE if word in text.lower()], text
                        swept += 1

    assert swept == len(kinds) * 2 * 46
    assert len(kinds) == 3


# The page of a lever


def page_of(client, lever, query=""):
    return client.get(f"{lever.get_absolute_url()}{query}")


def test_a_lever_answers_for_the_commune_of_the_address(client, content, small_village):
    lever = Lever.objects.get(slug="transports-voirie")

    response = page_of(client, lever, f"?commune={small_village.insee_code}")

    document = Document(response.text)
    assert [2, "Qui exerce cette compétence chez moi\u202f?"] in document.headings
    assert [3, "Votre commune"] in document.headings
    assert small_village.intercommunality.name in document.text
    assert "L. 1231-1 du code des transports" in document.text
    assert "à vérifier dans les statuts" in document.text
    assert "Restauration scolaire" not in document.text
    levels = [level for level, _ in document.headings]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_a_lever_answers_for_an_epci_with_what_it_declares(client, content):
    grouping = Intercommunality.objects.get(siren="243600236")
    make_declared_competence(intercommunality=grouping, code="4530")
    lever = Lever.objects.get(slug="transports-voirie")

    text = plain(Document(page_of(client, lever, "?epci=243600236").text).text)

    assert plain(ON_1_JULY) in text
    assert "une compétence qui n'y figure pas peut être exercée" in text


def test_the_canonical_address_stays_the_lever_s(client, content):
    lever = Lever.objects.first()

    page = Document(page_of(client, lever, f"?commune={BOURGES}").text)

    [canonical] = [tag["href"] for _, tag in page.tags if tag.get("rel") == "canonical"]
    assert canonical == f"http://testserver{lever.get_absolute_url()}"


@pytest.mark.parametrize(
    "query",
    ["", "?commune=", "?commune=99999", "?commune=abc", "?epci=1", "?epci=999999999"]
    + ["?commune=%00", "?epci=%00", "?commune=1803%0A"],
)
def test_a_place_that_is_not_known_is_ignored(client, content, query):
    response = page_of(client, Lever.objects.first(), query)

    assert response.status_code == 200
    assert "Voir qui l’exerce" in response.text
    assert "Votre commune" not in [title for _, title in Document(response.text).headings]


def test_a_commune_without_epci_has_a_clear_answer(client, db):
    commune = make_commune(name="Île-Seule")
    row = make_competence(holder="epci-sauf-opposition")

    response = page_of(client, row.lever, f"?commune={commune.insee_code}")

    text = plain(Document(response.text).text)
    assert "Île-Seule. Nos données ne lui donnent pas d'intercommunalité" in text
    assert "demandez à la préfecture qui l'exerce ici" in text


def test_a_lever_without_competence_shows_no_section(client, db):
    commune = make_commune(intercommunality=make_intercommunality())

    response = page_of(client, make_lever(), f"?commune={commune.insee_code}")

    assert "Qui exerce cette compétence" not in response.text


def test_the_competences_of_a_withdrawn_lever_are_not_shown(db):
    row = make_competence(lever=make_lever(is_published=False))
    commune = make_commune(intercommunality=make_intercommunality())

    assert who_acts(home(commune=commune.insee_code)) is None
    assert row in Competence.objects.all()


def test_the_lists_of_all_levers_take_the_same_queries_with_more_competences(
    db, django_assert_num_queries
):
    commune = make_commune(intercommunality=make_intercommunality())
    place = home(commune=commune.insee_code)
    for count in [1, 10]:
        for _ in range(count):
            row = make_competence()
            make_declared_competence(intercommunality=commune.intercommunality, code=f"{row.pk:04}")
        with django_assert_num_queries(2):
            who_acts(place)


# What the staff see


def test_the_redaction_edits_the_table_and_only_reads_what_is_declared(editor_client):
    row, read = make_competence(), make_declared_competence()

    changed = save(editor_client, row, note="Souvent un syndicat.")
    refused = editor_client.post(change_page(read), {"code": "1511"})

    assert changed.status_code == 302
    assert refused.status_code == 403
    row.refresh_from_db()
    assert row.note == "Souvent un syndicat."


def test_a_responsable_corrects_what_is_declared(manager_client):
    read = make_declared_competence()

    assert save(manager_client, read, code="1511").status_code == 302
    read.refresh_from_db()
    assert read.code == "1511"


def test_the_list_says_how_old_declared_rows_are(manager_client):
    row = make_declared_competence()

    response = manager_client.get(address(type(row), "changelist"))

    assert "état au" in response.text
    assert "1 juillet 2026" in response.text


def check():
    output = StringIO()
    call_command("check", databases=["default"], stdout=output, stderr=output)
    return output.getvalue()


@pytest.mark.parametrize(("days", "is_old"), [(365, False), (366, True)])
def test_the_check_warns_of_declared_rows_of_more_than_a_year(db, days, is_old):
    make_declared_competence(as_of=timezone.localdate() - timedelta(days=days))

    assert ("policies.W001" in check()) is is_old


def test_the_check_has_no_warning_where_nothing_is_imported(db):
    assert "policies.W001" not in check()
