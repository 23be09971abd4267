"""The result of a text in Markdown, as the site will show it."""

import pytest
from django.urls import reverse

from cress.printing.plain import blocks
from tests.admin_pages import change_page
from tests.factories import make_lever


@pytest.fixture
def result_of(editor_client):
    return lambda text: editor_client.post(reverse("formatted_text"), {"text": text}).text


def test_the_result_is_that_of_the_site(result_of):
    html = result_of("## Agir\n\n- *un* **deux**\n\n> dit-elle\n\n[ici](https://exemple.fr) l'ESS")

    for part in ["<h2>Agir</h2>", "<em>un</em>", "<strong>deux</strong>", "<li>", "l’ESS"]:
        assert part in html
    assert "<blockquote>\n<p>dit-elle</p>\n</blockquote>" in html
    assert '<a href="https://exemple.fr" rel="noopener noreferrer">ici</a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        '[x](https://a.fr"onmouseover="alert(1))',
        "![x](https://a.fr/x.png)",
        "> <iframe src=//a.fr>",
        "<a href=javascript:alert(1)>x</a>",
        "## <svg onload=alert(1)>",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
    ],
)
def test_no_text_makes_a_script_an_image_or_a_dangerous_link(result_of, text):
    html = result_of(text).lower()

    assert not [tag for tag in ["<script", "<img", "<iframe", "<svg"] if tag in html]
    assert not [link for link in ['href="javascript', 'href="data', 'href="vb'] if link in html]
    assert "onmouseover=" not in html.replace("&quot;onmouseover=", "").replace(
        "%22onmouseover=", ""
    )


def test_only_the_staff_ask_for_a_result(client, editor_client):
    address = reverse("formatted_text")

    assert client.post(address, {"text": "x"}).status_code == 302
    assert editor_client.get(address).status_code == 405


def test_a_quotation_is_printed_as_a_paragraph():
    assert blocks("> dit-elle") == [
        {"kind": "paragraph", "runs": [{"text": "dit-elle", "is_strong": False}]}
    ]


def test_a_field_in_markdown_says_it_and_a_plain_one_has_no_buttons(editor_client):
    page = editor_client.get(change_page(make_lever())).text

    field = page.partition('<textarea name="text"')[2].partition(">")[0]
    assert f'data-markdown="{reverse("formatted_text")}"' in field
    assert "data-markdown" not in page.partition('<textarea name="summary"')[2].partition(">")[0]
