"""A field that two people changed: one chooses between their texts."""

import pytest
from django.test import Client

from cress.base.history.differences import MOST_WORDS, Union, union, word_differences
from cress.base.history.operations import Operation
from tests.admin_pages import change_page, save
from tests.factories import make_action, make_enterprise, make_lever, make_sector, make_staff
from tests.html import Document, plain
from tests.page_forms import Form
from tests.unsaved import end_session, sign_in, strict_client

WAS = "Chaque achat, chaque partenariat peut ouvrir un emploi."
THEIRS = "Chaque achat public, chaque partenariat peut ouvrir un emploi."
MINE = "Chaque achat, chaque partenariat peut ouvrir un emploi durable."
BOTH = "Chaque achat public, chaque partenariat peut ouvrir un emploi durable."


# Differences


def test_differences_are_told_by_words_and_never_pass_a_line():
    assert word_differences(WAS, THEIRS) == [
        ("same", "Chaque achat"),
        ("added", " public"),
        ("same", ", chaque partenariat peut ouvrir un emploi."),
    ]
    assert word_differences("Un.\r\nDeux.", "Un.\nTrois.\nQuatre.") == [
        ("same", "Un.\n"),
        ("removed", "Deux"),
        ("added", "Trois"),
        ("same", "."),
        ("added", "\n"),
        ("added", "Quatre."),
    ]
    assert word_differences("Un mot.", "C’est Un mot.")[0] == ("added", "C’est ")
    assert word_differences("C’est Un mot.", "Un mot.")[0] == ("removed", "C’est ")
    assert word_differences("", "") == []


@pytest.mark.parametrize("words", [100, 2 * MOST_WORDS])
def test_the_texts_are_found_again_in_their_differences(words):
    old = " ".join(f"mot{number % 7}" for number in range(words))
    new = old.replace("mot3 mot4", "autre") + "\nUne ligne."

    parts = word_differences(old, new)

    assert "".join(text for kind, text in parts if kind != "added") == old
    assert "".join(text for kind, text in parts if kind != "removed") == new


def test_texts_are_joined_where_their_words_do_not_touch():
    assert union(WAS, MINE, THEIRS) == Union(BOTH, is_clean=True)
    assert union(WAS, MINE, MINE) == Union(MINE, is_clean=True)
    assert union("Un mot.", "Un beau mot.", "Un grand mot.") == Union(
        "Un beau grand mot.", is_clean=False
    )
    assert union("Un.", "Deux.", "Trois.").text == "Deux Trois."
    assert union("Un\nDeux\nTrois", "Un\nDeux\nTrois\nQuatre", "Zéro\nDeux\nTrois").is_clean


# The choice


class Choice:
    """The form of a row that a colleague changed since it was opened."""

    def __init__(self, client, row):
        self.client, self.url = client, change_page(row)
        self.fields = dict(Form(client.get(self.url).text).fields)

    def send(self, **changes):
        response = self.client.post(self.url, self.fields | changes)
        if response.status_code == 200:
            self.fields = dict(Form(response.text).fields)
            return plain(Document(response.text).text)
        return None


@pytest.fixture
def colleagues(db):
    """Two colleagues who write on the same row."""
    clients = []
    for names in [("Samir", "Benali"), ("Chloé", "Collier")]:
        client = Client()
        client.force_login(make_staff(first_name=names[0], last_name=names[1]))
        clients.append(client)
    return clients


@pytest.fixture
def lever(db):
    return make_lever(title="Énergie", summary=WAS, trap="Un piège.")


@pytest.fixture
def asked(editor_client, colleagues, lever):
    """The form of a lever whose summary a colleague changed, once it was refused."""
    choice = Choice(editor_client, lever)
    save(colleagues[0], lever, summary=THEIRS)
    before = Operation.objects.count()
    choice.page = choice.send(summary=MINE, trap="Mon piège.")
    assert Operation.objects.count() == before
    return choice


@pytest.mark.parametrize(
    ("choice", "text"),
    [("mine", MINE), ("theirs", THEIRS), ("both", "Arrangé."), (None, BOTH)],
)
def test_the_text_that_one_chooses_is_saved(asked, lever, choice, text):
    changes = {"summary__choice": choice} if choice else {}
    changes |= {"summary__union": "Arrangé."} if choice == "both" else {}

    assert asked.send(**changes) is None

    lever.refresh_from_db()
    assert (lever.summary, lever.trap) == (text, "Mon piège.")


def test_both_texts_and_what_it_was_are_shown(asked):
    for text in [WAS, THEIRS, MINE]:
        assert text in asked.page
    assert "Reprendre le texte de Samir Benali" in asked.page
    assert asked.fields["summary__union"] == BOTH


def test_nothing_is_chosen_for_one_where_words_touch(editor_client, colleagues, lever):
    form = Choice(editor_client, lever)
    save(colleagues[0], lever, summary="Son résumé.")

    form.send(summary="Mon résumé.")
    assert "summary__choice" not in form.fields
    assert form.send() is not None

    lever.refresh_from_db()
    assert lever.summary == "Son résumé."
    assert form.send(summary__choice="mine") is None


def test_a_text_that_changed_while_one_chose_is_asked_again(asked, colleagues, lever):
    save(colleagues[1], lever, summary="Encore un autre.")

    page = asked.send(summary__choice="theirs")

    assert "Chloé Collier a changé ce champ" in page
    assert f"Avant : {WAS}" in page
    lever.refresh_from_db()
    assert lever.summary == "Encore un autre."


def test_who_wrote_the_field_is_named_and_not_who_wrote_last(editor_client, colleagues, lever):
    form = Choice(editor_client, lever)
    save(colleagues[0], lever, summary=THEIRS)
    save(colleagues[1], lever, trap="Un autre piège.")

    page = form.send(summary=MINE)

    assert "Samir Benali a changé ce champ" in page
    assert "Déjà réuni, à enregistrer : Chloé Collier, à" in page
    assert form.send() is None
    lever.refresh_from_db()
    assert (lever.summary, lever.trap) == (BOTH, "Un autre piège.")


def test_one_chooses_in_a_row_too(editor_client, colleagues, lever):
    make_action(lever=lever, text="Enlevée.")
    action = make_action(lever=lever, text=WAS)
    form = Choice(editor_client, lever)
    save(colleagues[0], lever, **{"actions-0-DELETE": "on", "actions-1-text": THEIRS})

    assert form.send(**{"actions-1-text": MINE}) is not None
    assert form.send() is None

    action.refresh_from_db()
    assert action.text == BOTH


def test_a_related_row_is_chosen_between_two(editor_client, colleagues):
    enterprise = make_enterprise(name="Ruche")
    theirs, mine = make_sector(name="Culture"), make_sector(name="Habitat")
    form = Choice(editor_client, enterprise)
    save(colleagues[0], enterprise, sector=theirs.pk)

    page = form.send(sector=str(mine.pk))
    assert "Culture" in page
    assert "sector__union" not in form.fields
    assert form.send(sector__choice="mine") is None

    enterprise.refresh_from_db()
    assert enterprise.sector == mine


def test_typography_and_line_ends_are_no_change(editor_client, colleagues, lever):
    lever.text = "L’eau.\nLa terre."
    lever.save()
    form = Choice(editor_client, lever)
    save(colleagues[0], lever, text="Un autre texte.")

    assert form.send(text="L'eau.\r\nLa terre.", trap="Mon piège.") is None

    lever.refresh_from_db()
    assert (lever.text, lever.trap) == ("Un autre texte.", "Mon piège.")


def test_a_choice_that_is_sent_after_the_session_is_asked_again(editor_client, colleagues, lever):
    client = strict_client(editor_client.user)
    form = Choice(client, lever)
    save(colleagues[0], lever, summary=THEIRS)
    form.send(summary=MINE)
    end_session(client)
    refused = client.post(form.url, form.fields)

    form.fields = dict(Form(sign_in(client, client.user, refused.url).text).fields)

    assert form.fields["summary"] == MINE
    assert "Reprendre le texte de Samir Benali" in form.send()
