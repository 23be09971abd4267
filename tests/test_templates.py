"""No fact of the brochure is typed in a template: what staff may change is data."""

import re

import pytest
from django.conf import settings

from tests.html import Document, plain
from tests.models import models_of

OURS = {"territories", "policies", "enterprises", "chamber", "contact"}
# Fields whose every value is a fact; names of communes are fields of geography, not facts.
FACT_FIELDS = {
    "territory": ["name"],
    "source": ["producer", "title"],
    "keyfigure": ["value", "label"],
    "lever": ["title", "summary"],
    "action": ["text"],
    "argument": ["title", "text"],
    "resource": ["title", "publisher"],
    "term": ["definition"],
    "enterprise": ["name", "summary", "headcount_as_printed"],
    "service": ["title", "text"],
    "mission": ["title"],
    "person": ["name", "email", "telephone"],
    "siteidentity": ["name", "full_name", "title", "telephone"],
}
# Labels that are also words of the field.
LABELS = {"Pourquoi agir", "établissements employeurs"}
# The credit of the map's drawing, the zero that starts an axis, the size of shared pictures.
ALLOWED_NUMBERS = ["CC BY 4.0", "0", "1200", "630"]


def visible_french(template):
    """Return the text of a template, without its tags and variables."""
    without_comments = re.sub(r"{% comment %}.*?{% endcomment %}", "", template, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", without_comments, flags=re.S)
    document = Document(text)
    spoken = [
        value
        for attribute in ["aria-label", "alt", "title", "content", "placeholder"]
        for value in document.attributes(attribute)
    ]
    literals = re.findall(r'{%[^%]*?(?:default:|label=|title=|empty=)"([^"]*)"', without_comments)
    literals += re.findall(r'{{[^}]*?default:"([^"]*)"', without_comments)
    return plain(" \n ".join([document.title, document.text, *spoken, *literals]))


def facts_in(text, facts):
    found = [fact for fact in facts if re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", text)]
    rest = text.replace("width=device-width, initial-scale=1", "")
    rest = re.sub(r"#[0-9a-f]{6}", "", rest)  # colours
    for allowed in ALLOWED_NUMBERS:
        rest = re.sub(rf"(?<!\w){re.escape(allowed)}(?!\w)", "", rest)
    return found + re.findall(r"\d[\d\s,.]*", rest)


@pytest.fixture
def facts(content):
    values = set()
    for app in OURS:
        for model in models_of(app):
            for field in FACT_FIELDS.get(model._meta.model_name, []):
                values.update(model.objects.values_list(field, flat=True))
    return {plain(value) for value in values if value} - LABELS


def test_no_template_states_a_fact_of_the_brochure(facts):
    templates = sorted((settings.BASE_DIR / "templates").rglob("*.html"))

    assert len(templates) >= 25
    assert len(facts) > 200
    for path in templates:
        assert facts_in(visible_french(path.read_text()), facts) == [], path.name


@pytest.mark.parametrize(
    ("typed", "fact"),
    [
        ("<p>La part du Cher</p>", "Cher"),
        ("<p>10,79 %</p>", "10,79 "),
        ('<a aria-label="Appeler Chloé Collier" href="{{ x }}">{{ y }}</a>', "Chloé Collier"),
        ("<h2>Trois raisons, 13 leviers</h2>", "13 "),
        (
            '{% include "_opening.html" with title="Politique de la ville" only %}',
            "Politique de la ville",
        ),
        ('{{ name|default:"ISA Groupe" }}', "ISA Groupe"),
    ],
)
def test_a_fact_that_is_typed_is_found(facts, typed, fact):
    assert fact in facts_in(visible_french(typed), facts)


def test_every_component_is_on_the_page_of_components(client, content, settings):
    folder = settings.BASE_DIR / "templates"
    components = {
        str(path.relative_to(folder))
        for path in folder.rglob("_*.html")
        if "admin" not in path.parts and path.name != "_error_base.html"
    }
    settings.DEBUG = True

    response = client.get("/composants/")

    shown = {template.name for template in response.templates}
    assert len(components) >= 15
    assert components - shown == set()
    document = Document(response.text)
    ids = document.attributes("id")
    assert len(ids) == len(set(ids))
    assert [level for level, _ in document.headings].count(1) == 1


def test_the_page_of_components_is_not_for_visitors(client, content):
    assert client.get("/composants/").status_code == 404
