"""
Every numbered fact of the printed brochure is found in the text of a public page.

The letters and numbers are those of the inventory of the brochure: A the publisher, B the
strengths, C the elected official in charge, D the reasons, E the key figures, F the shares,
G the levers, H the examples, I the mistakes that the site mends in silence.
"""

import pytest

from tests.html import Document, plain

WHY, HOME, CHAMBER, CONTACT = "/pourquoi/", "/", "/la-cress/", "/contact/"
PEOPLE = "/plaquette/"
REGION = "/territoires/24-centre-val-de-loire/"
L = "/leviers/"
E = "/entreprises/"

FACTS = {
    "A1": (
        CONTACT,
        [
            "Chambre Régionale de l'Économie Sociale et Solidaire Centre-Val de Loire",
            "cresscentre.org",
        ],
    ),
    "A2": (
        HOME,
        [
            "L'économie sociale et solidaire pour une politique",
            "politique de développement ancrée sur son territoire",
        ],
    ),
    "A3": (CHAMBER, ["représente toutes les entreprises de l'ESS de la région"]),
    "A4": (
        CHAMBER,
        [
            "aux côtés des collectivités locales",
            "Un regard sur la dynamique de l'ESS de votre territoire",
            "Une étude avec des préconisations",
            "politique de l'ESS de votre collectivité",
            "L'animation des acteurs",
            "les acteurs et les entreprises de l'ESS de votre territoire",
        ],
    ),
    "A5": (
        CHAMBER,
        [
            "Promotion de l'ESS",
            "Développement économique de ses entreprises",
            "Animation territoriale",
            "Formation et sensibilisation",
        ],
    ),
    "A6": (
        PEOPLE,
        [
            "Caroline Dumas",
            "c.dumas@cresscentre.org",
            "Chloé Collier",
            "c.collier@cresscentre.org",
            "02 38 68 18 90",
        ],
    ),
    "A7": (
        CHAMBER,
        [
            "RTES, Réseau des collectivités Territoriales pour une Économie",
            "www.rtes.fr",
            "kit municipal",
            "fiches pratiques",
        ],
    ),
    "A8": (
        WHY,
        [
            "Innovation",
            "Intérêt général",
            "Circuit court",
            "Utilité sociale",
            "Co-construction",
            "Proximité",
            "Coopération",
            "Transition écologique et énergétique",
        ],
    ),
    "B1": (WHY, ["relocaliser l'économie", "opportun"]),
    "B2": (WHY, ["acteurs du territoire", "représentants de l'ESS", "ses entreprises", "citoyens"]),
    "B3": (
        WHY,
        [
            "toutes les politiques publiques",
            "Culture, économie, agriculture, foncier, achat responsable",
        ],
    ),
    "C1": (
        WHY,
        [
            "Les collectivités du RTES",
            "adjoint",
            "vice-président",
            "délégation nomme explicitement l'ESS",
            "services",
            "compétence",
        ],
    ),
    "C2": (
        WHY,
        ["l'organigramme politique", "l'organigramme technique", "à l'intérieur", "à l'extérieur"],
    ),
    "C3": (
        WHY,
        [
            "indispensable",
            "sensibiliser toutes les parties prenantes",
            "pas seulement les élus et les services",
        ],
    ),
    "C4": (WHY, ["le bloc communal a de nombreux moyens", "communes", "groupements"]),
    "D1": (
        WHY,
        [
            "Pour la transition écologique et l'innovation sur le territoire",
            "on l'oublie souvent",
            "nouveaux services, nouveaux métiers, nouvelles formes de gouvernance",
            "papier, textile, déchets électroniques",
            "biologique et paysanne, circuits courts",
            "précarité énergétique, mobilité durable",
        ],
    ),
    "D2": (
        WHY,
        [
            "Pour les besoins des habitants et des entrepreneurs",
            "Au-delà des emplois",
            "besoins non satisfaits",
            "attractifs",
            "petite enfance",
            "associations culturelles",
            "associations sportives",
            "l'image d'un territoire",
        ],
    ),
    "D3": (
        WHY,
        [
            "Pour la cohésion sociale et territoriale",
            "Mobilité accessible et durable",
            "services de proximité",
            "vie associative et culturelle",
            "développement économique local",
            "politique de la ville",
            "d'aménagement et d'environnement",
            "vivre ensemble",
            "inégalités et les discriminations",
            "rural",
        ],
    ),
    "E1": (REGION, ["10,6 %", "des emplois de la région", "Insee - ORESS - Clap 2015"]),
    "E2": (REGION, ["9 000", "établissements employeurs"]),
    "E3": (REGION, ["2,15 milliards d'euros", "rémunérations brutes"]),
    "E4": (REGION, ["1 emploi sur 5 est créé dans l'ESS"]),
    "E5": (REGION, ["es milliers", "de bénévoles"]),
    "E6": (REGION, ["d'adhérents ou de sociétaires"]),
    "F1": (
        "/territoires/18-cher/",
        ["10,79 %", "10,00 %", "Insee - Clap 2015", "publique et privée"],
    ),
    "F2": ("/territoires/28-eure-et-loir/", ["9,90 %", "11,20 %"]),
    "F3": ("/territoires/36-indre/", ["11,50 %", "12,20 %"]),
    "F4": ("/territoires/37-indre-et-loire/", ["11,44 %", "11,54 %"]),
    "F5": ("/territoires/41-loir-et-cher/", ["9,90 %", "12,77 %"]),
    "F6": ("/territoires/45-loiret/", ["9,80 %", "10,70 %"]),
    "F7": (REGION, ["10,50 %", "11,10 %"]),
    "G1": (
        L + "developpement-economique-et-touristique/",
        [
            "Développement économique et touristique",
            "commerce de proximité",
            "monnaies locales",
            "sociétés coopératives d'intérêt collectif (SCIC)",
            "coopération économique du territoire",
            "tourisme solidaire qui associe les habitants",
        ],
    ),
    "G2": (
        L + "emploi-et-insertion-professionnelle/",
        [
            "Emploi et insertion professionnelle",
            "insertion par l'activité économique (IAE)",
            "clauses sociales dans tous les marchés publics",
            "Territoires zéro chômeur de longue durée",
        ],
    ),
    "G3": (
        L + "protection-et-mise-en-valeur-de-l-environnement/",
        [
            "Protection et mise en valeur de l'environnement",
            "projets citoyens d'énergies renouvelables",
            "maîtrise de l'énergie",
            "circuits courts alimentaires locaux",
        ],
    ),
    "G4": (
        L + "action-sociale-et-sante/",
        [
            "Action sociale et santé",
            "personnes handicapées",
            "entreprises adaptées",
            "celles du territoire",
            "silver économie",
            "SCIC de santé",
        ],
    ),
    "G5": (
        L + "informatique-numerique/",
        ["Informatique, numérique", "fracture numérique", "logiciels libres", "fablabs"],
    ),
    "G6": (
        L + "culture-education-populaire-jeunesse-et-sports/",
        [
            "Culture, éducation populaire, jeunesse et sports",
            "initiatives culturelles locales",
            "Soutenir les associations",
            "démarches collectives et les lieux partagés",
        ],
    ),
    "G7": (
        L + "politique-de-la-ville/",
        ["Politique de la ville", "contrats de ville", "formations croisées"],
    ),
    "G8": (
        L + "enseignement-petite-enfance-et-activites-extrascolaires/",
        [
            "Enseignement, petite enfance et activités extrascolaires",
            "cantines scolaires",
            "biologiques, locaux et équitables",
            "crèches associatives",
            "associations culturelles et sportives",
        ],
    ),
    "G9": (
        L + "politique-du-logement-et-du-cadre-de-vie/",
        [
            "Politique du logement et du cadre de vie",
            "habitat participatif et l'autoconstruction",
            "organismes de foncier solidaire (OFS)",
            "médiation sociale",
            "entretien du cadre de vie",
            "Réserver des marchés",
        ],
    ),
    "G10": (
        L + "transports-voirie/",
        [
            "Transports, voirie",
            "autopartage et le covoiturage",
            "plateformes de mobilité solidaire",
            "ateliers vélo",
            "matériaux écologiques pour la voirie",
        ],
    ),
    "G11": (
        L + "accueil-des-gens-du-voyage/",
        [
            "Accueil des gens du voyage",
            "autoconstruction de l'habitat",
            "création d'activités économiques",
        ],
    ),
    "G12": (
        L + "collecte-gestion-et-valorisation-des-dechets/",
        [
            "Collecte, gestion et valorisation des déchets",
            "ressourceries",
            "objectifs de valorisation dans les marchés publics",
            "fournitures issues de la récupération",
        ],
    ),
    "G13": (
        L + "commande-publique-et-achats-responsables/",
        [
            "Commande publique et achats responsables",
            "Ajout de la rédaction",
            "clauses sociales dans tous les marchés",
            "que la loi désigne",
            "entreprises adaptées",
            "objectifs de valorisation",
            "schéma de promotion des achats publics socialement et écologiquement",
            "responsables (SPASER)",
            "au-dessus d'un seuil annuel",
        ],
    ),
    "H1": (
        E + "ethic-etapes-ile-d-or/",
        [
            "Île d'Or",
            "Amboise",
            "Indre-et-Loire",
            "Tourisme solidaire",
            "10 à 19 salariés",
            "Centre Charles Péguy",
            "classes de découverte",
            "sport, seniors, personnes handicapées",
            "restaurant",
            "www.iledor-amboise.fr",
        ],
    ),
    "H2": (
        E + "isa-groupe/",
        [
            "ISA Groupe",
            "Aubigny-sur-Nère",
            "Cher",
            "Insertion",
            "788 salariés",
            "d'entreprises, de collectivités",
            "particuliers",
            "maraîchage biologique",
            "haricot barangeonnier",
            "courgine",
            "sucrine du Berry",
            "chou-navet d'Aubigny",
            "www.isagroupe.fr",
        ],
    ),
    "H3": (
        E + "sefard/",
        [
            "SEFARD",
            "Nogent-le-Rotrou",
            "Eure-et-Loir",
            "Industrie",
            "45 salariés",
            "SCOP",
            "1965",
            "ressorts",
            "pièces usinées en acier et autres métaux",
            "bureau d'études",
            "www.sefard-scop.com",
        ],
    ),
    "H4": (
        E + "filiere-reemploi/",
        [
            "Groupement solidaire « Filière Réemploi »",
            "Orléans",
            "Loiret",
            "Réduction des déchets et réemploi",
            "15 salariés",
            "collectif d'associations",
            "marché public d'Orléans Métropole",
            "déchèteries",
            "laressourceaaa.fr",
        ],
    ),
    "H5": (
        E + "le-kaleidoscope/",
        [
            "Le Kaléidoscope",
            "Le Blanc",
            "Indre",
            "Échanges, rencontres, collectifs",
            "2 salariés",
            "maternité",
            "collectif citoyen",
            "ancienne maison médicale",
            "association Kaléidoscope",
            "ateliers, conférences",
            "www.kaleidoscope-asso.com",
        ],
    ),
    "H6": (
        E + "odyssee-creation/",
        [
            "Odyssée Création",
            "Romorantin-Lanthenay",
            "Loir-et-Cher",
            "Développement économique",
            "5 salariés permanents et environ 125 entrepreneurs et entrepreneuses associés",
            "coopérative d'activités et d'emploi (CAE)",
            "conditions réelles",
            "la comptabilité, le droit et l'administration",
            "odyssee-creation.coop",
        ],
    ),
    "I H1": (E + "ethic-etapes-ile-d-or/", ["éthic étapes"]),
    "I H2": (E + "isa-groupe/", ["Plaquette imprimée de la CRESS"]),
    "I H3": (E + "sefard/", ["société coopérative et participative"]),
    "I H4": (E + "filiere-reemploi/", ["collectif d'associations"]),
    "I H5": (E + "le-kaleidoscope/", ["Le Kaléidoscope"]),
    "I H6": (E + "odyssee-creation/", ["entrepreneurs salariés associés"]),
    "I G9": (
        L + "politique-du-logement-et-du-cadre-de-vie/",
        ["ne se réserve pas aux associations en tant que telles"],
    ),
    "two shares": ("/donnees/", ["10,6 % des emplois", "10,50 % des salariés"]),
    "no newer table": ("/donnees/", ["Nous n'avons pas trouvé de tableau"]),
    "I RTES": (
        CHAMBER,
        ["collectivités Territoriales pour une Économie Sociale et Solidaire"],
    ),
    "I credit": (L + "transports-voirie/", ["kit du RTES (2020, fiche 3)"]),
    "I drawing": (
        "/mentions-legales/",
        ["Les illustrations et les cartes sont dessinées pour ce site"],
    ),
    "figures 2015": (REGION, ["85 268", "9 188", "Villes au Carré - SRESS Centre-Val de Loire"]),
    "figures Atlas 2020": (
        REGION,
        ["84 318", "10,5 %", "9 253", "11,1 %", "Atlas commenté de l'ESS 2020"],
    ),
    "figures 2018": (REGION, ["92 500", "8 900", "10,8 %", "74,7 %", "n° 81", "Flores"]),
    "figures France 2013": (REGION, ["2 370 301", "10,5 %", "2013"]),
    "figures France 2019": (REGION, ["2,6 millions", "10,2 %", "210 000", "fin 2019"]),
}

MISPRINTS = [
    "DEVELOPPEMENT",
    "SANTE",
    "l'Economie",
    "organismes fonciers solidaires",
    "Odysée",
    "Filère",
    "maraichage",
    "83 000",
    "2 300 milliards",
]


@pytest.fixture
def text_of(client, content):
    """Return a function that gives the plain text of a page, each read once."""
    texts = {}

    def text_of(path):
        if path not in texts:
            response = client.get(path)
            assert response.status_code == 200, path
            texts[path] = plain(Document(response.text).text)
        return texts[path]

    return text_of


def test_every_numbered_fact_of_the_brochure_is_on_its_page(text_of):
    missing = [
        (item, path, words)
        for item, (path, expected) in FACTS.items()
        for words in expected
        if words not in text_of(path)
    ]

    assert not missing


def test_the_inventory_is_complete():
    counts = {"A": 8, "B": 3, "C": 4, "D": 3, "E": 6, "F": 7, "G": 13, "H": 6}

    for letter, count in counts.items():
        for number in range(1, count + 1):
            assert f"{letter}{number}" in FACTS


def test_no_mistake_of_the_brochure_and_no_refused_figure_is_on_the_site(text_of):
    paths = {path for path, _ in FACTS.values()} | {"/leviers/", "/entreprises/", "/glossaire/"}

    for path in paths:
        for slip in MISPRINTS:
            assert slip not in text_of(path), (path, slip)
