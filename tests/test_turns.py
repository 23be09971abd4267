"""
No page, file, PDF or mail corrects the print, guesses, or promises what nobody gave.

A turn is a regular expression, beside a sentence that it must find. Texts are compared `plain`:
straight apostrophes and simple spaces.
"""

import re
import shutil
import subprocess
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from cress.chamber.models import Page, SiteIdentity
from cress.contact.models import Mail
from cress.opendata.datasets import DATASETS
from cress.opendata.formats import FILES
from policies.models import Lever
from tests.html import Document, plain
from tests.test_site import listed_in

TURNS = [
    # The print
    (
        r"\bplaquette (imprimée )?(imprime|écrit|appelle|nomme|donne|parle|dit|sépare)\b",
        "La plaquette imprime deux valeurs.",
    ),
    (r"\bplaquette l'appelle\b", "La plaquette l'appelle encore ainsi."),
    (r"\bElle imprime\b", "Elle imprime un autre nom."),
    (
        r"(?i)(intitulé|affirmation|impression|erreur) de la plaquette\b",
        "Intitulé de la plaquette.",
    ),
    (r"est le chiffre de la plaquette", "788 est le chiffre de la plaquette."),
    (r"imprimée? par erreur|\bcoquille\b", "Le nom est imprimé par erreur."),
    (
        r"\b(Odysée|Filère|maraichage|DEVELOPPEMENT)|l'Economie\b",
        "Odysée Création accompagne les projets.",
    ),
    (r"organismes fonciers solidaires", "Les organismes fonciers solidaires de la région."),
    (r"\b22 fiches\b", "Un kit de 22 fiches."),
    # Guesses, and what cannot be proved
    (r"\bsans doute\b|\bprobablement\b", "C'est sans doute l'année d'avant."),
    (
        r"(?i)\baucun\w* [^.]*n'est publiée? à cette échelle",
        "Aucun tableau n'est publié à cette échelle.",
    ),
    (r"plus récente?s? n'est publié", "Aucun tableau plus récent n'est publié."),
    (r"(?i)\baucune? source ne donne\b", "Aucune source ne donne le nombre de salariés."),
    (r"(?i)aucun texte ne les réserve", "Aucun texte ne les réserve à l'EPCI."),
    (r"que personne d'autre ne couvre", "Des besoins que personne d'autre ne couvre."),
    (r"décisions restent sur place", "Les décisions restent sur place."),
    (r"sans s'en servir", "Il le conserve, sans s'en servir."),
    (r"30 mai 2016|Carte Blanche|six structures", "Une SCOP depuis le 30 mai 2016."),
    # Promises
    (r"[A-ZÉ]\w+ s'en occupe\b", "Caroline Dumas s'en occupe."),
    (r"qui suit votre territoire", "Il arrive chez la personne qui suit votre territoire."),
    (r"le site (la |le )?relance", "Après cinq jours ouvrés, le site la relance."),
    (r"de rien d'autre", "Pour vous répondre, et de rien d'autre."),
    # Law
    (
        r"\b(tenir|tient|tiennent|tenues?) (par |la |une |cette |de la |sa )?compétences?\b"
        r"|\bcompétences? tenues?\b",
        "L'EPCI tient la compétence.",
    ),
    (r"pas besoin d'une compétence nouvelle", "Vous n'avez pas besoin d'une compétence nouvelle."),
    (r"la délégation qui les porte", "Inscrivez-y la délégation qui les porte."),
    # Figures
    (r"des salariés travaillent dans l'ESS", "10,79 % des salariés travaillent dans l'ESS."),
    (r"Millésime : Atlas|millésime Atlas", "Millésime : Atlas 2020."),
    (
        r"(?<!millésime )\bnon précisée?\b|Rupture de série : série",
        "Rupture de série : série non précisée.",
    ),
    (r"\bINSEE\b|\bCLAP\b", "Source : INSEE, CLAP 2015."),
    # The copy
    (r"1 sur 5,? emploi créé|emploi créé l'est", "1 sur 5 emploi créé l'est dans l'ESS."),
    (r"leviers à votre main", "Les leviers à votre main."),
    (r"Des moyens nombreux", "Des moyens nombreux."),
    (r"On connaît mal la capacité", "On connaît mal la capacité de l'ESS à innover."),
    (r"\bPrès de là\b", "Près de là, à vol d'oiseau."),
    (r"où il s'en trouve", "Un point est une commune où il s'en trouve."),
    (r"Au plus \d{4,} ", "Au plus 10000 caractères."),
    (r"qui lui a succédé", "Source de l'Insee qui lui a succédé."),
    (r"Elles sont près de chez vous", "Elles sont près de chez vous."),
    (r"\b[Cc]oconstruction\b", "La coconstruction d'une politique."),
    (r"\bCC Coeur\b", "La CC Coeur de Berry."),
]
SAMPLES = 4  # pages of communes and EPCI, among the two thousand of their sitemap

needs_reader = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext n’est pas installé : poppler-utils"
)


def turns_in(text):
    """Return the forbidden turns of a text, each with the words found."""
    text = plain(text)
    return [found[0] for turn, _ in TURNS for found in re.finditer(turn, text)]


def text_of(response):
    """Return all that an answer says: on screen, to a screen reader, in the files."""
    raw = b"".join(response) if response.streaming else response.content
    text = raw.decode("utf-8", "replace")
    if response["Content-Type"].startswith("text/html"):
        document = Document(text)
        attributes = ["alt", "title", "aria-label", "content", "placeholder"]
        spoken = [value or "" for name in attributes for value in document.attributes(name)]
        return "\n".join([document.title, document.text, *spoken])
    if "json" in response["Content-Type"]:
        text = text.encode().decode("unicode_escape") if "\\u" in text else text
    return unescape(text)


def said(client, paths):
    """Read the addresses; return {address: its forbidden turns}, without the clean ones."""
    found = {}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        found[path] = turns_in(text_of(response))
    return {path: turns for path, turns in found.items() if turns}


def public_paths(client):
    """Return every public page but those of places, of which a few speak for all."""
    places = listed_in(client, reverse("sitemap_places"))
    paths = [
        path
        for part in listed_in(client, reverse("sitemap"))
        if part != reverse("sitemap_places")
        for path in listed_in(client, part)
    ]
    levers = "&".join(f"levier={lever.slug}" for lever in Lever.objects.published())
    return [
        *paths,
        *places[:: len(places) // SAMPLES],
        "/territoires/18-cher/plaquette/",
        "/territoires/18-cher/plaquette/leviers/",
        f"/feuille-de-route/?territoire=18&{levers}",
        "/territoires/comparer/?t=18&t=24&t=FR",
        "/contact/merci/",
    ]


def files():
    """Return the addresses of the open data: each dataset in all its formats, and the catalogue."""
    schemas = [reverse("opendata:schema", args=[dataset.slug]) for dataset in DATASETS]
    return [
        reverse("opendata:catalogue"),
        *schemas,
        *(reverse("opendata:file", args=[name]) for name in FILES),
    ]


def test_no_page_holds_a_forbidden_turn(client, content):
    paths = public_paths(client)

    assert len(paths) > 50
    assert said(client, paths) == {}


def test_no_file_of_the_open_data_holds_a_forbidden_turn(client, content):
    paths = files()

    assert len(paths) > 10
    assert said(client, paths) == {}


@needs_reader
def test_no_printed_edition_holds_a_forbidden_turn(client, content, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    levers = [lever.slug for lever in Lever.objects.published()]
    paths = [
        "/plaquette.pdf",
        "/territoires/18-cher/plaquette.pdf",
        *(f"/leviers/{slug}/fiche.pdf" for slug in levers),
        f"/feuille-de-route.pdf?territoire=36&{'&'.join(f'levier={slug}' for slug in levers)}",
    ]
    found = {}
    for path in paths:
        response = client.get(path)
        assert response["Content-Type"] == "application/pdf", path
        command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
        read = subprocess.run(command, input=response.content, capture_output=True, check=True)
        found[path] = turns_in(re.sub("\u00ad\n", "", read.stdout.decode()))

    assert {path: turns for path, turns in found.items() if turns} == {}


def test_no_mail_holds_a_forbidden_turn(db):
    message = {"title": "Une étude", "reference": "AB12", "person": {"name": "Caroline Dumas"}}
    context = {"message": message, "answered_within": 5, "entry": {"text": "Bonjour."}}
    texts = {
        kind: render_to_string(f"contact/mail/{kind}.txt", context) for kind in Mail.Kind.values
    }

    assert all(texts.values())
    assert {kind: turns_in(text) for kind, text in texts.items() if turns_in(text)} == {}


@pytest.mark.parametrize(("turn", "planted"), TURNS, ids=[planted for _, planted in TURNS])
def test_a_turn_planted_in_a_page_is_found(client, db, turn, planted):
    SiteIdentity.objects.create(name="CRESS")
    page = Page.objects.create(slug="aide", title="Aide", description="Aide.", body=planted)

    found = said(client, [page.get_absolute_url()])

    assert any(re.search(turn, words) for words in found[page.get_absolute_url()])
