"""The printed editions: what they say, that they come out whatever is typed, once a change."""

import re
import shutil
import subprocess

import pytest
import typst
from pytest_django.asserts import assertContains, assertRedirects

from cress.printing import typesetting
from cress.printing.plain import DRAWABLE, blocks, drawable
from cress.printing.press import FONTS
from policies.models import Lever
from territories.models import Territory
from tests.busy import no_spare_thread
from tests.factories import (
    make_action,
    make_argument,
    make_commune,
    make_enterprise,
    make_identity,
    make_lever,
    make_person,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)
from tests.html import plain
from tests.test_facts import FACTS

REGION = "/plaquette.pdf"
CHER = "/territoires/18-cher/plaquette.pdf"
SHEET = "/leviers/transports-voirie/fiche.pdf"

needs_reader = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext n’est pas installé : poppler-utils"
)


@pytest.fixture(autouse=True)
def editions(settings, tmp_path):
    """Where this test's editions are kept."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "editions"


def text_of(response):
    """Return what a PDF says, its lines joined and its hyphens taken out."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    read = subprocess.run(command, input=response.content, capture_output=True, check=True)
    return plain(re.sub("\u00ad\n", "", read.stdout.decode()))


def squeezed(text):
    return "".join(plain(text).split())


@needs_reader
def test_the_brochure_of_the_region_holds_every_fact_of_the_print(client, content):
    said = squeezed(text_of(client.get(REGION)))

    missing = [
        (item, words)
        for item, (_, expected) in FACTS.items()
        if re.match(r"[A-H]\d", item)
        for words in expected
        if squeezed(words) not in said
    ]

    assert missing == []


@needs_reader
def test_each_territory_has_an_edition_of_its_own(client, content):
    for territory in Territory.objects.departments():
        said = text_of(client.get(f"{territory.get_absolute_url()}plaquette.pdf"))

        assert plain(f"L’économie sociale et solidaire {territory.inside}") in said
        for enterprise in territory.enterprises.published():
            assert squeezed(enterprise.name) in squeezed(said)
        assert squeezed("Source : Insee - Clap 2015. Millésime : 2015.") in squeezed(said)
        assert "c.dumas@cresscentre.org" in said


@needs_reader
def test_each_lever_has_a_sheet_of_one_page(client, content):
    for lever in Lever.objects.published():
        response = client.get(f"{lever.get_absolute_url()}fiche.pdf")
        said = squeezed(text_of(response))

        for action in lever.actions.all():
            assert squeezed(action.text) in said
        assert "1/1" in said, lever


@needs_reader
def test_a_brochure_has_four_to_six_pages_is_tagged_and_titled(client, content):
    for path in [REGION, CHER]:
        response = client.get(path)
        assert len(response.content) < 600_000
        info = subprocess.run(
            ["pdfinfo", "-"], input=response.content, capture_output=True, check=True
        ).stdout.decode()
        assert re.search(r"Tagged: +yes", info)
        assert re.search(r"Title: +L’économie sociale et solidaire", info)
        assert 4 <= int(re.search(r"Pages: +(\d+)", info)[1]) <= 6


def test_an_edition_says_its_standard(client, content):
    assert b"pdfuaid:part" in client.get(CHER).content


def test_pages_lead_to_their_edition(client, content):
    assertContains(client.get("/territoires/18-cher/"), f'href="{CHER}"')
    assertContains(client.get("/territoires/24-centre-val-de-loire/"), f'href="{REGION}"')
    assertContains(client.get("/leviers/transports-voirie/"), f'href="{SHEET}"')


def test_an_edition_is_typeset_once_and_again_after_a_change(client, content, editions):
    first = client.get(CHER)
    [file] = editions.glob("plaquette-18-cher.*.pdf")
    made = file.stat().st_mtime_ns

    again = client.get(CHER)
    assert again.content == first.content
    assert file.stat().st_mtime_ns == made
    assert client.get(CHER, headers={"if-none-match": first["ETag"]}).status_code == 304

    Lever.objects.filter(number=1).update(title="Un titre corrigé")
    changed = client.get(CHER)
    assert changed["ETag"] != first["ETag"]
    assert client.get(CHER, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert len(list(editions.glob("plaquette-18-cher.*.pdf"))) == 1


def test_an_edition_names_its_file_and_may_be_kept(client, content):
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
def test_what_is_not_published_is_not_printed(client, content):
    Lever.objects.filter(number=1).update(is_published=False, title="Levier caché")
    make_enterprise(
        name="Entreprise cachée",
        department=Territory.objects.get(code="18"),
        is_published=False,
    )

    said = text_of(client.get(CHER))

    assert "caché" not in said
    assert client.get(f"/leviers/{Lever.objects.get(number=1).slug}/fiche.pdf").status_code == 404


HOSTILE = [
    "#panic() #sys.inputs $x^2$ *gras* _ital_ @cite <etiquette> \\ // /* `code`",
    '#read("/etc/passwd") #include "/etc/passwd"',
    "Fête 🎉 du village 👨‍👩‍👧",
    "تعاونية اجتماعية \u202egauche",
    "Кооператив Ёж Łódź ő ș",
    "x" * 110,
    "« guillemets » “anglais” ‘seuls’ — tirets – et … points",
    "{[(]})%~^`'\"",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_edition_comes_out_whatever_is_typed(client, db, text):
    make_identity(name=text[:80], title=text, presentation=text)
    region, source = make_region(), make_source(producer=text, scope=text)
    department = make_territory(name=text[:60], with_article=text[:70], inside=text[:70])
    for territory in [region, department]:
        make_statistic(territory=territory, source=source, note=text)
    lever = make_lever(title=text, summary=text, text=f"{text}\n\n- {text}", credit=text)
    make_action(lever=lever, text=text)
    make_enterprise(
        name=text, summary=text, text=text, department=department, commune=None
    ).levers.add(lever)
    make_argument(kind="reason", title=text, text=f"**{text}**")
    make_person(name=text[:100], role=text)

    for path in [
        REGION,
        f"{department.get_absolute_url()}plaquette.pdf",
        f"{lever.get_absolute_url()}fiche.pdf",
    ]:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.content.startswith(b"%PDF")


@needs_reader
def test_special_signs_are_printed_as_they_are(client, db):
    department = make_territory(name="Val #1 $2 *3* _4_ @5 <6> \\7")
    make_region()

    said = text_of(client.get(f"{department.get_absolute_url()}plaquette.pdf"))

    assert "root:" not in said
    assert "Val #1 $2 *3* _4_ @5 <6> \\7" in said


def test_an_edition_without_content_comes_out(client, db):
    make_region()

    assert client.get(REGION).content.startswith(b"%PDF")


def test_thirty_levers_and_many_examples_come_out(client, db):
    make_region()
    department = make_territory()
    for _ in range(30):
        lever = make_lever()
        for _ in range(4):
            make_action(lever=lever)
        make_enterprise(
            department=department, commune=make_commune(department=department)
        ).levers.add(lever)

    response = client.get(f"{department.get_absolute_url()}plaquette.pdf")
    assert response.content.startswith(b"%PDF")


def test_an_edition_that_fails_is_told_in_french_and_logged(client, content, monkeypatch, caplog):
    monkeypatch.setattr(typesetting.sys, "executable", "/bin/false")

    response = client.get(CHER)

    assertContains(response, "Cette édition revient dans un instant", status_code=503)
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    assert "cannot be typeset" in caplog.text
    assert client.get("/territoires/18-cher/").status_code == 200


def test_a_thread_is_left_to_the_pages_while_editions_wait(client, content):
    with no_spare_thread():
        response = client.get(CHER)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_the_fonts_draw_all_that_is_let_through():
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    faces = [(font.family, font.style, font.weight) for font in fonts.fonts()]
    assert len(faces) == 4
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
def test_what_cannot_be_drawn_is_left_out(typed, drawn):
    assert drawable(typed) == drawn


def test_a_text_of_staff_becomes_blocks():
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
