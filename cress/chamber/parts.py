"""What a search finds of the chamber: its pages, its services, the sections of the site."""

from functools import partial

from django.urls import reverse

from cress.base.search.parts import Part, Type, reads
from cress.base.text.markdown import split_long_text
from cress.chamber.models import Mission, Page, Service, SiteIdentity

# (title, name of the URL, words that people use for it): sections that are no row.
SECTIONS = [
    ("Accueil", "chamber:home", "carte, chiffres de la région, page d’accueil"),
    ("Les territoires", "territories:territory_list", "carte des départements, tableau"),
    ("Comparer des territoires", "territories:comparison", "comparaison, côte à côte"),
    ("Les leviers d’action", "policies:lever_list", "politiques, compétences, qui tient quoi"),
    ("Comment agir", "policies:how_to_act", "règles, seuils, instruments, droit"),
    ("Glossaire", "policies:glossary", "définitions, mots, sigles, lexique"),
    ("Pourquoi une politique de l’ESS", "chamber:arguments", "arguments, raisons, atouts"),
    ("La CRESS", "chamber:chamber", "chambre régionale, missions, services"),
    (
        "Contact",
        "contact:contact",
        "écrire, appeler, courriel, mail, e-mail, téléphone, formulaire, message, rendez-vous",
    ),
    ("Feuille de route", "printing:roadmap", "programme, mandat, actions à cocher, imprimer"),
    ("Préparer ma délibération", "printing:deliberation", "modèle, arrêté, délégation, conseil"),
    ("La plaquette", "printing:region_page", "brochure, dépliant, document"),
    ("Données ouvertes", "opendata:data", "open data, fichiers, CSV, Excel, JSON, télécharger"),
    ("Des entreprises en exemple", "enterprises:enterprise_list", "annuaire, liste, structures"),
    ("Mentions légales", "chamber:legal_notice", "éditeur, hébergeur, publication"),
    ("Plan du site", "chamber:site_map", "sommaire"),
]


@reads(Page, Service, Mission, SiteIdentity)
def parts():
    for title, name, words in SECTIONS:
        yield Part(Type.PAGE, "Page", title, partial(reverse, name), text=words)
    for page in Page.objects.all():
        yield from _page(page)
    chamber = partial(reverse, "chamber:chamber")
    for service in Service.objects.all():
        yield Part.of(
            service,
            Type.PAGE,
            "Service de la CRESS",
            service.title,
            chamber,
            [service.text],
            anchor="services-title",
        )
    for mission in Mission.objects.all():
        yield Part.of(
            mission,
            Type.PAGE,
            "Mission de la CRESS",
            mission.title,
            chamber,
            anchor="missions-title",
        )
    identity = SiteIdentity.objects.current()
    yield Part.of(
        identity,
        Type.PAGE,
        "La CRESS",
        identity.name,
        partial(reverse, "contact:contact"),
        [
            identity.full_name,
            identity.title,
            identity.presentation,
            identity.telephone,
            identity.email,
            identity.address,
        ],
        heading=identity.full_name,
    )
    yield Part.of(
        identity,
        Type.PAGE,
        "Page",
        "Mentions légales",
        partial(reverse, "chamber:legal_notice"),
        [identity.legal_status, identity.publisher, identity.host, identity.credits]
        + [identity.data_licence],
    )


def _page(page):
    before, sections = split_long_text(page.body)
    published = {"is_published": page.is_published}
    yield Part.of(
        page,
        Type.PAGE,
        "Page",
        page.title,
        page.get_absolute_url,
        [page.lead, page.description, before],
        **published,
    )
    for heading, text in sections:
        yield Part.of(
            page,
            Type.PAGE,
            "Page",
            heading.title,
            page.get_absolute_url,
            [text],
            anchor=heading.anchor,
            heading=page.title,
            **published,
        )
