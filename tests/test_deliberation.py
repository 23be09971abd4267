"""The model of deliberation: as a page, as a .docx, and the blocks that staff edit."""

import re
from io import BytesIO

import docx
import pytest
from django.core.exceptions import ValidationError
from docx.oxml.ns import qn
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from policies.models import DeliberationBlock, Lever
from territories.models import Commune, Intercommunality, Source, Statistic, Territory
from tests.factories import (
    make_action,
    make_commune,
    make_deliberation_block,
    make_intercommunality,
    make_lever,
    make_region,
    make_territory,
)
from tests.html import Document, plain
from tests.test_printed_pages import raised_in, structure_of
from tests.test_printing import info_of, needs_reader, squeezed
from tests.test_printing import text_of as pdf_text_of

PAGE, FILE, PDF = "/deliberation/", "/deliberation.docx", "/deliberation.pdf"
VILLAGE = "?commune=18057&levier=transports-voirie"
ISSOUDUN = "?epci=243600236&levier=transports-voirie"  # in the Cher and the Indre


def text_of(client, query=""):
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return plain(Document(response.text).text)


def docx_of(client, query):
    response = client.get(FILE + query)
    assert response.status_code == 200
    return docx.Document(BytesIO(response.content))


def words_of(file):
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return plain(" ".join([*(paragraph.text for paragraph in file.paragraphs), *cells]))


# The page


def test_the_paper_of_a_village_is_filled_in(client, content):
    text = text_of(client, VILLAGE)

    for words in [
        "Préparer ma délibération : Châteaumeillant",
        "Commune : Châteaumeillant. Département : Cher.",
        "L. 2121-29",
        "Vu les statuts de l'intercommunalité CC Berry Grand Sud ;",
        "qui retient : Transports, voirie ;",
        "dans le Cher, en 2015, 10,79 %",
        "(source : Insee - Clap 2015)",
        "Article 1 [M. ou Mme, nom] est la personne référente du conseil municipal",
        "Arrêté de délégation",
        "article L. 2122-18",
        "La CRESS ne donne pas de conseil juridique.",
        "Annexe : feuille de route",
        "Soutenir les ateliers vélo.",
        "Votre commune : Création, aménagement, entretien de la voirie",
    ]:
        assert words in text, words
    for words in ["conseil communautaire", "1 emploi sur 5", "{", "}"]:
        assert words not in text, words


def test_the_paper_of_an_epci_names_a_vice_president_and_its_communes(client, content):
    text = text_of(client, "?epci=241800507&levier=transports-voirie")

    assert "CA Bourges Plus, communauté d'agglomération. Département : Cher." in text
    assert "[vice-président ou vice-présidente]" in text
    assert "envoyée aux communes membres" in text
    assert "conseil municipal" not in text
    assert "Vu les statuts de l'intercommunalité" not in text


@pytest.mark.parametrize(
    ("commune", "court"),
    [("18057", "tribunal administratif d'Orléans"), ("36247", "tribunal administratif de Limoges")],
)
def test_the_court_is_that_of_the_department_and_is_to_be_verified(client, content, commune, court):
    text = text_of(client, f"?commune={commune}")

    assert re.search(rf"\[À vérifier : [^\]]*{court}\.\]", text)


def test_an_epci_of_two_departments_has_both_figures_and_no_certain_court(client, content):
    text = text_of(client, ISSOUDUN)

    assert "Département : Indre et Cher." in text
    assert "dans l'Indre, en 2015, 11,50 %" in text
    assert "dans le Cher, en 2015, 10,79 %" in text
    assert "tribunal administratif du siège" in text


def test_the_region_has_its_newest_figure_which_is_not_compared(client, content):
    text = text_of(client, VILLAGE)

    assert "en Centre-Val de Loire, fin 2018, 10,8 % des salariés travaillaient dans l'ESS" in text
    assert "ce chiffre ne se compare pas aux siens" in text


def test_a_figure_of_the_same_series_needs_no_caution(client, content):
    Statistic.objects.filter(territory__code="24", source__series="Flores").delete()

    text = text_of(client, VILLAGE)

    assert "en Centre-Val de Loire, en 2015, 10,5" in text
    assert "ne se compare pas" not in text


def test_a_figure_of_an_undated_source_has_no_year(client, content):
    Source.objects.filter(slug="clap-2015-territoires").update(vintage="", edition="édition 2020")

    assert "dans le Cher, 10,79 %" in text_of(client, VILLAGE)


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        ("CC", "l'article L. 5214-16"),
        ("CA", "l'article L. 5216-5"),
        ("METRO", "l'article L. 5217-2"),
        ("CU", "l'article sur les compétences de l'intercommunalité"),
    ],
)
def test_the_article_of_an_epci_is_that_of_its_nature(client, content, kind, article):
    Intercommunality.objects.filter(siren="243600236").update(kind=kind)

    assert f"Vu [à vérifier : {article} du même code]" in text_of(client, ISSOUDUN)


def test_a_new_figure_is_told_with_its_own_year_and_source(client, content):
    Territory.objects.get(code="18").statistics.filter(source__year=2015).update(
        employee_share="12.34"
    )

    assert "12,34 %" in text_of(client, VILLAGE)


def test_without_a_place_the_page_asks_for_it_and_keeps_the_levers(client, content):
    response = client.get(f"{PAGE}?levier=transports-voirie")

    assertContains(response, '<input type="hidden" name="vers" value="deliberation">')
    assertContains(response, '<input type="hidden" name="levier" value="transports-voirie">')
    assertRedirects(client.get(f"{FILE}?levier=transports-voirie"), _page_of_the_region(client))
    found = client.get(
        "/territoires/recherche/",
        {"q": "bourges", "vers": "deliberation", "levier": "transports-voirie"},
    )
    assertRedirects(found, f"{PAGE}?commune=18033&levier=transports-voirie")


def _page_of_the_region(client):
    return f"{PAGE}?territoire=24&levier=transports-voirie"


def test_the_region_is_told_whom_the_model_is_for(client, content):
    text = text_of(client, "?territoire=24&levier=transports-voirie")

    assert "Ce modèle est fait pour le conseil d'une commune ou d'une intercommunalité." in text


def test_the_levers_are_chosen_beside_the_text(client, content):
    document = Document(client.get(PAGE + VILLAGE).text)

    boxes = [a for tag, a in document.tags if tag == "input" and a.get("name") == "levier"]
    assert [box["value"] for box in boxes if "checked" in box] == ["transports-voirie"]
    assert len(boxes) == Lever.objects.published().count()
    assert {"type": "hidden", "name": "commune", "value": "18057"} in [a for _, a in document.tags]
    assert "Mettre le texte à jour" in document.text
    assertNotContains(client.get(PAGE), 'name="levier"')


def test_the_text_can_be_read_over_by_the_chamber_and_kept_for_another_place(client, content):
    links = Document(client.get(PAGE + VILLAGE).text).attributes("href")

    [contact] = {link for link in links if link.startswith("/contact/?")}
    assert "Transports, voirie" in client.get(contact).context["form"]["about"].value()
    search = "/territoires/recherche/?vers=deliberation&levier=transports-voirie"
    assert search in links


def test_without_a_lever_the_page_says_that_the_annex_is_missing(client, content):
    text = text_of(client, "?commune=18057")

    assert "Vous n'avez pas encore choisi de levier : l'annexe manque." in text
    assert "qui retient" not in text
    assert "Annexe :" not in text
    assert "Annexe" not in words_of(docx_of(client, "?commune=18057"))


def test_all_levers_stand_in_the_annex(client, content):
    levers = Lever.objects.published()
    query = "?commune=18057" + "".join(f"&levier={lever.slug}" for lever in levers)

    file = docx_of(client, query)

    assert len(file.tables) == 13
    words = words_of(file)
    for lever in levers:
        assert plain(lever.title) in words
        for action in lever.actions.all():
            assert plain(action.text) in words


def test_a_lever_without_an_action_or_an_instrument_has_its_place(client, db):
    make_region()
    make_deliberation_block()
    commune = make_commune()
    bare, lever = make_lever(), make_lever()
    make_action(lever=lever)

    words = words_of(
        docx_of(client, f"?commune={commune.insee_code}&levier={bare.slug}&levier={lever.slug}")
    )

    assert plain(bare.title) in words
    assert "[à remplir]" in words


HOSTILE = "{tribunal} <b>&amp; « L'Haÿ » {0} %s [x"


@pytest.mark.parametrize("name", [HOSTILE, "Saint-" * 13, "\u202e", "A\u2028B"])
def test_an_odd_name_is_written_as_it_is(client, db, name):
    make_region()
    make_deliberation_block(text="Pour {nom}, {departement}.")
    commune = make_commune(name=name[:80])

    response = client.get(f"{PAGE}?commune={commune.insee_code}")
    file = docx_of(client, f"?commune={commune.insee_code}")

    assert response.status_code == 200
    assert "<b>" not in response.text
    commune.refresh_from_db()
    assert plain(commune.name) in words_of(file)


def test_titles_of_three_hundred_signs_fit(client, db):
    make_region()
    make_deliberation_block(text="Pour {leviers}.")
    commune, lever = make_commune(), make_lever()
    Lever.objects.filter(pk=lever.pk).update(title=("Mot " * 75)[:120])
    make_action(lever=lever, text=("Agir " * 60)[:300])

    query = f"?commune={commune.insee_code}&levier={lever.slug}"
    assert text_of(client, query).count("Agir") >= 59
    assert words_of(docx_of(client, query)).count("Agir") >= 59


@pytest.mark.parametrize(
    "query", ["commune=%00", "commune=99999", "epci=abc", "commune=18057&levier=%00", "a=b"]
)
def test_an_unknown_value_never_fails(client, content, query):
    assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"{FILE}?{query}").status_code in {200, 302}


def test_a_page_with_choices_is_not_indexed(client, content):
    assertContains(client.get(PAGE + VILLAGE), '<meta name="robots" content="noindex">')
    assertNotContains(client.get(PAGE), "noindex")
    assert client.get(FILE + VILLAGE)["X-Robots-Tag"] == "noindex"


def test_what_is_to_be_filled_in_stands_out(client, content):
    response = client.get(PAGE + VILLAGE)

    assertContains(response, "<mark>[M. ou Mme, nom]</mark>")


def test_a_site_without_blocks_says_so(client, db):
    make_region()
    commune = make_commune()

    assert "Aucun modèle n'est encore publié." in text_of(client, f"?commune={commune.insee_code}")
    assert docx_of(client, f"?commune={commune.insee_code}").paragraphs == []


def test_a_commune_without_epci_has_its_paper(client, content):
    Commune.objects.filter(insee_code="18057").update(intercommunality=None)

    text = text_of(client, VILLAGE)

    assert "Commune : Châteaumeillant." in text
    assert "Vu les statuts" not in text


# The file


def test_the_file_has_headings_a_language_and_properties(client, content):
    response = client.get(FILE + VILLAGE)
    file = docx.Document(BytesIO(response.content))

    headings = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]
    assert [plain(text) for text in headings] == [
        "Délibération",
        "Arrêté de délégation",
        "Annexe : feuille de route",
    ]
    assert [p.text for p in file.paragraphs if p.style.name == "Heading 2"][:2] == [
        "Article 1",
        "Article 2",
    ]
    assert file.core_properties.language == "fr-FR"
    assert plain(file.core_properties.title) == "Modèle de délibération : Châteaumeillant"
    assert file.core_properties.author == "CRESS Centre-Val de Loire"
    assert 'filename="deliberation-chateaumeillant.docx"' in response["Content-Disposition"]


def test_ordinals_are_raised_and_articles_of_law_are_not_cut(client, content):
    assertContains(client.get(PAGE + VILLAGE), "article 1<sup>er</sup>")

    runs = [run for p in docx_of(client, VILLAGE).paragraphs for run in p.runs]
    assert "er" in [run.text for run in runs if run.font.superscript]
    assert any(run._r.findall(qn("w:noBreakHyphen")) for run in runs)


def test_a_table_of_the_annex_is_not_parted_from_its_title(client, content):
    file = docx_of(client, VILLAGE)

    head, *rows = file.tables[0].rows
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in head.cells)
    assert not any(row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows)
    who = next(p for p in file.paragraphs if p.text.startswith("Votre commune"))
    assert who.paragraph_format.keep_with_next


def test_the_same_choice_gives_the_same_file(client, content):
    assert client.get(FILE + VILLAGE).content == client.get(FILE + VILLAGE).content


# The PDF


@needs_reader
def test_the_pdf_holds_the_words_of_the_page(client, content, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    response = client.get(PDF + VILLAGE)

    text = squeezed(pdf_text_of(response))

    for words in [
        "Modèle de délibération : Châteaumeillant",
        "Commune : Châteaumeillant. Département : Cher.",
        "L. 2121-29",
        "dans le Cher, en 2015, 10,79 %",
        "Article 1 [M. ou Mme, nom] est la personne référente du conseil municipal",
        "Arrêté de délégation",
        "La CRESS ne donne pas de conseil juridique.",
        "Annexe : feuille de route",
        "Soutenir les ateliers vélo.",
        "Votre commune : Création, aménagement, entretien de la voirie",
        "[à remplir]",
        "02 38 68 18 90",
    ]:
        assert squeezed(words) in text, words
    assert b"pdfuaid:part" in response.content
    assert re.search(r"Title: +Modèle de délibération", info_of(response))
    assert 'filename="deliberation-chateaumeillant.pdf"' in response["Content-Disposition"]
    assert response["X-Robots-Tag"] == "noindex"


@needs_reader
def test_in_the_pdf_ordinals_are_raised_and_actions_are_headers(
    client, content, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    structure = structure_of(client.get(PDF + VILLAGE))

    assert "er" in raised_in(structure)
    assert re.search(r'TH <\w+>:[^"]*"Soutenir les ateliers vélo\."', structure)


def test_the_same_papers_are_typeset_once(client, content, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    first = client.get(PDF + VILLAGE)

    assert client.get(PDF + VILLAGE, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert len(list((tmp_path / "editions").glob("deliberation.*.pdf"))) == 1
    assert client.get(PDF + "?commune=18033")["ETag"] != first["ETag"]


def test_the_pdf_asks_for_the_place_as_the_page_does(client, content):
    assertContains(client.get(PAGE + VILLAGE), f'href="{PDF}?commune=18057&amp;levier=')
    assertRedirects(client.get(f"{PDF}?levier=transports-voirie"), _page_of_the_region(client))
    assert client.post(PDF + VILLAGE).status_code == 405


@pytest.mark.parametrize("query", ["commune=18057", "epci=243600236", "all"])
def test_the_pdf_is_made_with_no_lever_with_all_and_for_two_departments(
    client, content, settings, tmp_path, query
):
    settings.DATA_DIR = tmp_path
    if query == "all":
        slugs = Lever.objects.values_list("slug", flat=True)
        query = "commune=18057" + "".join(f"&levier={slug}" for slug in slugs)

    assert client.get(f"{PDF}?{query}").content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["{tribunal} #panic() $x$ *a* [x", "W" * 80, "\u202e", "Ж" * 40])
def test_the_pdf_is_made_whatever_the_name(client, db, settings, tmp_path, name):
    settings.DATA_DIR = tmp_path
    make_region()
    make_deliberation_block(text="Pour {nom}, {departement}.")
    lever = make_lever(title=name)
    make_action(lever=lever, text=name)
    commune = make_commune(name=name)

    response = client.get(f"{PDF}?commune={commune.insee_code}&levier={lever.slug}")

    assert response.content.startswith(b"%PDF")


def test_a_site_without_blocks_has_a_pdf(client, db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    make_region()
    commune = make_commune()

    assert client.get(f"{PDF}?commune={commune.insee_code}").content.startswith(b"%PDF")


# The blocks


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Pour {maire}.", "Le champ « {maire} » n'existe pas."),
        ("Pour {nom.__class__}.", "n'existe pas"),
        ("Pour {nom!r}.", "n'existe pas"),
        ("Pour {nom:>10}.", "n'existe pas"),
        ("Pour {}.", "n'existe pas"),
        ("Pour {nom.", "Une accolade est seule."),
        ("Pour nom}.", "Une accolade est seule."),
    ],
)
def test_an_unknown_field_is_refused(db, text, message):
    block = DeliberationBlock(paper="order", part="5-article", text=text)

    with pytest.raises(ValidationError) as refused:
        block.full_clean()

    assert message in plain(" ".join(refused.value.messages))


def test_staff_edit_a_block_and_the_paper_changes(client, editor_client, db):
    make_region()
    block = make_deliberation_block(text="Ancien texte.")
    commune = make_commune(department=make_territory())
    typed = {
        "paper": "deliberation",
        "part": "5-article",
        "reader": "both",
        "order": "1",
        "text": "Nouveau texte pour {nom}.",
    }
    address = f"/admin/policies/deliberationblock/{block.pk}/change/"

    assertContains(editor_client.post(address, typed | {"text": "{x}"}), "Champs possibles")
    editor_client.post(address, typed)

    text = text_of(client, f"?commune={commune.insee_code}")
    assert plain(f"Nouveau texte pour {commune.name}.") in text


def test_a_block_for_the_other_reader_is_left_out(client, db):
    make_region()
    grouping = make_intercommunality()
    commune = make_commune(intercommunality=grouping)
    make_deliberation_block(reader="commune", text="Pour la commune.")
    make_deliberation_block(reader="grouping", text="Pour le groupement.")

    assert "Pour la commune." in text_of(client, f"?commune={commune.insee_code}")
    assert "Pour le groupement." not in text_of(client, f"?commune={commune.insee_code}")
    assert "Pour le groupement." in text_of(client, f"?epci={grouping.siren}")
