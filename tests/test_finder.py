"""The finder: a query leads to the only place it can mean, or to a list of places."""

import json
import random
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertRedirects

from cress.base.text.folding import fold
from territories.finder import MOST_PLACES, answers, find
from territories.models import Commune, FormerCommune, Intercommunality, Territory
from tests.factories import (
    make_commune,
    make_former_commune,
    make_intercommunality,
    make_region,
    make_territory,
)
from tests.html import Document, plain

SEARCH, SUGGESTIONS = "/territoires/recherche/", "/territoires/suggestions/"
BOURGES = "/territoires/18-cher/bourges/"

# {query: the address that it redirects to}
CERTAIN = {
    "Bourges": BOURGES,
    "  BOURGES ": BOURGES,
    "bourges (18)": BOURGES,
    "18000": BOURGES,
    "18 000": BOURGES,
    "INSEE 18033": BOURGES,
    "code insee 18033": BOURGES,
    "Code Insee : 18033": BOURGES,
    "code INSEE de la commune 18033": BOURGES,
    "18033 (Insee)": BOURGES,
    "INSEE 45300": "/territoires/45-loiret/sandillon/",  # Sandillon, and a postcode
    "211800339": BOURGES,  # its SIREN
    "211 800 339 00017": BOURGES,  # its SIRET
    "18000 Bourges": BOURGES,
    "18020 Bourges Cedex": BOURGES,
    "Bourges CEDEX 9": BOURGES,
    "Mairie de Bourges": BOURGES,
    "Bourges, Cher": BOURGES,
    "orleans": "/territoires/45-loiret/orleans/",
    "Chartres": "/territoires/28-eure-et-loir/chartres/",
    "vendoeuvres": "/territoires/36-indre/vendoeuvres/",
    "Vendœuvres": "/territoires/36-indre/vendoeuvres/",
    "les aix d'angillon": "/territoires/18-cher/les-aix-d-angillon/",
    "Les Aix-d’Angillon": "/territoires/18-cher/les-aix-d-angillon/",
    "aix d angillon": "/territoires/18-cher/les-aix-d-angillon/",
    "blanc": "/territoires/36-indre/le-blanc/",
    "Le Blanc": "/territoires/36-indre/le-blanc/",
    "la chatre": "/territoires/36-indre/la-chatre/",
    "St Amand Montrond": "/territoires/18-cher/saint-amand-montrond/",
    "st-jean-de-braye": "/territoires/45-loiret/saint-jean-de-braye/",
    "Ste-Sévère-sur-Indre": "/territoires/36-indre/sainte-severe-sur-indre/",
    "Aubigny s/ Nère": "/territoires/18-cher/aubigny-sur-nere/",
    "Laverdines": "/territoires/18-cher/baugy/",  # today in Baugy
    "insee 18123": "/territoires/18-cher/baugy/",  # the Insee code it had
    "Quiers-sur-Bézonde": "/territoires/45-loiret/quiers-sur-bezonde/",  # the accent it had
    "La Perche": "/territoires/18-cher/la-perche/",  # and not the CC du Perche
    "Le Magny": "/territoires/36-indre/le-magny/",  # and not Magny
    "vineuil 41": "/territoires/41-loir-et-cher/vineuil/",
    "Vineuil (36)": "/territoires/36-indre/vineuil/",
    "Vineuil, Loir-et-Cher": "/territoires/41-loir-et-cher/vineuil/",
    "Vineuil 36110": "/territoires/36-indre/vineuil/",
    "CA Bourges Plus": "/territoires/intercommunalites/ca-bourges-plus/",
    "bourges plus": "/territoires/intercommunalites/ca-bourges-plus/",
    "communauté d’agglomération Bourges Plus": "/territoires/intercommunalites/ca-bourges-plus/",
    "241800507": "/territoires/intercommunalites/ca-bourges-plus/",
    "communaute de communes du perche et haut vendomois": (
        "/territoires/intercommunalites/cc-du-perche-et-haut-vendomois/"
    ),
    "CA de Blois « Agglopolys »": "/territoires/intercommunalites/ca-de-blois-agglopolys/",
    "Orléans Métropole": "/territoires/intercommunalites/orleans-metropole/",
    "cher": "/territoires/18-cher/",
    "18": "/territoires/18-cher/",
    "Loir et Cher": "/territoires/41-loir-et-cher/",
    "l’Indre": "/territoires/36-indre/",
    "département du Cher": "/territoires/18-cher/",
    "departement 18": "/territoires/18-cher/",
    "centre-val de loire": "/territoires/24-centre-val-de-loire/",
    "région centre": "/territoires/24-centre-val-de-loire/",
    "Région Centre-Val de Loire": "/territoires/24-centre-val-de-loire/",
    "la région": "/territoires/24-centre-val-de-loire/",
    "CCVL": "/territoires/intercommunalites/cc-chinon-vienne-et-loire/",  # Chinon, Vienne et Loire
    "TMVL": "/territoires/intercommunalites/tours-metropole-val-de-loire/",
    "t.m.v.l.": "/territoires/intercommunalites/tours-metropole-val-de-loire/",
    "243600236": "/territoires/intercommunalites/cc-du-pays-d-issoudun/",  # of two departments
    "Pays d’Issoudun": "/territoires/intercommunalites/cc-du-pays-d-issoudun/",
    "CABP": "/territoires/intercommunalites/ca-bourges-plus/",
    "montlouis": "/territoires/18-cher/montlouis/",  # and not Montlouis-sur-Loire
    "noyers": "/territoires/45-loiret/noyers/",
}

# {query: the first places of its list}
OFFERED = {
    "Vineuil": ["Vineuil (41)", "Vineuil (36)"],
    "bordes": ["Les Bordes (45)", "Les Bordes (36)"],
    "Contres": ["Contres (18)", "Le Controis-en-Sologne (41)"],
    "thenay": ["Thenay (36)", "Le Controis-en-Sologne (41)"],
    "Magny": ["Magny (28)", "Le Magny (36)"],
    "Cellé": ["Cellé (41)", "La Celle (18)"],
    "perche": ["La Perche (18)", "CC du Perche"],
    "45300": ["Pithiviers (45)", "Le Malesherbois (45)"],  # Sandillon, by Insee
    "saint amand": ["Saint-Amand-Montrond (18)", "Saint-Amand-Longpré (41)"],
    "angillon": ["Les Aix-d’Angillon (18)", "La Chapelle-d’Angillon (18)"],
    "tours metropole": ["Tours Métropole Val de Loire"],
    "bou 37": ["Bou (45)"],  # not in that department: never certain
    "181": ["Vierzon (18)"],
    "18999": ["Cher"],
    "18033": ["Bourges (18)", "Cher"],  # its Insee code, which might be a CEDEX code
    "18123": ["Baugy (18)", "Cher"],  # the Insee code that Laverdines had
    "18020": ["Bannay (18)", "Cher"],  # a CEDEX code of Bourges, and an Insee code
    "28019": ["Baigneaux (28)", "Eure-et-Loir"],
    "45042": ["Les Bordes (45)", "Loiret"],
    "18020 cedex": ["Bannay (18)", "Cher"],
    "centre": ["Centre-Val de Loire"],
    "CVL": ["CC Chinon, Vienne et Loire", "Centre-Val de Loire"],
    "AME": ["CA Montargoise et Rives du Loing (AME)"],
    "Moulins": ["Moulins-sur-Yèvre (18)", "Moulins-sur-Céphons (36)"],
    "Bté": ["Bué (18)"],
    "Bourjes": ["Bourges (18)"],
    "Boruges": ["Bourges (18)"],
    "Romorantain": ["Romorantin-Lanthenay (41)"],
    "ballanmire": ["Ballan-Miré (37)"],
    "Bourges centre": ["Bourges (18)"],
    "je suis maire de Sancerre": ["Sancerre (18)"],
    "Bour\ufffdges": ["Bourges (18)"],
}

UNKNOWN_NAMES = ["zzzzzz", "75001", "123456789", "24", "1234567", "99", "Sainte-Nitouche-du-Web"]

# Towns, postcodes, departments and regions elsewhere; some look like the name of a village here.
ELSEWHERE = [
    *["Paris", "Le Mans", "Nantes", "72000", "Lyon", "Angers", "Limoges", "Poitiers", "49000"],
    *["Versailles", "Nevers", "Paris 16", "75016 Paris", "72000 Le Mans", "ville de Nantes"],
    *["Pau", "Gap", "Laval", "La Rochelle", "Boulogne-sur-Mer", "Fontenay-sous-Bois", "Sarthe"],
    *["INSEE 75056", "87085", "Bernay", "La Charité-sur-Loire", "département 72"],
]

EMPTY = "Votre commune, votre intercommunalité ou un code postal"
UNKNOWN = "Il n’y a rien de ce nom dans la région, ni sous ce code."
UNREADABLE = "Écrivez un nom avec des lettres, ou un code postal avec des chiffres."
TOO_SHORT = "Écrivez au moins deux lettres."
TOO_LONG = "Écrivez au plus 100 caractères"


def labels(answer):
    return [place.label for place in answer.places]


def test_a_query_with_one_meaning_redirects_to_its_place(client, content_at_rest):
    addresses = {
        query: client.get(SEARCH, {"q": query}).headers.get("Location") for query in CERTAIN
    }

    assert addresses == CERTAIN
    assert len(CERTAIN) + len(OFFERED) > 60
    for address in set(CERTAIN.values()):
        assert client.get(address).status_code == 200


def test_a_query_with_several_meanings_gets_a_list_with_the_best_first(client, content):
    offered = {query: find(query) for query in OFFERED}

    firsts = {query: labels(answer)[: len(OFFERED[query])] for query, answer in offered.items()}
    assert firsts == OFFERED
    assert not [query for query, answer in offered.items() if answer.is_certain]
    assert all(answer.message for answer in offered.values())
    for query in OFFERED:
        assert client.get(SEARCH, {"q": query}).status_code == 200


@pytest.mark.parametrize("query", UNKNOWN_NAMES)
def test_an_unknown_name_gets_help_and_the_departments(client, bourges, query):
    response = client.get(SEARCH, {"q": query})

    assertContains(response, UNKNOWN)
    assertContains(response, "Essayez un autre nom")
    assertContains(response, '<a href="/territoires/18-cher/">Cher</a>')


def test_every_commune_comes_first_by_its_official_name(content, monkeypatch):
    """Only another commune of the same name may come before it."""
    names = answers.all_names(
        {territory.pk: territory for territory in Territory.objects.with_page()}, False
    )
    monkeypatch.setattr(answers, "all_names", lambda *_: names)  # read once, not 1 754 times
    first = 0
    assert Commune.objects.values("name").distinct().count() == 1739
    for commune in Commune.objects.select_related("department"):
        answer = find(commune.name)
        namesakes = [place.commune for place in answer.places if place.name == commune.name]
        leading = [place.commune for place in answer.places[: len(namesakes)]]
        assert leading == namesakes, commune
        assert commune in leading, commune
        if not answer.is_certain:  # its label names its department
            answer = find(commune.label)
            assert (answer.is_certain, answer.places[0].commune) == (True, commune)
        first += 1
    assert first == 1754


def test_every_homonym_is_listed_first_in_each_of_its_departments(content_at_rest):
    names = list(Commune.objects.values_list("folded_name", flat=True))
    homonyms = {name for name in names if names.count(name) > 1}

    assert len(homonyms) == 15
    for name in homonyms:
        answer = find(name)
        assert not answer.is_certain, name
        first, second = answer.places[:2]
        assert fold(first.name) == fold(second.name) == name
        assert first.territory != second.territory


def test_every_epci_is_found_by_its_name_and_by_its_siren_with_its_departments(content_at_rest):
    swept = 0
    for grouping in Intercommunality.objects.all():
        departments = set(Territory.objects.filter(communes__intercommunality=grouping))
        for query in [grouping.name, grouping.siren]:
            answer = find(query)
            first = answer.places[0]
            assert first.intercommunality == grouping, query
            assert first.departments == tuple(sorted(each.name for each in departments)), query
            assert answer.is_certain, query
            swept += 1
    assert swept == 2 * 82


def test_every_former_name_is_found_with_what_it_is_today(content_at_rest):
    swept = 0
    for former in FormerCommune.objects.select_related("commune"):
        assert former.commune in [place.commune for place in find(former.name).places], former
        swept += 1
    assert swept == 150


def test_every_postcode_leads_to_the_communes_that_have_it(content_at_rest):
    communes = {}
    for commune in Commune.objects.all():
        for postcode in commune.postcodes.split():
            communes.setdefault(postcode, set()).add(commune)

    assert len(communes) == 237
    for postcode, sharing in communes.items():
        answer = find(postcode)
        assert {place.commune for place in answer.places} - {None} == sharing
        assert answer.is_certain == (len(sharing) == 1)
        assert len({place.territory for place in answer.places}) == 1
        if len(sharing) > 1:
            assert answer.places[-1].commune is None  # the department, without choosing


def test_five_digits_that_are_no_postcode_offer_the_commune_of_this_insee_code(content_at_rest):
    """They may be a CEDEX code, which no file of the site holds."""
    postcodes = {p for c in Commune.objects.all() for p in c.postcodes.split()}
    offered = 0
    for commune in Commune.objects.exclude(insee_code__in=postcodes):
        answer = find(commune.insee_code)
        assert (answer.is_certain, answer.places[0].commune) == (False, commune)
        assert labels(answer)[1:] == [commune.department.name]
        offered += 1
    assert offered > 1500


def test_an_insee_code_that_is_typed_as_one_is_certain(content_at_rest):
    swept = 0
    for commune in Commune.objects.all():
        answer = find(f"INSEE {commune.insee_code}")
        assert (answer.is_certain, answer.places[0].commune) == (True, commune)
        swept += 1
    assert swept == 1754


def test_a_town_of_another_region_is_not_answered_by_a_lookalike(client, content):
    offered = {query: labels(find(query)) for query in ELSEWHERE}

    assert offered == dict.fromkeys(ELSEWHERE, [])
    for query in ELSEWHERE:
        assertContains(client.get(SEARCH, {"q": query}), UNKNOWN)
        assert json.loads(client.get(SUGGESTIONS, {"q": query}).content) == {"places": []}


def test_every_epci_is_found_by_its_initials(content_at_rest):
    for grouping in Intercommunality.objects.all():
        name = re.sub(r"\(.*\)|«.*»", "", grouping.name)
        small = "de du des d la le les l et en entre"
        initials = "".join(word[0] for word in fold(name).split() if word not in small.split())
        if len(initials) > 2:
            found = [place.intercommunality for place in find(initials.upper()).places]
            assert grouping in found, (initials, grouping)


# Two hundred spellings with one alteration each, the same at each run


def without_an_accent(name, chance):
    accented = [n for n, sign in enumerate(name) if fold(sign) and fold(sign) != sign.lower()]
    n = chance.choice(accented)
    return name[:n] + fold(name[n]) + name[n + 1 :]


def with_a_wrong_letter(name, chance):
    n = chance.choice([n for n, sign in enumerate(name) if sign.isalpha()])
    other = chance.choice([letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter != name[n]])
    return name[:n] + other + name[n + 1 :]


def with_saint_shortened(name, chance):
    st, ste = chance.choice([("St", "Ste"), ("st", "ste"), ("St.", "Ste.")])
    return re.sub("Sainte(?=-)", ste, name) if "Sainte-" in name else name.replace("Saint", st, 1)


def with_another_apostrophe(name, chance):
    return name.replace("’", chance.choice(["'", "‘", "´", "ʼ", " "]))


ALTERATIONS = [
    (without_an_accent, lambda name: re.search("[éèêëàâçîïôûüœÉÈ]", name)),
    (with_a_wrong_letter, lambda name: True),
    (with_saint_shortened, lambda name: re.search(r"\bSainte?-", name)),
    (with_another_apostrophe, lambda name: "’" in name),
]


def test_every_altered_spelling_is_among_the_first_three(content_at_rest):
    chance = random.Random(2026)  # noqa: S311  the same at each run
    communes = list(Commune.objects.order_by("insee_code"))
    tried, missed = 0, []
    for alter, applies in ALTERATIONS:
        able = [commune for commune in communes if applies(commune.name)]
        for commune in chance.choices(able, k=50):
            typed = alter(commune.name, chance)
            tried += 1
            if commune not in [place.commune for place in find(typed).places[:3]]:
                missed.append((typed, commune.name))

    print(f"{tried - len(missed)} / {tried}", missed)
    assert tried == 200
    assert missed == []


# Odd queries


@pytest.fixture
def bourges(db):
    """Make a region of one commune in one department."""
    cher = make_territory(code="18", slug="cher", name="Cher")
    return make_commune(name="Bourges", insee_code="18033", postcodes="18000", department=cher)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", EMPTY),
        ("   ", EMPTY),
        ("b", TOO_SHORT),
        ("é", TOO_SHORT),
        ("7", TOO_SHORT),
        ("\0", UNREADABLE),
        ("\0\0\0", UNREADABLE),
        ("😀", UNREADABLE),
        ("\u202e\u200f\u2067", UNREADABLE),
        ("%%%___", UNREADABLE),
        ("Бурж", UNREADABLE),
        ("١٨٠٠٠", UNREADABLE),
        ("a" * 10_000, TOO_LONG),
        ("Bourges " * 1_250, TOO_LONG),
        ("' OR 1=1; DROP TABLE territories_commune; --", UNKNOWN),
        ("<script>alert(1)</script>", UNKNOWN),
        ('"><img src=x onerror=alert(1)>', UNKNOWN),
        ("{{ settings.SECRET_KEY }}", UNKNOWN),
        ("9" * 100, UNKNOWN),
    ],
)
def test_each_odd_query_gets_a_clear_answer_and_writes_nothing(client, bourges, query, message):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(SEARCH, {"q": query})

    assertContains(response, message)
    assertContains(response, "/territoires/18-cher/")  # a link to continue
    assert not re.search(r"<script>|<img src=x", response.text)
    assert "\0" not in response.text
    assert len(response.content) < 20_000
    assert not [q for q in queries if not q["sql"].lstrip("(").startswith("SELECT")]
    assert json.loads(client.get(SUGGESTIONS, {"q": query}).content) == {"places": []}


@pytest.mark.parametrize(
    "bytes_sent", ["q=%ff%fe%fd", "q=\xff\xfe", "q=%00", "q=%ED%A0%80%ED%BF%BF"]
)
def test_bytes_that_are_not_utf_8_get_a_clear_answer(client, bourges, bytes_sent):
    for address in [SEARCH, SUGGESTIONS]:
        response = client.get(address, QUERY_STRING=bytes_sent)
        assert response.status_code == 200
    response = client.get(SEARCH, QUERY_STRING=bytes_sent)
    assert UNREADABLE in response.text or TOO_SHORT in response.text


@pytest.mark.parametrize("query", ["Bourges\0", "B\u200bourges", "\u202eBourges", "Bourges 😀"])
def test_invisible_characters_do_not_hide_a_name(bourges, query):
    assert labels(find(query))[0] == "Bourges (18)"


def test_the_query_is_shown_again_as_text(client, bourges):
    response = client.get(SEARCH, {"q": 'Ville "<b>\u202e\0'})

    assert Document(response.text).title.startswith('Ville "<b> – Trouver')
    assertContains(response, 'value="Ville &quot;&lt;b&gt;"')


def test_an_address_without_a_query_shows_the_finder_and_the_departments(client, content):
    response = client.get(SEARCH)

    document = Document(response.text)
    assert [text for _, text in document.headings] == [
        "Trouver votre territoire",
        "Ou votre département",
        "La CRESS à vos côtés",
    ]
    assertContains(response, 'type="text" id="finder" name="q" value=""')


# The page


def test_a_place_is_listed_with_its_department_and_its_epci(client, content):
    text = plain(Document(client.get(SEARCH, {"q": "vineuil"}).text).text)

    assert "Plusieurs réponses : choisissez la vôtre." in text
    assert "Vineuil Loir-et-Cher, CA de Blois « Agglopolys »" in text
    assert "Vineuil Indre, CC Levroux Boischaut Champagne" in text


def test_a_former_commune_is_listed_with_the_commune_of_today(client, content):
    text = plain(Document(client.get(SEARCH, {"q": "contres"}).text).text)

    assert "Contres, aujourd'hui Le Controis-en-Sologne Loir-et-Cher, CC" in text


def test_an_epci_of_two_departments_is_listed_once_with_both(client, content):
    [place] = [each for each in find("Issoudun").places if each.intercommunality]

    assert place.detail == "intercommunalité, Cher, Indre"
    assertRedirects(client.get(SEARCH, {"q": "Pays d'Issoudun"}), place.address)


def test_a_long_list_is_cut_with_a_message(client, content):
    answer = find("saint")

    assert len(answer.places) == MOST_PLACES
    assert answer.message.startswith("Beaucoup de réponses")


def test_names_that_start_with_the_query_come_first_and_towns_before_villages(db):
    department = make_territory(name="Marche")
    for name, population in [("Grand-Val", 90_000), ("Valaire", 10), ("Valençay", 2_000)]:
        make_commune(name=name, population=population, department=department)

    assert [place.name for place in find("val").places] == ["Valençay", "Valaire", "Grand-Val"]


def test_places_are_found_on_a_site_without_communes(client, db):
    region = make_region(name="Val de Loire")

    assertRedirects(client.get(SEARCH, {"q": "val de loire"}), region.get_absolute_url())
    assertContains(client.get(SEARCH, {"q": "Bourges"}), UNKNOWN)


def test_the_country_is_not_found(db):
    make_territory(kind="country", code="FR", name="France")

    assert find("France").places == []


def test_a_commune_without_an_epci_is_found(client, db):
    commune = make_commune(name="Ouessant")

    assertRedirects(client.get(SEARCH, {"q": "ouessant"}), commune.get_absolute_url())
    assert find("ouessant").places[0].detail == commune.department.name


def test_a_former_commune_of_the_same_name_is_one_place(db):
    commune = make_commune(name="Baugy")
    make_former_commune(name="Baugy", commune=commune, insee_code=commune.insee_code)

    assert find("Baugy").is_certain
    assert find(f"INSEE {commune.insee_code}").is_certain


def test_the_finder_is_on_the_home_page_and_the_pages_of_territories(client, content):
    for address in ["/", "/territoires/", SEARCH]:
        document = Document(client.get(address).text)
        forms = [a for tag, a in document.tags if tag == "form" and a["class"] == "finder"]
        assert forms == [{"class": "finder", "role": "search", "action": SEARCH}], address
        assert document.attributes("for").count("finder") == 1, address
    assertContains(client.get("/"), 'href="/territoires/18-cher/"')


def test_the_finder_sets_no_cookie_and_can_be_cached(client, content):
    for address in [SEARCH, f"{SEARCH}?q=vineuil", f"{SEARCH}?q=bourges", f"{SUGGESTIONS}?q=bo"]:
        response = client.get(address)
        assert "public" in response["Cache-Control"], address
        assert not response.cookies, address
        assert "Cookie" not in response.get("Vary", ""), address
        assert client.post(address).status_code == 405


def test_the_page_has_one_address_for_search_engines(client, content):
    assertContains(
        client.get(SEARCH, {"q": "vineuil"}),
        f'<link rel="canonical" href="http://testserver{SEARCH}">',
    )


# Suggestions for the script


def suggestions(client, query, **more):
    return json.loads(client.get(SUGGESTIONS, {"q": query} | more).content)["places"]


def test_the_script_gets_the_same_places_at_most_eight(client, content):
    assert suggestions(client, "vineuil")[0] == {
        "name": "Vineuil",
        "detail": "Loir-et-Cher, CA de Blois «\u202fAgglopolys\u202f»",
        "value": "Vineuil (41)",
        "address": "/territoires/41-loir-et-cher/vineuil/",
    }
    assert len(suggestions(client, "saint")) == 8
    assert [p["value"] for p in suggestions(client, "saint")] == labels(find("saint"))[:8]


def test_the_contact_form_gets_communes_only(client, content):
    offered = suggestions(client, "perche", communes="oui")

    assert offered[0]["value"] == "La Perche (18)"
    assert not any("intercommunalites" in place["address"] for place in offered)
    assert suggestions(client, "18", communes="oui") == []
    assert suggestions(client, "241800507", communes="oui") == []
    assert len(suggestions(client, "45300", communes="oui")) > 1
    assert suggestions(client, "18999", communes="oui") == []


def test_the_value_of_a_suggestion_finds_the_same_place(client, content):
    for query in ["vineuil", "contres", "bordes"]:
        for place in suggestions(client, query, communes="oui"):
            answer = find(place["value"], communes_only=True)
            assert answer.is_certain, place
            assert answer.places[0].address == place["address"]


# Cost


QUERIES_AT_MOST = 8


@pytest.mark.parametrize("query", ["val", "val neuf", "vall", "90000", "9000", "", "inconnu"])
def test_queries_do_not_grow_with_the_number_of_communes(client, db, query):
    def grow(number):
        for _ in range(number):
            grouping = make_intercommunality()
            commune = make_commune(name="Val-Neuf", intercommunality=grouping)
            make_former_commune(name="Vallée-Vieille", commune=commune)

    def count_queries(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"q": query})
        return len(queries)

    grow(2)
    with_few = count_queries(SEARCH), count_queries(SUGGESTIONS)
    grow(20)
    with_many = count_queries(SEARCH), count_queries(SUGGESTIONS)

    assert with_many <= with_few
    assert max(with_few) <= QUERIES_AT_MOST


def test_addresses_of_places_need_no_quoting(content):
    for query in ["bourges", "blois agglopolys", "cher"]:
        address = find(query).places[0].address
        assert quote(address) == address
