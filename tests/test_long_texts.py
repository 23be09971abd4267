"""The pages of words: a long text with its contents, and the way to the chamber."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from cress.base.text.markdown import headings, render_long_text, render_markdown
from cress.chamber.models import Page
from policies.terms import explain
from tests.factories import make_term
from tests.html import Document, plain

LONG_TEXTS = ["/mentions-legales/", "/donnees-personnelles/", "/accessibilite/", "/aide/"]


@pytest.mark.parametrize("path", LONG_TEXTS)
def test_a_long_text_lists_its_parts_and_dates_itself(client, content, path):
    document = Document(client.get(path).text)
    contents = [href[1:] for href in document.attributes("href") if href.startswith("#sur-")]
    titles = [
        part for page in Page.objects.filter(slug=path.strip("/")) for part in headings(page.body)
    ]

    assert len(contents) >= 2
    assert contents == [part.anchor for part in titles]
    for part in titles:
        assert document.attributes("id").count(part.anchor) == 1
    assert "Texte modifié le 23 novembre 2026" in plain(document.text)


def test_a_text_of_one_part_has_no_list_of_its_parts(client, content):
    Page.objects.filter(slug="aide").update(body="## Une seule partie\n\nDes mots.")

    response = client.get("/aide/")

    assertNotContains(response, "Sur cette page")
    assertContains(response, "Une seule partie")


def test_two_parts_of_one_title_have_two_anchors():
    text = "## Vos droits\n\nUn.\n\n## Vos **droits**\n\nDeux."

    assert [part.anchor for part in headings(text)] == ["sur-vos-droits", "sur-vos-droits-2"]
    assert 'id="sur-vos-droits-2"' in render_long_text(text)
    assert "id=" not in render_markdown(text)


def test_the_number_comes_before_the_form(client, content):
    main = client.get("/contact/").text.partition("<main")[2]

    assert main.index('class="call-number"') < main.index('<form class="form"')


@pytest.mark.parametrize("path", [*LONG_TEXTS, "/pourquoi/", "/la-cress/", "/contact/"])
def test_the_opening_of_a_page_of_words_gives_the_number(client, content, path):
    after_title = client.get(path).text.partition("</h1>")[2]

    assert "02 38 68 18 90" in plain(Document(after_title).text)[:500]


def test_no_term_is_explained_within_a_figure(db):
    term = make_term(name="Délégation")

    html = explain("<figure>Délégation</figure><p>Une délégation.</p>", [term])

    assert html.startswith("<figure>Délégation</figure>")
    assert html.count("<button") == 1
