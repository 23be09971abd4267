"""The printed editions: their content, hostile texts, previews, errors and cache."""

import re
import shutil
import subprocess
from urllib.parse import urlencode

import pytest
import typst
from django.core.files.base import ContentFile
from pytest_django.asserts import assertContains, assertRedirects

from cress.printing import typesetting
from cress.printing.compiler import FONTS
from cress.printing.photos import printed_photo
from cress.printing.plain import DRAWABLE, blocks, drawable
from enterprises.models import Enterprise
from enterprises.photos.check import read
from enterprises.photos.store import shown_folder, store
from policies.models import Lever
from territories.models import Territory
from tests import hostile_images
from tests.busy import no_spare_thread
from tests.factories import (
    make_action,
    make_argument,
    make_commune,
    make_enterprise,
    make_identity,
    make_lever,
    make_person,
    make_photo,
    make_region,
    make_resource,
    make_service,
    make_source,
    make_staff,
    make_statistic,
    make_term,
    make_territory,
)
from tests.html import Document, plain
from tests.test_admin import change_page
from tests.test_facts import FACTS

REGION = "/plaquette.pdf"
PAGE, LEVERS = "/plaquette/", "/plaquette/leviers/"
CHER = "/territoires/18-cher/plaquette.pdf"
SHEET = "/leviers/transports-voirie/fiche.pdf"

needs_reader = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext n’est pas installé : poppler-utils"
)


@pytest.fixture(autouse=True)
def editions(settings, tmp_path):
    """The folder of the editions of this test."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "editions"


def info_of(response):
    """Return the output of pdfinfo for a PDF."""
    command = ["pdfinfo", "-"]
    done = subprocess.run(command, input=response.content, capture_output=True, check=True)
    return done.stdout.decode()


def words_beyond_the_margins(response):
    """
    Return the words of a PDF that are outside the margins (in points).

    The first digit of a large figure hangs a little to the left.
    """
    command = ["pdftotext", "-bbox", "-", "-"]
    done = subprocess.run(command, input=response.content, capture_output=True, check=True)
    words = re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)',
        done.stdout.decode(),
    )
    assert words
    return [
        word
        for left, top, right, bottom, word in words
        if float(left) < 42 or float(right) > 595 - 45 or float(top) < 0 or float(bottom) > 842
    ]


def text_of(response):
    """Return the text of a PDF, its lines joined and its hyphens removed."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    read = subprocess.run(command, input=response.content, capture_output=True, check=True)
    return plain(re.sub("\u00ad\n", "", read.stdout.decode()))


def squeezed(text):
    return "".join(plain(text).split())


def missing_facts(text, items):
    """Return the facts of the print that a text lacks, among the items that match."""
    return [
        (item, words)
        for item, (_, expected) in FACTS.items()
        if re.match(items, item)
        for words in expected
        if squeezed(words) not in squeezed(text)
    ]


@needs_reader
def test_the_brochure_of_the_region_holds_every_fact_of_the_print(client, content):
    assert missing_facts(text_of(client.get(REGION)), r"[A-H]\d") == []


def test_the_two_pages_of_the_brochure_hold_every_fact_of_the_print(client, content):
    figures, levers = (Document(client.get(page).text).text for page in [PAGE, LEVERS])

    assert missing_facts(figures + levers, r"[A-H]\d") == []


@needs_reader
def test_each_territory_has_its_own_edition_in_print_and_in_html(client, content):
    # All but the title of the site, the key figures of the region and the examples of others.
    items = r"A[13-9]|[BCDFG]\d"
    for territory in Territory.objects.departments():
        path = f"{territory.get_absolute_url()}plaquette"
        response = client.get(f"{path}.pdf")
        pages = re.search(r"Pages: +(\d+)", info_of(response))[1]
        assert 4 <= int(pages) <= 6, territory

        both = [client.get(f"{path}/"), client.get(f"{path}/leviers/")]
        in_html = "\n".join(Document(page.text).text for page in both)
        for text in [text_of(response), in_html]:
            assert missing_facts(text, items) == [], territory
            assert plain(f"L’économie sociale et solidaire {territory.inside}") in plain(text)
            for enterprise in territory.enterprises.published():
                assert squeezed(enterprise.name) in squeezed(text)
                assert squeezed(enterprise.text.partition("\n")[0]) in squeezed(text)
            assert squeezed("Source : Insee - Clap 2015, millésime 2015") in squeezed(text)


@needs_reader
def test_a_printed_roadmap_holds_the_content_of_its_page(client, content):
    for count in [1, 3, 13]:
        levers = Lever.objects.published()[:count]
        query = urlencode([("territoire", "18"), *(("levier", lever.slug) for lever in levers)])
        response = client.get(f"/feuille-de-route.pdf?{query}")

        text = squeezed(text_of(response))

        for words in [
            "Votre feuille de route dans le Cher",
            "10,79 %",
            "Source : Insee - Clap 2015, millésime 2015",
            "Vos premiers pas",
            "02 38 68 18 90",
            *[action.text for lever in levers for action in lever.actions.all()],
            *[term.definition for lever in levers for term in lever.terms.all()],
            *[resource.title for lever in levers for resource in lever.resources.all()],
        ]:
            assert squeezed(words) in text, words
        assert re.search(r"Tagged: +yes", info_of(response))
        assert b"pdfuaid:part" in response.content


@needs_reader
def test_a_brochure_has_four_to_seven_pages_is_tagged_and_titled(client, content):
    for path in [REGION, CHER]:
        response = client.get(path)
        assert len(response.content) < 600_000
        info = info_of(response)
        assert re.search(r"Tagged: +yes", info)
        assert re.search(r"Title: +L’économie sociale et solidaire", info)
        assert 4 <= int(re.search(r"Pages: +(\d+)", info)[1]) <= 7


def test_an_edition_declares_its_accessibility_standard(client, content):
    assert b"pdfuaid:part" in client.get(CHER).content


def test_pages_link_to_their_edition(client, content):
    assertContains(client.get("/territoires/18-cher/"), f'href="{CHER}"')
    assertContains(client.get("/territoires/24-centre-val-de-loire/"), f'href="{REGION}"')
    assertContains(client.get("/leviers/transports-voirie/"), f'href="{SHEET}"')


def test_an_edition_is_typeset_once_then_again_after_a_change(client, content, editions):
    first = client.get(CHER)
    [file] = editions.glob("plaquette-18-cher.*.pdf")
    made = file.stat().st_mtime_ns

    again = client.get(CHER)
    assert again.content == first.content
    assert file.stat().st_mtime_ns == made
    assert client.get(CHER, headers={"if-none-match": first["ETag"]}).status_code == 304

    Lever.objects.filter(order=1).update(title="Un titre corrigé")
    changed = client.get(CHER)
    assert changed["ETag"] != first["ETag"]
    assert client.get(CHER, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert len(list(editions.glob("plaquette-18-cher.*.pdf"))) == 1


def test_an_edition_names_its_file_and_may_be_cached(client, content):
    response = client.get(CHER)

    assert response["Content-Disposition"] == 'inline; filename="plaquette-18-cher.pdf"'
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert client.head(CHER).status_code == 200
    assert client.post(CHER).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/territoires/99-x/plaquette.pdf",
        "/territoires/FR-france/plaquette.pdf",
        "/leviers/inconnu/fiche.pdf",
        "/leviers/%00/fiche.pdf",
    ],
)
def test_an_unknown_territory_or_lever_has_no_edition(client, content, path):
    response = client.get(path)

    assertContains(response, "Cette page n’existe pas", status_code=404)


def test_a_territory_has_one_edition_under_one_address(client, content):
    assertRedirects(
        client.get("/territoires/18/plaquette.pdf"),
        CHER,
        status_code=301,
        fetch_redirect_response=False,
    )
    assertRedirects(
        client.get("/territoires/24-centre-val-de-loire/plaquette.pdf"),
        REGION,
        status_code=301,
        fetch_redirect_response=False,
    )


@needs_reader
def test_unpublished_content_is_not_printed(client, content):
    Lever.objects.filter(order=1).update(is_published=False, title="Levier caché")
    make_enterprise(
        name="Entreprise cachée",
        department=Territory.objects.get(code="18"),
        is_published=False,
    )

    text = text_of(client.get(CHER))

    assert "caché" not in text
    assert client.get(f"/leviers/{Lever.objects.get(order=1).slug}/fiche.pdf").status_code == 404


HOSTILE = [
    "#panic() #sys.inputs $x^2$ *gras* _ital_ @cite <etiquette> \\ // /* `code`",
    '#read("/etc/passwd") #include "/etc/passwd"',
    "Fête 🎉 du village 👨‍👩‍👧",
    "تعاونية اجتماعية \u202egauche",
    "Кооператив Ёж Łódź ő ș",
    "x" * 110,
    "W" * 300,
    "« guillemets » “anglais” ‘seuls’ — tirets – et … points",
    "{[(]})%~^`'\"",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_edition_is_printed_whatever_an_editor_types(client, db, text):
    name = text[:100]  # as long as the fields of names are
    make_identity(name=text[:80], full_name=name, title=name, presentation=text)
    region, source = make_region(), make_source(producer=name, scope=name)
    department = make_territory(
        name=text[:60], with_article=text[:70], inside=text[:70], label_x=1200, label_y=1200
    )
    for territory in [region, department]:
        make_statistic(territory=territory, source=source, note=text)
    lever = make_lever(title=name, summary=text, text=f"{text}\n\n- {text}", credit=name)
    make_action(lever=lever, text=text)
    make_enterprise(
        name=name, summary=text, text=text, department=department, commune=None
    ).levers.add(lever)
    for kind in ["strength", "reason", "referent", "keyword", "step"]:
        make_argument(kind=kind, title=name, text=f"**{text}**")
    make_person(name=name, role=name)
    make_term(name=name, definition=text).levers.add(lever)
    make_resource(title=name, publisher=name, description=text).levers.add(lever)
    make_service(title=name, text=text)

    for path in [
        REGION,
        f"{department.get_absolute_url()}plaquette.pdf",
        f"{lever.get_absolute_url()}fiche.pdf",
        f"/feuille-de-route.pdf?territoire={department.code}&levier={lever.slug}",
    ]:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.content.startswith(b"%PDF")
        if shutil.which("pdftotext"):
            assert words_beyond_the_margins(response) == [], path
    page = f"{department.get_absolute_url()}plaquette/"
    for path in [PAGE, LEVERS, page, f"{page}leviers/"]:
        assert client.get(path).status_code == 200


@needs_reader
def test_special_signs_are_printed_as_they_are(client, db):
    department = make_territory(name="Val #1 $2 *3* _4_ @5 <6> \\7")
    make_region()

    text = text_of(client.get(f"{department.get_absolute_url()}plaquette.pdf"))

    assert "root:" not in text
    assert "Val #1 $2 *3* _4_ @5 <6> \\7" in text


def test_an_edition_without_content_is_printed(client, db):
    make_region()

    assert client.get(REGION).content.startswith(b"%PDF")


@needs_reader
def test_thirty_levers_and_many_examples_are_printed_in_full(client, db):
    make_region()
    department = make_territory()
    for number in range(30):
        lever = make_lever()
        for _ in range(4):
            make_action(lever=lever)
        make_enterprise(
            name=f"Coopérative numéro {number}",
            text="Un texte long. " * (600 if number == 0 else 5),
            department=department,
            commune=make_commune(department=department),
        ).levers.add(lever)
    for _ in range(60):
        make_action(lever=lever)
    make_person()
    make_argument(kind="reason", text="Une raison longue. " * 400)
    make_argument(kind="referent", text="Un conseil long. " * 400)
    make_argument(kind="strength", text="Un atout long. " * 400)

    levers = urlencode([("levier", lever.slug) for lever in Lever.objects.all()])
    for path in [
        f"{department.get_absolute_url()}plaquette.pdf",
        f"/feuille-de-route.pdf?territoire={department.code}&{levers}",
    ]:
        response = client.get(path)
        text = squeezed(text_of(response))
        for lever in Lever.objects.all():
            assert squeezed(lever.title) in text
            for action in lever.actions.all():
                assert squeezed(action.text) in text
        assert words_beyond_the_margins(response) == [], path


# Photos


@pytest.fixture
def photo(content, settings, tmp_path):
    """The photo of an example of the Cher, with its files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    photo = make_photo(
        enterprise=Enterprise.objects.get(slug="isa-groupe"),
        description="Deux jardinières dans un champ de courges",
        credit="Jeanne Roy",
        focus="top left",
    )
    store(photo, read(ContentFile(hostile_images.save(hostile_images.draw()), name="photo.jpg")))
    photo.save()
    return photo


WITH_THE_PHOTO = [
    CHER,
    REGION,
    "/leviers/emploi-et-insertion-professionnelle/fiche.pdf",
    "/feuille-de-route.pdf?territoire=18&levier=emploi-et-insertion-professionnelle",
]


@needs_reader
@pytest.mark.parametrize("path", WITH_THE_PHOTO)
def test_a_photo_is_printed_with_its_description_and_its_credit(client, photo, path):
    response = client.get(path)

    assert squeezed("Photo : Jeanne Roy, tous droits réservés.") in squeezed(text_of(response))
    images = subprocess.run(
        ["pdfimages", "-list", "-"], input=response.content, capture_output=True, check=True
    ).stdout.decode()
    assert re.search(r"image +640 +400 .* jpeg", images)
    alternative = photo.description.encode("utf-16-be").hex().upper()
    assert f"/Alt<FEFF{alternative}>".encode() in response.content


@pytest.mark.parametrize("path", WITH_THE_PHOTO)
def test_a_photo_that_is_not_on_disk_is_left_out_and_logged(client, photo, caplog, path):
    shutil.rmtree(shown_folder())

    response = client.get(path)

    assert response.content.startswith(b"%PDF")
    assert b"/DCTDecode" not in response.content
    assert "A photo cannot be printed" in caplog.text


def test_an_unpublished_photo_is_not_printed(client, photo):
    with_it = client.get(CHER)
    photo.is_published = False
    photo.save()

    without = client.get(CHER)

    assert b"/DCTDecode" in with_it.content
    assert b"/DCTDecode" not in without.content
    assert "Jeanne Roy" not in client.get("/territoires/18-cher/plaquette/").text


@pytest.mark.parametrize(
    ("focus", "position"),
    [
        ("center", "xMidYMid"),
        ("top left", "xMinYMin"),
        ("bottom", "xMidYMax"),
        ("right", "xMaxYMid"),
    ],
)
def test_a_photo_is_cut_around_its_focus(client, photo, focus, position):
    photo.focus = focus

    assert f'preserveAspectRatio="{position} slice"' in printed_photo(photo)["svg"]


# Previews for the staff


PREVIEWS = ["/apercu/plaquette-18.pdf", "/apercu/plaquette-24.pdf", "/apercu/fiche-brouillon.pdf"]


@pytest.fixture
def drafts(content):
    """A lever and an example of the Cher that are not published."""
    lever = make_lever(slug="brouillon", title="Levier en préparation", is_published=False)
    make_action(lever=lever, text="Agir bientôt.")
    enterprise = make_enterprise(
        name="Entreprise en préparation",
        slug="a",  # the first of its department
        department=Territory.objects.get(code="18"),
        is_published=False,
    )
    enterprise.levers.add(lever)
    return lever


@needs_reader
@pytest.mark.parametrize("path", PREVIEWS)
def test_a_preview_shows_drafts_to_the_staff_and_is_never_cached(
    editor_client, drafts, editions, path
):
    response = editor_client.get(path)
    text = text_of(response)

    assert "Levier en préparation" in text
    assert "Agir bientôt." in text
    assert "Entreprise en préparation" in text
    assert squeezed("Aperçu avec brouillons : à ne pas diffuser") in squeezed(text)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]
    assert list(editions.glob("*.pdf")) == []


@needs_reader
def test_a_preview_does_not_change_the_edition_of_visitors(client, editor_client, drafts):
    editor_client.get(PREVIEWS[0])

    text = text_of(client.get(CHER))

    assert "en préparation" not in text
    assert "Aperçu" not in text


@pytest.mark.parametrize("path", PREVIEWS)
def test_a_visitor_must_log_in_before_a_preview(client, drafts, path):
    response = client.get(path)

    assertRedirects(response, f"/admin/login/?next={path}", fetch_redirect_response=False)


@pytest.mark.parametrize("path", PREVIEWS)
def test_an_account_without_the_right_to_see_drafts_has_no_preview(client, drafts, path):
    client.force_login(make_staff(group=None))

    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/apercu/plaquette-99.pdf", "/apercu/plaquette-FR.pdf", "/apercu/fiche-inconnu.pdf"]
)
def test_an_unknown_territory_or_lever_has_no_preview(editor_client, content, path):
    assert editor_client.get(path).status_code == 404


def test_a_preview_that_fails_shows_a_french_page(editor_client, drafts, monkeypatch):
    monkeypatch.setattr(typesetting.sys, "executable", "/bin/false")

    response = editor_client.get(PREVIEWS[0])

    assertContains(response, "Cette édition revient dans un instant", status_code=503)
    assert response["Cache-Control"] == "no-store"


def test_the_admin_links_to_editions_and_their_previews(editor_client, drafts):
    def links(row):
        page = editor_client.get(change_page(row))
        return set(Document(page.text).attributes("href"))

    assert {CHER, "/apercu/plaquette-18.pdf"} <= links(Territory.objects.get(code="18"))
    assert {REGION, "/apercu/plaquette-24.pdf"} <= links(Territory.objects.get(code="24"))
    assert {SHEET, "/apercu/fiche-transports-voirie.pdf"} <= links(
        Lever.objects.get(slug="transports-voirie")
    )
    links_of_a_draft = links(drafts)
    assert "/apercu/fiche-brouillon.pdf" in links_of_a_draft
    assert "/leviers/brouillon/fiche.pdf" not in links_of_a_draft
    assert not [a for a in links(Territory.objects.get(code="FR")) if a.endswith(".pdf")]


def test_an_edition_that_fails_shows_a_french_page_and_is_logged(
    client, content, monkeypatch, caplog
):
    monkeypatch.setattr(typesetting.sys, "executable", "/bin/false")

    response = client.get(CHER)

    assertContains(response, "Cette édition revient dans un instant", status_code=503)
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    assert "cannot be typeset" in caplog.text
    assert client.get("/territoires/18-cher/").status_code == 200


def test_the_pages_keep_a_thread_while_editions_wait(client, content):
    with no_spare_thread():
        response = client.get(CHER)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_the_fonts_draw_every_character_that_is_drawable():
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    faces = [(font.family, font.style, font.weight) for font in fonts.fonts()]
    assert len(faces) == 5
    for family, style, weight in faces:
        source = f"""#set document(title: "Signes")
        #set text(font: "{family}", style: "{style}", weight: {weight}, fallback: false)
        #sys.inputs.signs"""
        compiler = typst.Compiler(
            root=FONTS, font_paths=fonts, sys_inputs={"signs": "".join(map(chr, sorted(DRAWABLE)))}
        )
        assert compiler.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])

    compiler = typst.Compiler(root=FONTS, font_paths=fonts, sys_inputs={"signs": "Ж"})
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        compiler.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Œuvre à 10\u202f%", "Œuvre à 10\u202f%"),
        ("e\u0301te\u0301", "été"),
        ("Łódź ő", "?ódz o"),
        ("Fête 🎉!", "Fête !"),
        ("\u202eabc\x00\u200b", "abc"),
        ("ligne\nsuivante", "ligne suivante"),
        ("Ж", "?"),
        ("🎉", "?"),
        ("", ""),
    ],
)
def test_characters_that_cannot_be_drawn_are_removed(typed, drawn):
    assert drawable(typed) == drawn


def test_a_markdown_text_becomes_blocks():
    assert blocks("Un **fort** mot.\n\n- [lien](https://a.example)\n- deux") == [
        {
            "kind": "paragraph",
            "runs": [
                {"text": "Un ", "is_strong": False},
                {"text": "fort", "is_strong": True},
                {"text": " mot.", "is_strong": False},
            ],
        },
        {"kind": "item", "runs": [{"text": "lien", "is_strong": False}]},
        {"kind": "item", "runs": [{"text": "deux", "is_strong": False}]},
    ]
