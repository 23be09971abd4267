"""The sheet of a lever: all that its page says, in a few pages that can be handed out."""

import re

import pytest

from cress.base.text.markdown import plain_text
from policies.models import Lever
from policies.practice import Practice
from tests.factories import make_action, make_legal_text, make_lever, make_rule
from tests.html import plain
from tests.test_printing import info_of, needs_reader, squeezed, text_of

TITLES = ["Qui agit", "Sans argent, le mois prochain", "La règle", "Le piège"]


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def sheet_of(client, lever):
    response = client.get(f"{lever.get_absolute_url()}fiche.pdf")
    assert response.status_code == 200
    return response


def words_of(lever):
    """Return the texts that the sheet of a lever prints."""
    yield from TITLES
    for part in [getattr(lever, field.name) for field in Practice._meta.fields]:
        yield from (plain(plain_text(line)) for line in part.splitlines())
    for action in lever.actions.all():
        yield from [action.text, action.instrument, *(text for _, text in action.steps)]
    for rule in lever.rules.all():
        yield from [rule.heading, rule.text, rule.articles, rule.verification]
    for resource in lever.resources.all():
        yield from [resource.title, resource.publisher, resource.url.partition("//")[2].strip("/")]


@needs_reader
def test_each_sheet_prints_what_the_page_of_its_lever_says(client, content):
    levers = Lever.objects.published()
    assert len(levers) == 13
    for lever in levers:
        response = sheet_of(client, lever)
        # Long addresses are cut by spaces of no width.
        text = squeezed(text_of(response)).replace("\u200b", "")

        missing = [words for words in words_of(lever) if squeezed(words) not in text]
        assert missing == [], lever
        assert int(re.search(r"Pages: +(\d+)", info_of(response))[1]) <= 3, lever


@needs_reader
def test_a_sheet_says_how_sure_each_rule_is(client, db):
    lever = make_lever()
    make_action(lever=lever, text="Soutenir un projet.")
    code = make_legal_text(name="Code rural")
    make_rule(lever=lever, text="Première.", legal_text=code, articles="L. 1", is_duty=True)
    make_rule(lever=lever, text="Seconde.", legal_text=code, verified_on="2026-04-01")
    make_rule(lever=lever, text="Troisième.")

    text = plain(text_of(sheet_of(client, lever)))

    assert "Obligation légale. Première. Code rural, art. L. 1 · à vérifier" in text
    assert "Seconde. Code rural · vérifié en avril 2026" in text
    assert "Troisième. Référence à vérifier" in text
    assert "Instrument" not in text


@needs_reader
def test_a_sheet_with_nothing_has_no_empty_part(client, db):
    response = sheet_of(client, make_lever(title="Un levier neuf"))

    text = plain(text_of(response))
    assert "Un levier neuf" in text
    assert not any(title in text for title in [*TITLES, "Dans la région", "Ce que vous pouvez"])
    assert re.search(r"Pages: +1\b", info_of(response))
