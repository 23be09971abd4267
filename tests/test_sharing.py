"""What other sites and programs read in a page: its picture and its structured data."""

import json
import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from PIL import Image

from cress.chamber.models import SiteIdentity
from cress.printing import typesetting
from cress.printing.sharing.cards import as_data, find_card
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Statistic, Territory
from tests.factories import make_enterprise, make_identity, make_lever, make_region, make_territory
from tests.html import Document, plain
from tests.test_site import public_paths

ROOT = "http://testserver"


def property_of(response, name):
    """Return the content of an Open Graph property of a page."""
    document = Document(response.text)
    [content] = [a["content"] for _, a in document.tags if a.get("property") == name]
    return content


def data_of(response):
    """Return the structured data of a page (schema.org), by type."""
    scripts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.text, re.DOTALL
    )
    descriptions = [json.loads(script) for script in scripts]
    assert all(description["@context"] == "https://schema.org" for description in descriptions)
    return {description["@type"]: description for description in descriptions}


def pictures():
    return sorted((settings.DATA_DIR / "share").glob("*.png"))


def test_every_page_has_a_title_a_description_and_a_picture_to_share(client, content):
    shared = 0
    for path in public_paths(client):
        response = client.get(path)
        document = Document(response.text)
        assert property_of(response, "og:title") == document.title, path
        assert property_of(response, "og:description") == document.meta("description"), path
        assert property_of(response, "og:url") == ROOT + path
        assert document.meta("twitter:card") == "summary_large_image"
        image = urlsplit(property_of(response, "og:image"))
        assert f"{image.scheme}://{image.netloc}" == ROOT
        assert client.get(image.path).status_code == 200, image.path
        assert property_of(response, "og:image:alt"), path
        shared += 1
    assert shared > 30


def test_every_territory_lever_and_enterprise_has_its_own_picture(client, content):
    pages = [*Territory.objects.with_page(), *Lever.objects.all(), *Enterprise.objects.all()]

    drawn = set()
    for page in pages:
        image = property_of(client.get(page.get_absolute_url()), "og:image")
        response = client.get(urlsplit(image).path)
        assert response["Content-Type"] == "image/png"
        picture = response.content
        assert Image.open(BytesIO(picture)).size == (1200, 630)
        drawn.add(picture)

    assert len(drawn) == len(pages) == 26


@pytest.mark.parametrize(
    ("path", "name", "words"),
    [
        ("/territoires/18-cher/", "territoire-18", "L'ESS dans le Cher : 10,79 % des salariés"),
        (
            "/territoires/18-cher/bourges/",
            "territoire-18",
            "L'ESS dans le Cher : 10,79 % des salariés",
        ),
        (
            "/leviers/transports-voirie/",
            "levier-transports-voirie",
            "Environnement et mobilités : Transports, voirie. Se déplacer",
        ),
        (
            "/entreprises/isa-groupe/",
            "entreprise-isa-groupe",
            "ISA Groupe, Aubigny-sur-Nère : 788 salariés",
        ),
        ("/contact/", "site", "CRESS Centre-Val de Loire : L'économie sociale et solidaire"),
    ],
)
def test_the_words_of_a_picture_are_its_alternative_text(client, content, path, name, words):
    response = client.get(path)

    assert property_of(response, "og:image").endswith(f"/partage/{name}.png")
    assert plain(property_of(response, "og:image:alt")).startswith(words)


def test_a_picture_with_a_figure_says_its_source_and_what_a_dot_is(content):
    data = as_data(find_card("territoire-18"))

    assert plain(data["number"]) == "10,79 %"
    for words in ["Source : Insee - Clap 2015, millésime 2015.", "Un point, ", "GeoNames", "DILA"]:
        assert words in plain(data["caption"]), words
    assert data["signature"] == "CRESS Centre-Val de Loire"
    assert as_data(find_card("site"))["caption"].startswith("Un point, ")


def test_an_enterprise_that_is_not_published_has_no_picture(client, db):
    enterprise = make_enterprise(is_published=False)

    assert client.get(f"/partage/entreprise-{enterprise.slug}.png").status_code == 404


def test_a_picture_that_fails_is_said_and_logged(
    client, content, monkeypatch, caplog, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(typesetting.sys, "executable", "/bin/false")

    assert client.get("/partage/site.png").status_code == 503
    assert "cannot be typeset" in caplog.text


def test_a_picture_is_drawn_once_then_again_after_a_change(client, content):
    address = "/partage/territoire-18.png"
    first = client.get(address).content
    [file] = [path for path in pictures() if path.name.startswith("territoire-18.")]
    drawn_at = file.stat().st_mtime_ns

    assert client.get(address).content == first
    assert file.stat().st_mtime_ns == drawn_at
    Statistic.objects.filter(territory__code="18").update(employee_share="12.05")
    second = client.get(address).content

    assert second != first
    [file] = [path for path in pictures() if path.name.startswith("territoire-18.")]
    assert file.read_bytes() == second


@pytest.mark.parametrize(
    "name",
    [
        "territoire-99",
        "territoire-FR",
        "territoire-",
        "levier-inconnu",
        "entreprise-x",
        "site-x",
        "x",
    ],
)
def test_an_unknown_picture_does_not_exist(client, content, name):
    before = pictures()

    assert client.get(f"/partage/{name}.png").status_code == 404
    assert pictures() == before


def test_a_lever_that_is_not_published_has_no_picture(client, db):
    lever = make_lever(is_published=False)

    assert client.get(f"/partage/levier-{lever.slug}.png").status_code == 404


@pytest.mark.parametrize(
    "title", ["Mot " * 40, "Anticonstitutionnellement" * 4, "中文 🚀 \u202e", ""]
)
def test_a_picture_is_drawn_whatever_the_text(client, db, title):
    lever = make_lever(title=title[:120] or " ", summary=title or "–")

    picture = client.get(f"/partage/levier-{lever.slug}.png").content

    assert Image.open(BytesIO(picture)).size == (1200, 630)


def test_a_territory_without_figures_or_outline_has_a_picture(client, db):
    make_region(outline="")
    territory = make_territory(outline="")

    response = client.get(f"/partage/territoire-{territory.code}.png")

    assert Image.open(BytesIO(response.content)).size == (1200, 630)


def test_the_home_page_describes_the_chamber(client, content):
    chamber = data_of(client.get("/"))["Organization"]

    identity = SiteIdentity.objects.get()
    assert chamber["name"] == identity.full_name
    assert chamber["telephone"] == identity.telephone
    assert "address" not in chamber  # not given yet
    assert data_of(client.get("/la-cress/"))["Organization"] == chamber


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/territoires/18-cher/", ["/", "/territoires/", "/territoires/18-cher/"]),
        ("/leviers/transports-voirie/", ["/", "/leviers/", "/leviers/transports-voirie/"]),
        ("/entreprises/isa-groupe/", ["/", "/entreprises/", "/entreprises/isa-groupe/"]),
    ],
)
def test_a_page_describes_its_breadcrumb(client, content, path, way):
    steps = data_of(client.get(path))["BreadcrumbList"]["itemListElement"]

    assert [step["item"] for step in steps] == [ROOT + address for address in way]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert all(step["name"] for step in steps)


def test_the_table_of_shares_is_described_with_its_source_and_vintage(client, content):
    dataset = data_of(client.get("/territoires/"))["Dataset"]

    assert "Insee" in dataset["description"]
    assert dataset["temporalCoverage"] == "2015"
    assert dataset["url"] == f"{ROOT}/territoires/"


def test_an_empty_site_describes_no_dataset(client, db):
    assert "Dataset" not in data_of(client.get("/territoires/"))


def test_names_are_escaped_in_structured_data(client, db):
    make_identity(full_name="</script><b>La chambre</b>")
    enterprise = make_enterprise(name="</script><script>alert(1)</script>")

    home, page = client.get("/"), client.get(enterprise.get_absolute_url())

    assert data_of(home)["Organization"]["name"] == "</script><b>La chambre</b>"
    assert data_of(page)["BreadcrumbList"]["itemListElement"][2]["name"] == enterprise.name
    assert "<script>" not in home.text + page.text


def test_the_icons_of_the_manifest_exist(client, content):
    response = client.get("/site.webmanifest")
    manifest = response.json()

    assert response["Content-Type"] == "application/manifest+json"
    assert manifest["lang"] == "fr"
    assert manifest["short_name"] == SiteIdentity.objects.get().name
    for icon in manifest["icons"]:
        file = settings.STATIC_ROOT / icon["src"].removeprefix(settings.STATIC_URL)
        assert file.exists(), icon
        if icon["type"] == "image/png":
            with Image.open(file) as picture:
                width, height = picture.size
            assert icon["sizes"] == f"{width}x{height}"
