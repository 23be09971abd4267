"""The shipped content: complete, valid, and never loaded over the work of staff."""

import json
import re
from io import StringIO
from shutil import copytree

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.core.serializers.base import DeserializationError
from django.db import models
from django.db.models import Count

from cress.base.fields import FoldedField, FrenchText
from cress.base.files.tables import TableError
from cress.base.search.fields import WordsField
from cress.base.text.typography import french
from cress.chamber.models import Mission, Page, Service, SiteIdentity
from cress.contact.models import Person, Subject
from enterprises.models import Enterprise, Family, Sector
from policies.models import (
    Action,
    Argument,
    Competence,
    DeliberationBlock,
    LegalText,
    Lever,
    Resource,
    Rule,
    Synonym,
    Term,
)
from territories.contours import CONTOURS
from territories.models import (
    Bin,
    Commune,
    DepartmentRank,
    Distribution,
    FormerCommune,
    Intercommunality,
    KeyFigure,
    MapGrid,
    Source,
    Statistic,
    Territory,
)
from tests.factories import (
    CONTENT_FACTORIES,
    make_argument,
    make_identity,
    make_intercommunality,
    make_lever,
    make_page,
    make_person,
    make_source,
    make_term,
    make_territory,
)
from tests.html import Document

FIXTURES = project.BASE_DIR / "fixtures"

# Faults of typography: a straight apostrophe in a word; a plain space before a high sign, inside
# quotes, or between thousands.
UNPRINTED = re.compile(r"\w'\w|[ \u00a0][;:!?»%€]|«[ \u00a0]|\d[ \u00a0]\d{3}\b|\.\.\.")


def shipped_objects():
    """Return (file name, object) for every object of the fixtures."""
    return [
        (path.name, shipped)
        for path in sorted(FIXTURES.glob("*.json"))
        if path.name != CONTOURS  # no rows: what the command that reads communes reads
        for shipped in json.loads(path.read_text(encoding="utf-8"))
    ]


def row_counts():
    return {model: model.objects.count() for model in CONTENT_FACTORIES}


def test_an_empty_database_is_filled(db):
    output = StringIO()

    call_command("load_content", stdout=output)

    assert row_counts() == {
        Territory: 8,
        MapGrid: 1,
        Intercommunality: 82,
        Commune: 1754,
        FormerCommune: 150,
        Source: Source.objects.count(),
        Statistic: 36,
        Distribution: 3,
        Bin: 49,
        DepartmentRank: 18,
        KeyFigure: 6,
        Term: 50,
        Lever: 13,
        Action: 42,
        LegalText: LegalText.objects.count(),
        Rule: Rule.objects.count(),
        Argument: 21,
        Resource: Resource.objects.count(),
        Synonym: Synonym.objects.count(),
        Competence: 46,
        DeliberationBlock: 50,
        Sector: 6,
        Family: 6,
        Enterprise: 6,
        Page: Page.objects.count(),
        Service: 3,
        Mission: 4,
        Person: 2,
        Subject: 9,
        SiteIdentity: 1,
    }
    assert Source.objects.count() >= 7
    assert Page.objects.count() >= 9
    assert LegalText.objects.count() >= 25
    assert Rule.objects.count() >= 100
    assert Resource.objects.count() >= 30


def stored_rows():
    """Return the content of every row, without primary keys and dates of the last save."""
    rows = [row for model in CONTENT_FACTORIES for row in model.objects.all()]
    serialized = json.loads(
        serialize("json", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True)
    )
    for row in serialized:
        row.pop("pk", None)
        row["fields"].pop("updated_at", None)
    return sorted(map(str, serialized))


def test_the_content_of_the_tests_is_what_the_command_loads(content):
    stood_on = stored_rows()
    for model in reversed(CONTENT_FACTORIES):
        model.objects.all().delete()

    call_command("load_content", verbosity=0)

    assert stored_rows() == stood_on


def test_the_map_has_six_departments_a_region_and_a_country(content):
    kinds = Territory.objects.values_list("kind").annotate(count=Count("pk")).order_by("kind")

    assert dict(kinds) == {"country": 1, "department": 6, "region": 1}
    assert not Territory.objects.with_page().filter(outline="").exists()


def test_every_lever_is_published_with_at_least_one_action(content):
    levers = Lever.objects.published().annotate(action_count=Count("actions"))

    assert len(levers) == 13
    assert {lever.order for lever in levers} == set(range(1, 14))
    assert not [lever.title for lever in levers if not lever.action_count]


def test_every_department_has_its_published_enterprise(content):
    departments = Territory.objects.departments().filter(
        enterprises__in=Enterprise.objects.published()
    )

    assert sorted(department.code for department in departments) == [
        "18",
        "28",
        "36",
        "37",
        "41",
        "45",
    ]


def test_every_commune_lies_in_its_department(content):
    swept = 0
    for commune in Commune.objects.select_related("department"):
        assert commune.insee_code.startswith(commune.department.code), commune
        assert commune.postcodes, commune
        swept += 1

    assert swept == 1754


def test_every_department_and_the_region_have_both_shares_in_the_same_source(content):
    for territory in Territory.objects.with_page():
        statistic = territory.statistics.get(source__slug="clap-2015-territoires")
        assert statistic.employee_share is not None, territory
        assert statistic.establishment_share is not None, territory

    assert Statistic.objects.filter(source__slug="clap-2015-territoires").count() == 7


def test_every_territory_has_its_french_grammar(content):
    forms = ["code", "name", "with_article", "inside", "of"]

    assert sorted(Territory.objects.values_list(*forms)) == [
        ("18", "Cher", "le Cher", "dans le Cher", "du Cher"),
        (
            "24",
            "Centre-Val de Loire",
            "le Centre-Val de Loire",
            "en Centre-Val de Loire",
            "du Centre-Val de Loire",
        ),
        ("28", "Eure-et-Loir", "l’Eure-et-Loir", "en Eure-et-Loir", "d’Eure-et-Loir"),
        ("36", "Indre", "l’Indre", "dans l’Indre", "de l’Indre"),
        ("37", "Indre-et-Loire", "l’Indre-et-Loire", "en Indre-et-Loire", "d’Indre-et-Loire"),
        ("41", "Loir-et-Cher", "le Loir-et-Cher", "en Loir-et-Cher", "du Loir-et-Cher"),
        ("45", "Loiret", "le Loiret", "dans le Loiret", "du Loiret"),
        ("FR", "France", "la France", "en France", "de la France"),
    ]


def test_every_shipped_row_obeys_the_rules_of_its_form(content):
    swept = 0
    for model in CONTENT_FACTORIES:
        for row in model.objects.all():
            row.full_clean()
            swept += 1

    assert swept == sum(row_counts().values()) >= 2000


def test_every_model_has_a_shipped_row(content):
    assert [model.__name__ for model, count in row_counts().items() if not count] == []


def test_every_shipped_text_is_in_french_typography(content):
    swept = 0
    for model in CONTENT_FACTORIES:
        fields = [
            field.name
            for field in model._meta.fields
            if isinstance(field, models.CharField | models.TextField)
            and not isinstance(field, models.URLField | models.SlugField)
            and field.name not in {"outline", "grouping_borders", "postcodes", "telephone"}
        ]
        for row in model.objects.values(*fields) if fields else []:
            for field, text in row.items():
                assert not UNPRINTED.search(text), f"{model.__name__}.{field}: {text}"
                swept += bool(text)

    assert swept >= 4000


def test_the_files_have_the_values_that_the_database_stores(db):
    swept = 0
    for file, shipped in shipped_objects():
        model = apps.get_model(shipped["model"])
        for name, value in shipped["fields"].items():
            if isinstance(model._meta.get_field(name), FrenchText):
                assert value == french(value), f"{file}: {value}"
                swept += 1

    assert swept >= 400


def test_shipped_objects_have_natural_keys(db):
    swept = 0
    for file, shipped in shipped_objects():
        if shipped["model"] == "chamber.siteidentity":
            assert shipped["pk"] == 1
            continue
        assert "pk" not in shipped, f"{file}: {shipped}"
        model = apps.get_model(shipped["model"])
        for name, value in shipped["fields"].items():
            field = model._meta.get_field(name)
            if field.many_to_many:
                assert all(isinstance(key, list) for key in value), f"{file}: {value}"
            elif field.is_relation and value is not None:
                assert isinstance(value, list), f"{file}: {value}"
        swept += 1

    assert swept >= 170


def test_shipped_objects_have_a_value_for_every_field(db):
    """A field that a fixture leaves out would silently take its default."""
    swept = 0
    for file, shipped in shipped_objects():
        model = apps.get_model(shipped["model"])
        fields = {
            field.name
            for field in [*model._meta.fields, *model._meta.many_to_many]
            if not field.primary_key and not isinstance(field, FoldedField | WordsField)
        }
        assert set(shipped["fields"]) == fields, f"{file}: {shipped['fields']}"
        swept += 1

    assert swept >= 170


@pytest.mark.parametrize("make", [make_territory, make_lever, make_identity])
def test_content_is_never_loaded_over_other_content(db, make):
    theirs = make()
    before = row_counts()

    with pytest.raises(CommandError) as refusal:
        call_command("load_content", verbosity=0)

    assert str(refusal.value) == "La base a déjà un contenu : rien n’a été changé."
    assert row_counts() == before
    assert type(theirs).objects.get() == theirs


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (make_page, {"slug": "aide", "title": "Notre aide"}),
        (make_person, {"email": "c.dumas@cresscentre.org", "name": "Caroline D."}),
        (make_term, {"slug": "scop", "name": "Notre SCOP"}),
        (make_source, {"slug": "atlas-2020", "title": "Notre atlas"}),
        (make_intercommunality, {"siren": "200000800", "name": "Notre communauté"}),
    ],
)
def test_no_row_of_any_model_is_overwritten(db, make, fields):
    theirs = make(**fields)

    with pytest.raises(CommandError):
        call_command("load_content", verbosity=0)

    theirs.refresh_from_db()
    for field, value in fields.items():
        assert getattr(theirs, field) == value


def test_content_loaded_twice_is_loaded_once(content):
    Lever.objects.filter(order=1).update(title="Un titre corrigé")

    with pytest.raises(CommandError):
        call_command("load_content", verbosity=0)

    assert Lever.objects.get(order=1).title == "Un titre corrigé"
    assert Lever.objects.count() == 13


@pytest.fixture
def shipped_folder(settings, tmp_path):
    """Make a copy of the shipped files that a test can change."""
    folder = copytree(FIXTURES, tmp_path / "fixtures")
    settings.BASE_DIR = tmp_path
    settings.FIXTURE_DIRS = [folder]
    return folder


def test_an_error_in_the_last_line_stores_nothing(db, shipped_folder):
    file = shipped_folder / "chamber.json"
    shipped = json.loads(file.read_text(encoding="utf-8"))
    shipped.append({"model": "chamber.page", "fields": {"footer_order": "dernier"}})
    file.write_text(json.dumps(shipped), encoding="utf-8")

    with pytest.raises(DeserializationError):
        call_command("load_content", verbosity=0)

    assert set(row_counts().values()) == {0}


def test_an_unknown_commune_stores_nothing(db, shipped_folder):
    with (shipped_folder / "communes.csv").open("a", encoding="utf-8") as file:
        file.write("75056,Paris,75,75001,2100000,,217500016\n")

    with pytest.raises(TableError, match="75"):
        call_command("load_content", verbosity=0)

    assert set(row_counts().values()) == {0}


def test_a_copy_of_the_shipped_files_loads_like_them(db, shipped_folder):
    call_command("load_content", verbosity=0)

    assert Commune.objects.count() == 1754
    assert SiteIdentity.objects.get().name == "CRESS Centre-Val de Loire"


# Texts in Markdown


def test_the_marks_of_markdown_are_never_shown_on_the_home_page(client, db):
    make_argument(kind="reason", title="Agir", text="**Un appui** pour *tous*. La suite.")
    make_argument(kind="referent", title="Nommer", text="**Une** élue, [voir](/leviers/).")

    text = Document(client.get("/").text).text

    assert "Un appui pour tous." in text
    assert "La suite" not in text
    assert "Une élue, voir." in text
    assert "*" not in text


def test_the_marks_of_markdown_are_never_shown_in_a_search(client, db):
    make_lever(title="Achats", text="Une **clause** : [voir le guide](/glossaire/).\n\n- **un**")
    make_page(title="Aide", body="## Une clause\n\n| A | B |\n| :--- | ---: |\n| **1** | 2 |")

    text = Document(client.get("/recherche/", {"q": "clause"}).text).text

    assert "voir le guide" in text
    assert not re.search(r"\*\*|\]\(|:--|##", text)
