"""French typography, Markdown, and the filters that write data on a page."""

import random
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template

from cress.base.templatetags.french import first_sentence, telephone
from cress.base.text.markdown import render_markdown
from cress.base.text.numbers import format_figure, format_number
from cress.base.text.typography import french
from cress.base.web.addresses import bare_address
from policies.models import Lever
from tests.factories import make_commune, make_lever, make_page, make_term

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'ESS d'aujourd'hui", "l’ESS d’aujourd’hui"),
        ("l'«ESS»", f"l’«{NARROW}ESS{NARROW}»"),
        ("l'**ESS**", "l’**ESS**"),
        ("l'[ESS](https://ess.example/)", "l’[ESS](https://ess.example/)"),
        ("le kit 'municipal'", "le kit 'municipal'"),
        ("Et demain...", "Et demain…"),
        ("Pourquoi ?", f"Pourquoi{NARROW}?"),
        ("Allez !", f"Allez{NARROW}!"),
        ("un ; deux : trois", f"un{NARROW}; deux{NARROW}: trois"),
        ("10,5 %", f"10,5{NARROW}%"),
        ("2 Md €", f"2 Md{NARROW}€"),
        ("50 M€ et 2 Md€", f"50{NARROW}M€ et 2{NARROW}Md€"),
        ("10,5\u00a0%", f"10,5{NARROW}%"),
        ("10,5  %", f"10,5{NARROW}%"),
        ("« ESS »", f"«{NARROW}ESS{NARROW}»"),
        ("«ESS»", f"«{NARROW}ESS{NARROW}»"),
        ("«\u00a0ESS\u00a0» !", f"«{NARROW}ESS{NARROW}»{NARROW}!"),
        ("85 268 salariés", f"85{NARROW}268 salariés"),
        ("2 370 301 salariés", f"2{NARROW}370{NARROW}301 salariés"),
        ("2\u00a0370\u00a0301", f"2{NARROW}370{NARROW}301"),
        ("en 2015 100 emplois", "en 2015 100 emplois"),
        ("02 38 68 18 90", "02 38 68 18 90"),
        ("la loi n° 2014-856", "la loi n° 2014-856"),
        ("deux emplois, trois élus.", "deux emplois, trois élus."),
        ("", ""),
    ],
)
def test_text_is_printed_with_french_typography(typed, printed):
    assert french(typed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "https://www.rtes.fr/?q=a:b;c!d",
        "[le kit](https://www.rtes.fr/kit?page=2&tri=nom#haut)",
        "<https://cresscentre.org/1-000/a:b>",
        "https://ville.example/l'economie-sociale",
        "https://ville.example/a...b",
        "mailto:c.dumas@cresscentre.org",
        "tel:+33238681890",
    ],
)
def test_addresses_are_left_unchanged(text):
    assert french(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "| Nom | Part |\n| :--- | ---: |\n| Cher | 10 |",
        "| Nom | Part |\n|:---|:---:|\n| Cher | 10 |",
        "Nom | Part\n :--- | :---: \nCher | 10",
        "| Nom | % |\n| --- | --- |",
        "le fichier `l'un : l'autre...` est là",
        "```\nclé : l'un ; l'autre ?\n```",
        "[le kit](/leviers/?q=l'eau)",
        "[le kit](/leviers/?q=un ; deux)",
        '[le kit](/leviers/ "Qui : l\'un")',
        "\ue000",
    ],
)
def test_the_marks_of_markdown_are_left_unchanged(text):
    assert french(text) == text


def test_spaces_in_the_delimiters_of_a_table_become_plain_spaces():
    """A word processor, or an earlier save, may have changed them."""
    pasted = f"| A | B |\n|{NARROW}:--- |\u00a0---: |\n| 1 | 2 |"

    assert french(pasted) == "| A | B |\n| :--- | ---: |\n| 1 | 2 |"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'`un` : voir", f"l’`un`{NARROW}: voir"),
        ("[l'eau](/a/) : voir", f"[l’eau](/a/){NARROW}: voir"),
        ("https://www.rtes.fr/ : voir", f"https://www.rtes.fr/{NARROW}: voir"),
        ("d'https://www.rtes.fr/", "d’https://www.rtes.fr/"),
        ("**Un point** : voir", f"**Un point**{NARROW}: voir"),
        ("**Attention :** voir", f"**Attention{NARROW}:** voir"),
        ("| l'eau : 10 % | 1 000 |", f"| l’eau{NARROW}: 10{NARROW}% | 1{NARROW}000 |"),
        ("- l'un ;\n- l'autre ?", f"- l’un{NARROW};\n- l’autre{NARROW}?"),
    ],
)
def test_the_words_between_the_marks_of_markdown_have_french_typography(typed, printed):
    assert french(typed) == printed
    assert french(printed) == printed


@pytest.mark.parametrize(
    "alignments", ["| :--- | ---: |", "|:-|-:|", ":--- | :---:", "| --- | --- |"]
)
def test_a_table_that_staff_save_is_shown_as_a_table(db, client, alignments):
    page = make_page(slug="tarifs", body=f"| Nom | Part |\n{alignments}\n| Cher | 10 % |")
    page.refresh_from_db()

    html = render_markdown(page.body)

    assert "<th>Nom</th>" in html.replace(' style="text-align:left"', "")
    assert f"<td>10{NARROW}%</td>" in html
    assert "---" not in client.get("/tarifs/").text.partition("<main")[2]


def test_line_breaks_are_kept():
    text = "## Titre\n\n- un\n- deux\r\n\n  fin\t"

    assert french(text) == text


def test_a_sign_at_the_start_of_a_line_does_not_join_the_line_above():
    assert french("Crédits\n: Insee\n« ESS »") == f"Crédits\n: Insee\n«{NARROW}ESS{NARROW}»"


def test_french_typography_done_twice_changes_nothing_more():
    letters = ["l", "é", "'", "’", " ", NARROW, "\u00a0", "\n", "«", "»", ":", "?", "%", "€"]
    letters += ["1", "100", "000", ".", ",", "...", "*", "`", "|", "-", "](", ")"]
    chance = random.Random(2014)  # noqa: S311  a fixed series, not a secret
    texts = ["".join(chance.choices(letters, k=12)) for _ in range(20_000)]

    changed = 0
    for text in texts:
        once = french(text)
        assert french(once) == once, repr(text)
        changed += once != text

    assert changed > 10_000


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (788, "788"),
        (9000, f"9{NARROW}000"),
        (85268, f"85{NARROW}268"),
        (210_000, f"210{NARROW}000"),
        (999_999, f"999{NARROW}999"),
        (1_000_000, f"1{NARROW}million"),
        (1_900_000, f"1,9{NARROW}million"),
        (2_000_000, f"2{NARROW}millions"),
        (2_600_000, f"2,6{NARROW}millions"),
        (10_000_000, f"10{NARROW}millions"),
        (2_370_301, f"2{NARROW}370{NARROW}301"),
        (Decimal("10.79"), "10,79"),
        (Decimal("10.50"), "10,50"),
        (Decimal("10.5"), "10,5"),
        (Decimal("10"), "10"),
        (Decimal("1234.5"), f"1{NARROW}234,5"),
    ],
)
def test_a_number_is_written_in_french_with_the_digits_it_has(number, written):
    assert format_number(number) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (Decimal("10.79"), "%", f"10,79{NARROW}%"),
        (Decimal("10.00"), "%", f"10,00{NARROW}%"),
        (Decimal(0), "%", f"0{NARROW}%"),
        (9000, "", f"9{NARROW}000"),
        (0, "", "0"),
        ("9 000", "", f"9{NARROW}000"),
        (f"9{NARROW}000", "", f"9{NARROW}000"),
        ("9000", "", f"9{NARROW}000"),
        ("2,15", "milliards d’euros", f"2,15{NARROW}milliards d’euros"),
        ("10,6", "%", f"10,6{NARROW}%"),
        ("10,60", "%", f"10,60{NARROW}%"),
        ("1 sur 5", "", "1 sur 5"),
        ("Des milliers", "", "Des milliers"),
        ("10.6", "%", f"10.6{NARROW}%"),
        (None, "%", ""),
        ("", "%", ""),
    ],
)
def test_a_figure_is_written_with_its_unit(value, unit, written):
    assert format_figure(value, unit) == written


def test_a_figure_is_written_in_a_template():
    template = Template('{% load french %}{{ share|figure:"%" }}, {{ count|figure }}')

    html = template.render(Context({"share": Decimal("10.79"), "count": 85268}))

    assert html == f"10,79{NARROW}%, 85{NARROW}268"


def test_a_figure_is_escaped_in_a_template():
    template = Template("{% load french %}{{ value|figure:unit }}")

    html = template.render(Context({"value": "<b>", "unit": "<i>"}))

    assert html == f"&lt;b&gt;{NARROW}&lt;i&gt;"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Une phrase.", "<p>Une phrase.</p>\n"),
        ("Une ligne\nune autre", "<p>Une ligne\nune autre</p>\n"),
        ("Un paragraphe\n\nun autre", "<p>Un paragraphe</p>\n<p>un autre</p>\n"),
        ("## Chiffres", "<h2>Chiffres</h2>\n"),
        ("### Détail", "<h3>Détail</h3>\n"),
        ("**gras** et *penché*", "<p><strong>gras</strong> et <em>penché</em></p>\n"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("1. un\n2. deux", "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>\n"),
        ("&amp;", "<p>&amp;amp;</p>\n"),
        ("", ""),
    ],
)
def test_the_markdown_of_staff_becomes_html(text, html):
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        ("[le RTES](https://www.rtes.fr/)", "https://www.rtes.fr/", "le RTES"),
        ("<https://www.rtes.fr/>", "https://www.rtes.fr/", "https://www.rtes.fr/"),
        ("[les leviers](/leviers/)", "/leviers/", "les leviers"),
        ("[écrire](mailto:c.dumas@cresscentre.org)", "mailto:c.dumas@cresscentre.org", "écrire"),
        ("[appeler](tel:+33238681890)", "tel:+33238681890", "appeler"),
    ],
)
def test_a_link_of_staff_becomes_a_link(text, address, words):
    html = render_markdown(text)

    assert f'<a href="{address}"' in html
    assert f">{words}</a>" in html


@pytest.mark.parametrize(
    "text",
    [
        "[piège](javascript:alert(1))",
        "[piège](JavaScript:alert(1))",
        "[piège](java\nscript:alert(1))",
        "[piège](vbscript:msgbox(1))",
        "[piège](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        "[piège](ftp://serveur.example/)",
        "[piège](<javascript:alert(1)>)",
    ],
)
def test_a_link_that_runs_a_script_is_harmless(text):
    html = render_markdown(text)

    assert "href" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">piège</a>',
        '<p style="color:red" onclick="alert(1)">rouge</p>',
        "<iframe src=//piege.example></iframe>",
    ],
)
def test_raw_html_is_shown_as_text(text):
    html = render_markdown(text)

    assert "&lt;" in html
    assert html.count("<") == 2, html
    assert html.startswith("<p>")


def test_a_title_of_the_page_cannot_be_written_in_a_text():
    assert "<h1" not in render_markdown("# Titre")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Une phrase. Une autre.", "Une phrase."),
        ("Une question\u202f? Oui.", "Une question\u202f?"),
        ("La loi n° 2014-856 du 31 juillet. Suite.", "La loi n° 2014-856 du 31 juillet."),
        ("Voir www.rtes.fr pour lire. Suite.", "Voir www.rtes.fr pour lire."),
        ("Une seule phrase.", "Une seule phrase."),
        ("Sans point", "Sans point"),
        ("Sur deux\nlignes. Suite.", "Sur deux lignes."),
        ("", ""),
        ("**Un appui** pour *tous*. Suite.", "Un appui pour tous."),
        ("## Titre\n\nUne phrase. Suite.", "Titre Une phrase."),
        ("Voir [le RTES](https://www.rtes.fr/). Suite.", "Voir le RTES."),
        ("- un\n- deux", "un deux"),
        ("Moins de <b> que de R&D. Suite.", "Moins de <b> que de R&D."),
    ],
)
def test_the_first_sentence_of_a_text_is_found(text, sentence):
    assert first_sentence(text) == sentence


def test_an_image_in_a_text_is_not_loaded():
    assert "<img" not in render_markdown("![suivi](https://mouchard.example/x.png)")


def test_markdown_is_not_escaped_again_in_a_template():
    html = Template("{% load french %}{{ text|markdown }}").render(Context({"text": "**gras**"}))

    assert html == "<p><strong>gras</strong></p>\n"


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("02 38 68 18 90", "tel:+33238681890"),
        ("02.38.68.18.90", "tel:+33238681890"),
        ("+33 2 38 68 18 90", "tel:+33238681890"),
        ("3939", "tel:3939"),
    ],
)
def test_a_telephone_number_becomes_an_address_that_dials_it(number, address):
    assert telephone(number) == address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.rtes.fr/", "www.rtes.fr"),
        ("http://laressourceaaa.fr", "laressourceaaa.fr"),
        ("https://udes.fr/centre-val-de-loire", "udes.fr/centre-val-de-loire"),
    ],
)
def test_an_address_is_shortened_for_reading(url, shown):
    assert bare_address(url) == shown


# Fields of French text


def test_text_is_stored_with_typographic_signs(db):
    lever = make_lever(title="L'eau : un bien commun", summary="Qu'en faire ?")

    lever.refresh_from_db()

    assert lever.title == f"L’eau{NARROW}: un bien commun"
    assert lever.summary == f"Qu’en faire{NARROW}?"


def test_validated_text_has_typographic_signs_before_it_is_stored(db):
    lever = make_lever()
    lever.title = "L'eau"

    lever.full_clean()

    assert lever.title == "L’eau"


def test_an_update_and_a_bulk_creation_are_stored_with_typographic_signs(db):
    make_lever(slug="eau")

    Lever.objects.filter(slug="eau").update(title="L'eau")
    Lever.objects.bulk_create([Lever(slug="air", order=1, title="L'air", theme="economy")])

    assert set(Lever.objects.values_list("title", flat=True)) == {"L’eau", "L’air"}


@pytest.mark.parametrize(
    "lookup",
    [
        "exact",
        "iexact",
        "in",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
    ],
)
@pytest.mark.parametrize("typed", ["L'eau", "L’eau"])
def test_a_text_is_found_with_either_apostrophe(db, lookup, typed):
    make_lever(title="L'eau", text="L'eau")
    value = [typed] if lookup == "in" else typed

    assert Lever.objects.filter(**{f"title__{lookup}": value}).count() == 1
    assert Lever.objects.filter(**{f"text__{lookup}": value}).count() == 1


def test_two_titles_that_differ_by_their_apostrophe_are_the_same_title(db):
    make_term(name="L'intérêt général")
    term = make_term()
    term.name = "L’intérêt général"

    with pytest.raises(ValidationError) as refusal:
        term.full_clean()

    assert list(refusal.value.message_dict) == ["name"]


def test_french_text_beside_other_fields_is_stored_with_typographic_signs(db):
    page = make_page(title="L'aide", body="- l'un\n- l'autre")
    commune = make_commune(name="Saint-Denis-de-l'Hôtel")

    page.refresh_from_db()
    commune.refresh_from_db()

    assert page.body == "- l’un\n- l’autre"
    assert commune.name == "Saint-Denis-de-l’Hôtel"
