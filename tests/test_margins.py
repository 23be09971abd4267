"""The words and the law stand beside the action that they explain, and none is lost."""

from pytest_django.asserts import assertContains, assertNotContains

from policies.margins import annotate
from policies.models import Action, Lever, Rule, Term
from tests.factories import make_action, make_lever, make_rule, make_term

SOCIAL = Action(text="Inscrire des clauses sociales dans les marchés.", instrument="condition")
BIKES = Action(text="Soutenir les ateliers vélo.", instrument="prêt de local")


def rule(title, text="Une phrase."):
    return Rule(title=title, text=text)


def term(name, definition="Une phrase."):
    return Term(name=name, definition=definition)


def test_a_rule_and_a_term_go_beside_the_action_that_shares_their_words():
    law, word = rule("Clause"), term("Atelier vélo")

    found = annotate([SOCIAL, BIKES], [word], [law])

    social, bikes = found.actions
    assert (social.rules, bikes.terms) == ([law], [word])
    assert (found.rules, found.terms) == ([], [])


def test_an_acronym_is_a_word():
    found = annotate([Action(text="Créer une SCIC."), BIKES], [term("SCIC")], [])

    assert [each.name for each in found.actions[0].terms] == ["SCIC"]


def test_what_explains_two_actions_or_none_is_read_after_them():
    both = rule("Marchés et ateliers")
    none = rule("Quartier prioritaire")

    found = annotate([SOCIAL, BIKES], [], [both, none, rule("")])

    assert [each.title for each in found.rules] == [both.title, none.title, ""]


def test_a_lever_without_action_keeps_its_rules():
    assert len(annotate([], [term("SCIC")], [rule("Clause")]).rules) == 1


def test_each_rule_and_each_word_of_a_shipped_lever_has_one_place(content):
    beside = 0
    for lever in Lever.objects.published():
        rules, terms = list(lever.rules.all()), list(lever.terms.all())
        found = annotate(lever.actions.all(), terms, rules)
        placed = [row for item in found.actions for row in [*item.rules, *item.terms]]
        assert {*placed, *found.rules, *found.terms} == {*rules, *terms}
        assert len(placed) + len(found.rules) + len(found.terms) == len(rules) + len(terms)
        beside += len(placed)
    assert beside > 50


def test_the_page_shows_the_law_in_the_action_and_explains_its_words_once(client, db):
    lever = make_lever()
    action = make_action(lever=lever, text="Inscrire une clause sociale.")
    make_action(lever=lever, text="Soutenir les ateliers vélo.")
    make_rule(lever=lever, title="Clause", text="Elle se rattache à l’objet.")
    word = make_term(name="Clause sociale", definition="Une condition du marché.")
    lever.terms.add(word)

    page = client.get(lever.get_absolute_url())

    inside = page.text.partition(f'id="{action.anchor}"')[2].partition('id="action-')[0]
    assert "Elle se rattache à l’objet." in inside
    assert "Une condition du marché." in inside
    assertNotContains(page, "La règle")
    assertNotContains(page, f"mot-{word.slug}")
    assertContains(page, "Une condition du marché.", count=1)
