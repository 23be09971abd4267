"""
Reports of other tools on the pages that the site serves.

    VNU_JAR=… LIGHTHOUSE=… HTMLCS=… ACE=… python -m pytest -n 2 -rP tests/quality.py

These tools are separate programs: the Nu HTML checker, Lighthouse, HTML_CodeSniffer and IBM’s
checker (npm: vnu-jar, lighthouse, html_codesniffer, accessibility-checker-engine), Grammalecte and
Chromium (Debian). `.ci/run` installs them; the suite does not need them.
"""

import json
import os
import re
import shutil
import subprocess
from statistics import median
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from tests.demo import ROOT, running_demo
from tests.html import Document
from tests.swept_places import without_most_places
from tests.test_browser import CHROMIUM, CHROMIUM_OPTIONS

STYLE_SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
NOT_IN_THE_SITEMAP = [
    "/contact/merci/",
    "/contact/?territoire=18&levier=transports-voirie",
    "/recherche/?q=insertion",
    "/entreprises/?departement=18",
    "/territoires/comparer/?t=18&t=37",
    "/territoires/comparer/?t=18",
    "/territoires/recherche/",
    "/territoires/recherche/?q=zzz",
    "/territoires/18-cher/bourges/",
    "/leviers/transports-voirie/?commune=18033",
    "/territoires/18-cher/plaquette/",
    "/territoires/18-cher/plaquette/leviers/",
    "/feuille-de-route/?territoire=18&levier=transports-voirie&levier=politique-de-la-ville",
    "/feuille-de-route/?territoire=99&levier=emploi-et-insertion-professionnelle&levier=x",
    "/x/",
]
KNOWN_WORDS = {
    word
    for line in (ROOT / "tests" / "words.txt").read_text().splitlines()
    if not line.startswith("#")
    for word in line.split()
}
# What the grammar checker takes amiss, and that is right: postal codes, an edition, the date and
# the name of a law, words in quotation marks, an address, an excerpt.
KNOWN_TURNS = {"71120", "75342", "6e", "1er", "code", "Exercer", "entrepreneurs", "-", "coop", "…"}
# « France Bleu », « appel à projets annuel », « Le Table Schema », « Suit la gestion… ».
KNOWN_TURNS |= {"Bleu", "annuel", "projets", "Le", "Table", "Suit"}
# Names in drawings and lists of links, which are no sentences.
KNOWN_TURNS |= {"Bourges", "Ou", "Perche", "de", "du"}
PLACE_OR_DISTANCE = re.compile(r"\d+(e|\skm)")  # « 64e », « 45 km »
NAME_OF_A_GROUPING = re.compile("C[ACU] ")  # as the State writes it
CODE = re.compile("<code>.*?</code>")  # names of columns, which are no French
# Performance is printed as the median of these runs: three tell more, and take longer.
LIGHTHOUSE_RUNS = int(os.environ.get("LIGHTHOUSE_RUNS", 1))
LIGHTHOUSE_PAGES = [
    "/",
    "/territoires/18-cher/",
    "/territoires/18-cher/chateaumeillant/",
    "/leviers/transports-voirie/",
    "/entreprises/",
    "/entreprises/isa-groupe/",
    "/contact/",
    "/donnees/",
]

ONE_OF_EACH_KIND = [
    *LIGHTHOUSE_PAGES,
    "/pourquoi/",
    "/la-cress/",
    "/territoires/",
    "/territoires/24-centre-val-de-loire/",
    "/territoires/comparer/?t=18&t=37",
    "/leviers/",
    "/glossaire/",
    "/recherche/?q=insertion",
    "/feuille-de-route/?territoire=18&levier=transports-voirie",
    "/deliberation/?commune=18033",
    "/plaquette/",
    "/plaquette/leviers/",
    "/accessibilite/",
    "/x/",
]
HTMLCS_ERRORS = """() => new Promise((resolve) => {
  HTMLCS.process('WCAG2AA', document, () => resolve(HTMLCS.getMessages()
    .filter(message => message.type === HTMLCS.ERROR)
    .map(message => `${message.code} ${message.element.outerHTML.slice(0, 100)}`)));
})"""
IBM_VIOLATIONS = """async () => {
  const report = await new ace.Checker().check(document, ['WCAG_2_2']);
  return report.results
    .filter(({value}) => value[0] === 'VIOLATION' && value[1] === 'FAIL')
    .map(({ruleId, snippet}) => `${ruleId} ${snippet.slice(0, 100)}`);
}"""
ELEMENTS_OUTSIDE_DRAWINGS = """() => document.querySelectorAll('*').length
  - document.querySelectorAll('svg *').length"""
ECOINDEX_A = 80
ECOINDEX_ELEMENTS = [0, 47, 75, 159, 233, 298, 358, 417, 476, 537, 603, 674, 753, 843, 949, 1076]
ECOINDEX_REQUESTS = [0, 2, 15, 25, 34, 42, 49, 56, 63, 70, 78, 86, 95, 105, 117, 130]
ECOINDEX_KILOBYTES = [0, 1.37, 144.7, 319.53, 479.46, 631.97, 783.38, 937.91, 1098.62, 1265.47]


@pytest.fixture(scope="module")
def site(prepared, tmp_path_factory):
    with running_demo(prepared.data(tmp_path_factory.mktemp("demo"))) as demo:
        yield demo.url.rstrip("/")


@pytest.fixture(scope="module")
def pages(site):
    """Every kind of page, as it is served: its path and its HTML."""
    parts = listed_in(site, "/sitemap.xml")
    paths = without_most_places(path for part in parts for path in listed_in(site, part))
    assert len(paths) > 30
    return {path: fetch(site + path) for path in [*paths, *NOT_IN_THE_SITEMAP]}


def listed_in(site, path):
    """Return the paths that a file of the sitemap lists."""
    root = ElementTree.fromstring(fetch(site + path))  # noqa: S314
    return [urlsplit(loc.text).path for loc in root.iterfind("{*}*/{*}loc")]


def fetch(url):
    try:
        with urlopen(url, timeout=30) as response:
            return response.read().decode()
    except HTTPError as error:
        with error:
            return error.read().decode()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.stdout + done.stderr


def test_the_nu_checker_finds_no_fault_in_pages_and_style_sheets(pages, tmp_path):
    vnu = ["java", "-jar", os.environ["VNU_JAR"], "--stdout", "--format", "gnu"]
    for number, html in enumerate(pages.values()):
        (tmp_path / f"{number}.html").write_text(html)
    (tmp_path / "wrong.html").write_text("<p>")

    wrong = run(*vnu, str(tmp_path / "wrong.html"))
    html = run(*vnu, *map(str, sorted(set(tmp_path.glob("*.html")) - {tmp_path / "wrong.html"})))
    css = run(*vnu, "--css", *map(str, STYLE_SHEETS))

    assert "error" in wrong  # it does look
    assert html == ""
    # A property that the checker does not know yet, and that browsers may leave out.
    assert [line for line in css.splitlines() if "field-sizing" not in line] == []


def test_grammalecte_finds_no_fault_in_what_is_read(pages, tmp_path):
    texts = [Document(CODE.sub("code", html)).text for html in pages.values()]
    lines = {line.strip() for text in texts for line in text.split("\n")}
    lines = {line for line in lines if line and not NAME_OF_A_GROUPING.match(line)}
    text = tmp_path / "text.txt"
    text.write_text("\n\n".join([*sorted(lines), "Une fote d’orthographe."]))
    command = [shutil.which("grammalecte-cli"), "-f", str(text), "-j", "-owe", "-ctx"]

    paragraphs = json.loads(run(*command))["data"]

    assert len(lines) > 300
    words = {error["sValue"] for paragraph in paragraphs for error in paragraph["lSpellingErrors"]}
    turns = {error["sUnderlined"].strip() for p in paragraphs for error in p["lGrammarErrors"]}
    assert "fote" in words  # it does look
    assert " ".join(sorted(words - KNOWN_WORDS - {"fote"})) == ""
    turns = {turn for turn in turns - KNOWN_TURNS if not PLACE_OR_DISTANCE.fullmatch(turn)}
    assert " | ".join(sorted(turns)) == ""


@pytest.mark.parametrize("path", LIGHTHOUSE_PAGES)
def test_lighthouse_finds_nothing_to_better(site, tmp_path, path):
    performances = []
    while len(performances) < LIGHTHOUSE_RUNS:
        for _ in range(5):  # it sometimes misses the start of a page, and reports it
            scores = lighthouse_scores(site + path, tmp_path / "report.json")
            if None not in scores.values():
                break
        performances.append(scores.pop("performance"))

    # Time is the machine's: a busy one would fail a page that is quick.
    assert None not in performances
    print(path, scores, "performance:", median(performances))
    assert scores == {"accessibility": 1, "best-practices": 1, "seo": 1}


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.mark.parametrize("path", ONE_OF_EACH_KIND)
def test_two_more_checkers_of_accessibility_find_nothing(site, chromium, path):
    page = chromium.new_page(bypass_csp=True)
    page.goto(site + path)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.add_script_tag(path=os.environ["HTMLCS"])
    page.add_script_tag(path=os.environ["ACE"])

    squiz = page.evaluate(HTMLCS_ERRORS)
    ibm = page.evaluate(IBM_VIOLATIONS)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    assert page.evaluate(HTMLCS_ERRORS) != squiz  # it does look
    assert page.evaluate(IBM_VIOLATIONS) != ibm
    assert squiz == []
    assert ibm == []
    page.close()


def test_ecoindex_gives_every_page_its_first_class(site, pages, chromium):
    page = chromium.new_page()
    scores = {}
    for path in pages:
        sizes = {}

        def count(request, sizes=sizes):
            sizes[request.url] = request.sizes()

        page.on("requestfinished", count)
        page.goto(site + path, wait_until="load")
        page.remove_listener("requestfinished", count)
        elements = page.evaluate(ELEMENTS_OUTSIDE_DRAWINGS)
        weight = sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes.values())
        scores[path] = ecoindex(elements, len(sizes), weight / 1000)
    page.close()

    worst = min(scores, key=scores.get)
    print(f"EcoIndex: {scores[worst]:.0f} at the least, {worst}")
    assert {path for path, score in scores.items() if score <= ECOINDEX_A} == set()


def ecoindex(elements, requests, kilobytes):
    """
    Return the EcoIndex of a page, from 0 to 100: the weighted mean of its three ranks.

    The quantiles are those of the method that GreenIT publishes (ecoindex.fr).
    """
    ranks = [
        (3, _rank(ECOINDEX_ELEMENTS, elements)),
        (2, _rank(ECOINDEX_REQUESTS, requests)),
        (1, _rank(ECOINDEX_KILOBYTES, kilobytes)),
    ]
    return 100 - 5 * sum(weight * rank for weight, rank in ranks) / 6


def _rank(quantiles, value):
    """Return the place of a value among quantiles, with the part of the way to the next."""
    for rank, (low, high) in enumerate(zip(quantiles, quantiles[1:], strict=False)):
        if value < high:
            return rank + (value - low) / (high - low)
    return len(quantiles) - 1


def lighthouse_scores(url, report):
    run(
        os.environ["LIGHTHOUSE"],
        url,
        "--quiet",
        "--chrome-flags=--headless --no-sandbox --disable-gpu",
        "--output=json",
        f"--output-path={report}",
    )
    categories = json.loads(report.read_text())["categories"]
    return {name: category["score"] for name, category in categories.items()}


def test_the_first_view_is_light(site, chromium):
    """At most 90 kB and 9 requests, as the browser is sent them."""
    sizes = {}
    page = chromium.new_page()
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()}))
    page.goto(site, wait_until="networkidle")
    page.close()

    received = sum(
        size["responseBodySize"] + size["responseHeadersSize"] for size in sizes.values()
    )
    print(f"{len(sizes)} requests, {received} bytes")
    assert len(sizes) <= 9
    assert received <= 90_000
    assert all(url.startswith(site) for url in sizes)
