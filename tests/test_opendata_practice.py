"""The open data of how to act: actions in steps, rules of law, competences."""

from datetime import date

from policies.models import Action, Competence, Rule
from tests.data_files import column, rows_of
from tests.factories import make_action, make_legal_text, make_lever, make_rule


def test_the_shipped_rows_are_all_in_the_files(client, content):
    for slug, model in [("actions", Action), ("regles", Rule), ("competences", Competence)]:
        assert len(rows_of(client, f"{slug}.csv")) == model.objects.count() > 40, slug


def test_a_rule_gives_its_reference_and_when_it_was_verified(client, db):
    text = make_legal_text(name="Code rural", url="https://loi.example/")
    make_rule(
        topic="who", legal_text=text, articles="L. 1", verified_on=date(2026, 4, 1), is_duty=True
    )
    make_rule(lever=make_lever(slug="un-levier"))

    common, other = sorted(rows_of(client, "regles.csv"), key=lambda row: row["levier"])

    assert [common["texte"], common["articles"]] == ["Code rural", "L. 1"]
    assert [common["verifie_le"], common["obligation"]] == ["2026-04-01", "oui"]
    assert common["adresse_texte"] == "https://loi.example/"
    assert [common["levier"], common["rubrique"]] == ["", "Qui peut agir"]
    assert common["page"].endswith("/comment-agir/")
    assert [other["levier"], other["verifie_le"], other["obligation"]] == ["un-levier", "", "non"]


def test_the_rows_of_a_lever_that_is_not_published_are_in_no_file(client, db):
    hidden = make_lever(is_published=False)
    make_rule(lever=hidden)
    make_action(lever=hidden)

    assert rows_of(client, "regles.csv") == rows_of(client, "actions.csv") == []


def test_a_lever_keeps_its_rows_alone(client, content):
    address = "competences.csv?levier=politique-de-la-ville"

    assert set(column(rows_of(client, address), "levier")) == {"politique-de-la-ville"}
