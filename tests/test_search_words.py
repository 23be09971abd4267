"""Words, stems and queries: what finds what, in Python and in both databases."""

import pytest
from django.core.management import call_command
from django.db import connection

from cress.base.search.fields import make_indexes
from cress.base.search.queries import Closeness, read_query, words_in
from cress.base.text.words import searched, stem, words_that_count
from enterprises.models import Enterprise
from policies.models import Synonym
from policies.synonyms import query_of
from tests.factories import (
    make_commune,
    make_enterprise,
    make_family,
    make_sector,
    make_term,
    make_territory,
)
from tests.html import Document, plain


def finds(query, text):
    return read_query(query).closeness(words_in(text)) < Closeness.ABSENT


# Words and stems


@pytest.mark.parametrize(
    "forms",
    [
        "formation formations",
        "coopérative coopératives COOPÉRATIVES",
        "élu élue élus élues",
        "salarié salariée salariés salariées",
        "bénévole bénévoles",
        "local locale locales",
        "social sociale sociales",
        "réservé réservée réservés",
        "marché marchés",
        "école écoles",
        "énergie énergies",
        "jeu jeux",
        "vœu vœux",
        "lieu lieux",
        "atelier ateliers",
        "association associations",
        "prêt prêts",
        "entrepreneur entrepreneurs",
        "solidaire solidaires",
        "subvention subventions",
    ],
)
def test_plurals_genders_and_common_forms_have_one_stem(forms):
    assert len({stem(word) for word in words_that_count(forms)}) == 1


@pytest.mark.parametrize(
    "different",
    ["mer merci", "vélo développer", "poste postale"],
)
def test_other_words_have_other_stems(different):
    assert len({stem(word) for word in words_that_count(different)}) == 2


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("tiers-lieux", "Un tiers-lieu"),
        ("tiers lieu", "Des tiers-lieux"),
        ("tierslieu", "Un tiers-lieu"),
        ("co-voiturage", "Le covoiturage"),
        ("covoiturage", "Le co‑voiturage"),
        ("coconstruction", "La co-construction"),
        ("oeuvre", "L’Œuvre"),
        ("Œuvres", "une oeuvre"),
        ("cæsar", "Caesar"),
        ("l'ile d'or", "L’Île-d’Or"),
        ("ile", "L’île"),
        ("lile or", "Lile-d’Or"),
        ("S.C.O.P.", "une SCOP"),
        ("scop", "une S.C.O.P. d’ici"),
        ("E.S.S", "l’ESS"),
        ("ESS", "l’É.S.S."),
        ("chateauroux", "CHÂTEAUROUX"),
        ("coop", "coopération"),
        ("ate", "L’atelier"),
        ("10,6 %", "La part : 10,6 %"),
        ("+33 2 38 68 18 90", "Tél. : 02 38 68 18 90"),
        ("0238681890", "02.38.68.18.90"),
        ("02 38 68 18 90", "0238681890"),
        ("732 829 320 00074", "73282932000074"),
        ("732829320 00074", "732\u202f829\u202f320\u202f00074"),
        ("9 000", "9\u202f000 établissements"),
        ("2014-856", "Loi n° 2014-856"),
        ("une clause pour le marché", "Clause d’un marché"),
        ("qu’est-ce qu’une scic", "SCIC"),
        ("dans", "dans la ville"),
    ],
)
def test_a_query_finds_a_text(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("velo", "développer"),
        ("scop", "Le Kaléidoscope"),
        ("formation", "information"),
        ("lieu", "milieu"),
        ("construction", "coconstruction"),
        ("1", "10,6 %"),
        ("201", "2014"),
        ("02", "2 communes"),
        ("2", "le 02"),
        ("ea", "eau"),
        ("ab", "abeille"),
        ("marché clause", "un marché"),
        ("pâtisserie", "pâtes"),
    ],
)
def test_a_query_does_not_find_a_text(query, text):
    assert not finds(query, text)


def test_the_whole_word_is_the_closest_then_the_stem_then_a_synonym_then_the_start():
    query = read_query("coopérative", [[("cooperative",), ("scop",)]])
    texts = ["une coopérative", "des coopératives", "une SCOP", "rien"]

    found = [query.closeness(words_in(text)) for text in texts]

    assert found == [Closeness.WHOLE, Closeness.STEM, Closeness.SYNONYM, Closeness.ABSENT]
    assert found == sorted(found)
    assert read_query("coop").closeness(words_in("coopérative")) == Closeness.START


@pytest.mark.parametrize("typed", ["", " ", "?!…", "«\u202f»", "😀", "\x00", "\u202e", "اقتصاد"])
def test_a_text_without_words_makes_an_empty_query(typed):
    assert not read_query(typed)
    assert searched(typed) == ""


def test_synonyms_of_several_words_are_read_in_one_piece(db):
    Synonym.objects.create(ways="CAE, coopérative d’activités et d’emploi")
    cae, words = words_in("Une CAE"), words_in("Une coopérative d’activité et d’emploi")

    assert query_of("CAE").closeness(words) == Closeness.SYNONYM
    assert query_of("coopératives d'activités et d'emploi loire").missing(cae) == 1
    assert query_of("coopérative").closeness(cae) == Closeness.ABSENT


# The databases


TEXTS = [
    "Le Kaléidoscope",
    "Une SCOP d’ici",
    "S.C.O.P. de là",
    "Développer le vélo",
    "Développement",
    "Tiers-lieu des Œuvres",
    "Tiers lieux",
    "L’Île-d’Or",
    "Coopératives réunies",
    "Coopération",
    "Élues et élus",
    "Cœur & Cie : « 10,6 % » de l’eau",
    "Near, and, or, not",
    "EA du Val",
    "0stem 0coop",
    "Co-voiturage 2014",
]
HOSTILE = [
    '"',
    "*",
    "coop*",
    '"tiers lieu"',
    "NEAR",
    "NEAR(scop ici)",
    "NOT scop",
    "scop AND ici",
    "scop OR velo",
    "name:scop",
    "words:scop",
    ":",
    "&",
    "|",
    "!",
    "scop & ici",
    "scop | velo",
    "!scop",
    "scop:*",
    "'scop'",
    "''",
    "\\",
    "scop\\",
    "(scop",
    ")",
    "{scop}",
    "^scop",
    "-scop",
    "+scop",
    "scop\x00ici",
    "\x00",
    "\u202escop",
    "😀 scop",
    "…!?;",
    "scop " * 2000,
    "x" * 10_000,
    "é" * 10_000,
    "dans le de la",
    "le",
    "10,6 %",
    "0coop",
    "0stem",
    "<->",
    "scop <-> ici",
    "%",
    "_",
    "' OR 1=1 --",
    "اقتصاد scop",
    "ﬁlière",
]
QUERIES = ["scop", "coop", "velo", "vélos", "tiers lieux", "tiers-lieu", "tierslieu", "oeuvre"] + [
    "ile d'or",
    "élu",
    "eau",
    "ea",
    "covoiturage",
    "co-voiturage",
    "coopérative",
    "201",
    "2014",
    "dev",
    "développ",
    "and or not",
    "lieu des",
]


@pytest.fixture
def enterprises(db):
    department, sector = make_territory(name="Ailleurs"), make_sector(name="Divers")
    return [
        make_enterprise(name=text, department=department, sector=sector, summary="…")
        for text in TEXTS
    ]


@pytest.mark.parametrize("typed", QUERIES + HOSTILE, ids=lambda typed: ascii(typed)[:20])
def test_the_database_finds_the_rows_that_python_finds(enterprises, typed):
    for query in [read_query(typed), read_query(typed, [[("velo",), ("tiers", "lieu")]])]:
        if query:
            in_python = {
                enterprise.pk
                for enterprise in enterprises
                if query.closeness({*enterprise.words.split()}) < Closeness.ABSENT
            }
            found = Enterprise.objects.matching(query)
            assert {*found.values_list("pk", flat=True)} == in_python


def test_these_queries_find_something(enterprises):
    assert all(Enterprise.objects.matching(read_query(typed)).exists() for typed in QUERIES[:14])


def test_a_query_that_looks_for_nothing_is_an_error(db):
    with pytest.raises(ValueError, match="looks for something"):
        Enterprise.objects.matching(read_query("?"))
    with pytest.raises(ValueError, match="looks for something"):
        Enterprise.objects.filter(words__has="scop")


@pytest.mark.parametrize("address", ["/recherche/", "/entreprises/", "/donnees/entreprises.json"])
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed)[:20])
def test_a_hostile_query_gets_an_answer_in_french(client, enterprises, address, typed):
    response = client.get(address, {"q": typed})

    if address.endswith(".json"):
        assert response.status_code in {200, 400}
    else:
        assert response.status_code == 200
        assert '<html lang="fr">' in response.text


# What people type


def titles(response):
    return [plain(text) for level, text in Document(response.text).headings if level == 3]


@pytest.mark.parametrize("typed", ["732 829 320 00074", "73282932000074", "732 829 320"])
def test_a_siret_or_a_siren_finds_its_enterprise(client, db, typed):
    make_enterprise(name="La Ruche", siret="73282932000074")
    make_enterprise(name="Une autre")

    assert titles(client.get("/recherche/", {"q": typed})) == ["La Ruche"]
    assert titles(client.get("/entreprises/", {"q": typed})) == ["La Ruche"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("02 38 68 18 90", "Caroline Dumas"),
        ("0238681890", "Caroline Dumas"),
        ("02.38.68.18.90", "Caroline Dumas"),
        ("c.dumas@cresscentre.org", "Caroline Dumas"),
        ("10,6 %", "10,6 % des emplois de la région"),
        ("10.6%", "10,6 % des emplois de la région"),
        ("1 rue de la Paix 37000 Tours", "Tours"),
        ("12 bis, avenue de Grammont, 37000 TOURS", "Tours"),
        ("1 rue de la Paix, 41000 Blois", "Blois"),
    ],
)
def test_what_people_paste_is_found(client, content, typed, first):
    assert titles(client.get("/recherche/", {"q": typed}))[0] == first


def test_an_enterprise_and_a_commune_offer_the_directory_near_it(client, content):
    response = client.get("/recherche/", {"q": "entreprise à tours"})

    assert titles(response)[0] == "Tours"
    assert response.context["answer"].shortcut.url == "/entreprises/?commune=37261"


# Writers


def found(query):
    rows = Enterprise.objects.matching(read_query(query)).order_by("pk")
    return [enterprise.name for enterprise in rows]


@pytest.fixture
def ruche(db):
    department = make_territory(name="Hautval")
    return make_enterprise(
        name="La Ruche",
        department=department,
        commune=make_commune(name="Bourgneuf", department=department),
        sector=make_sector(name="Apiculture"),
        family=make_family(name="Essaim"),
    )


@pytest.mark.parametrize(
    ("named_by", "before"),
    [
        ("commune", "Bourgneuf"),
        ("department", "Hautval"),
        ("sector", "Apiculture"),
        ("family", "Essaim"),
    ],
)
def test_a_rename_writes_the_words_of_its_enterprises_again(ruche, named_by, before):
    row = getattr(ruche, named_by)
    make_enterprise(name="Une autre")
    assert found(before) == ["La Ruche"]

    row.name = "Zanzibar"
    row.save()

    assert found("zanzibar") == ["La Ruche"]
    assert found(before) == []


def test_a_rename_in_the_admin_writes_the_words_again(editor_client, ruche):
    form = editor_client.get(f"/admin/enterprises/sector/{ruche.sector_id}/change/")
    data = {
        field.html_name: "" if field.value() is None else field.value()
        for field in form.context["adminform"].form
    }
    editor_client.post(
        f"/admin/enterprises/sector/{ruche.sector_id}/change/", data | {"name": "Zanzibar"}
    )

    assert found("zanzibar") == ["La Ruche"]


def test_each_way_of_writing_keeps_the_index(ruche):
    Enterprise.objects.bulk_create(
        [
            Enterprise(
                name=f"Miellerie {n}",
                slug=f"miellerie-{n}",
                is_example=False,
                department=ruche.department,
                sector=ruche.sector,
            )
            for n in range(3)
        ]
    )
    assert found("miellerie") == ["Miellerie 0", "Miellerie 1", "Miellerie 2"]

    first = Enterprise.objects.get(name="Miellerie 0")
    first.name = "Alvéole"
    first.save()
    assert found("miellerie") == ["Miellerie 1", "Miellerie 2"]
    assert found("alveole") == ["Alvéole"]

    first.delete()
    assert found("alveole") == []
    Enterprise.objects.filter(name__startswith="Miellerie").delete()
    assert found("miellerie") == []
    assert found("apiculture") == ["La Ruche"]


def test_a_column_that_is_not_searched_is_updated_without_the_index(ruche):
    Enterprise.objects.update(is_published=False)

    assert found("ruche") == ["La Ruche"]
    assert not Enterprise.objects.published().matching(read_query("ruche")).exists()


def test_a_fixture_writes_the_words(ruche, tmp_path):
    file = tmp_path / "ruche.json"
    call_command("dumpdata", "enterprises.enterprise", natural_foreign=True, output=str(file))
    file.write_text(file.read_text().replace("La Ruche", "La Miellerie"))

    call_command("loaddata", str(file), verbosity=0)

    assert found("miellerie") == ["La Miellerie"]
    assert found("ruche") == []


def test_the_index_is_made_again_where_it_is_missing(ruche):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER enterprises_enterprise_words_changed")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it makes no index beside late checks
            cursor.execute("DROP INDEX enterprises_enterprise_words")
        Enterprise.objects.update(words="essaimage 0essaim")
    make_indexes(Enterprise._meta.app_config, using="default")

    assert found("essaimage") == ["La Ruche"]
    assert found("ruche") == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
            assert cursor.fetchone() == (3,)
            cursor.execute(
                "INSERT INTO enterprises_enterprise_words(enterprises_enterprise_words, rank) "
                "VALUES ('integrity-check', 1)"
            )
        else:
            cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname LIKE '%enterprise_words'")
            assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("tourisme", "éthic étapes - Île d'Or"),
        ("CAE", "Odyssée Création"),
        ("coopérative d'activités et d'emploi", "Odyssée Création"),
        ("maraîchage", "ISA Groupe"),
        ("loiret", "Groupement solidaire « Filière Réemploi »"),
        ("tourisme solidaire", "éthic étapes - Île d'Or"),
        ("association", "éthic étapes - Île d'Or"),
        ("scop", "SEFARD"),
        ("energies ressort", None),
    ],
)
def test_the_directory_finds_sectors_families_texts_and_departments(client, content, query, name):
    names = titles(client.get("/entreprises/", {"q": query}))

    assert names == [] if name is None else name in names


def test_the_search_marks_the_words_it_found_and_no_others(client, db):
    make_term(name="Vélos", definition="Développer le vélo, un vélodrome.")

    response = client.get("/recherche/", {"q": "vélo"})

    assert "Développer le <mark>vélo</mark>, un <mark>vélodrome</mark>." in response.text
