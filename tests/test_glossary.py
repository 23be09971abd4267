"""The glossary tells where the site uses each word: levers, enterprises, pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from cress.search.uses import uses_of
from policies.models import Lever, Term
from tests.factories import (
    make_action,
    make_argument,
    make_enterprise,
    make_lever,
    make_page,
    make_rule,
    make_term,
)

GLOSSARY = "/glossaire/"


@pytest.fixture
def word(db):
    return make_term(name="Recyclerie", slug="recyclerie")


def titles(*terms):
    return [[use.title for use in entry.uses] for entry in uses_of(terms)]


def test_a_word_links_to_the_lever_the_enterprise_and_the_page_that_use_it(client, word):
    lever = make_action(lever=make_lever(title="Déchets"), text="Soutenir une recyclerie.").lever
    enterprise = make_enterprise(name="Le Réemploi", summary="Deux recycleries.")
    page = make_page(title="Aide", slug="aide", body="Une **recyclerie** trie.")

    response = client.get(GLOSSARY)

    assert titles(word) == [["Déchets", "Le Réemploi", "Aide"]]
    for row in [lever, enterprise, page]:
        assertContains(response, f'<a href="{row.get_absolute_url()}">')


def test_a_lever_uses_the_words_of_its_practice_its_rules_and_those_that_staff_tied(word):
    make_lever(title="A", trap="La recyclerie seule.")
    make_rule(lever=make_lever(title="B"), text="Une recyclerie est une association.")
    make_lever(title="C").terms.add(word)

    assert titles(word) == [["A", "B", "C"]]


def test_an_argument_is_read_on_the_page_of_the_reasons(word):
    make_page(title="Pourquoi", slug="pourquoi")
    make_argument(title="Réparer", text="Une recyclerie crée des emplois.")

    assert titles(word) == [["Pourquoi"]]


def test_drafts_longer_words_and_the_glossary_itself_are_no_uses(word):
    make_lever(trap="Une recyclerie.", is_published=False)
    make_enterprise(summary="Une recyclerie.", is_published=False)
    make_page(slug="glossaire", body="Une recyclerie.")
    make_lever(trap="La recycleriette.")

    assert titles(word) == [[]]


def test_a_word_used_everywhere_has_three_links_and_one_to_the_search(client, word):
    for n in range(5):
        make_lever(title=f"Levier {n}", trap="Une recyclerie.")

    [entry] = uses_of([word])
    response = client.get(GLOSSARY)

    assert (len(entry.uses), entry.others) == (3, 2)
    assertContains(response, '<a href="/recherche/?q=Recyclerie">et ailleurs</a>')


def test_a_word_that_nothing_uses_has_only_its_definition(client, word):
    response = client.get(GLOSSARY)

    assertContains(response, word.definition)
    assertNotContains(response, "Employé ici")


def test_the_visitor_s_commune_follows_the_links(client, content):
    response = client.get(f"{GLOSSARY}?commune=18057")

    assertContains(response, 'href="/leviers/transports-voirie/?commune=18057"')


def test_most_words_of_the_site_are_used_somewhere(content):
    entries = uses_of(Term.objects.all())

    assert len(entries) == Term.objects.count()
    assert sum(bool(entry.uses) for entry in entries) > 35


def test_more_levers_take_no_more_queries(client, word):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(GLOSSARY)
        return len(captured)

    make_lever(trap="Une recyclerie.").terms.add(word)
    one = queries()
    for n in range(9):
        make_lever(trap="Une recyclerie.").terms.add(make_term(name=f"Mot {n}"))

    assert Lever.objects.count() == 10
    assert queries() == one
