"""How to act: actions in steps, rules of law, and who exercises each competence by law."""

from django.urls import reverse

from cress.base.web.addresses import absolute
from cress.opendata.datasets.columns import COMMON_COLUMNS, COUNT, REQUIRED, UNIQUE, lever_filter
from cress.opendata.datasets.declaration import Column, Dataset
from policies.models import Action, Competence, Rule

_KEYWORDS = ["économie sociale et solidaire", "collectivités", "droit"]
LEVER = Column(
    "levier",
    "string",
    "Levier, en abrégé",
    lambda row, _: row.lever.slug if row.lever else "",
    "Celui du jeu des leviers.",
)


def _text(name, title, attribute, note="", **options):
    """Return a column of text, read from an attribute of the row."""
    return Column(name, "string", title, lambda row, _: getattr(row, attribute), note, **options)


def _choice(name, title, field, choices, note=""):
    """Return a column of the labels of a field with choices."""
    return Column(
        name,
        "string",
        title,
        lambda row, _: getattr(row, f"get_{field}_display")(),
        note,
        constraints=REQUIRED | {"enum": choices.labels},
    )


def _page(path_of):
    return Column(
        "page", "string", "Page du site", lambda row, _: absolute(path_of(row)), format="uri"
    )


def _rule_path(rule):
    return rule.lever.get_absolute_url() if rule.lever else reverse("policies:how_to_act")


ACTIONS = Dataset(
    slug="actions",
    title="Actions des leviers, en trois pas",
    description="Les actions possibles de chaque levier, avec leur instrument et leurs pas\u202f: "
    "qui rencontrer, ce qui se vote ou se signe, comment le suivre.",
    theme="GOVE",
    keywords=_KEYWORDS,
    key=["levier", "action"],
    queryset=lambda _: (
        Action.objects.filter(lever__is_published=True)
        .select_related("lever")
        .order_by("lever__order", "order", "pk")
    ),
    dates=["lever__updated_at"],  # an action is saved on the page of its lever
    filters=[lever_filter("lever__slug")],
    columns=[
        LEVER,
        Column("rang", "integer", "Rang", lambda row, _: row.order, "L’ordre dans le levier."),
        _text("action", "Action", "text", constraints=REQUIRED),
        _text("instrument", "Instrument", "instrument", "L’outil juridique."),
        _text("rencontre", "Qui rencontrer", "meeting"),
        _text("decision", "Ce qui se vote ou se signe", "decision"),
        _text("suivi", "Comment le suivre", "follow_up"),
        _page(lambda row: row.address),
        *COMMON_COLUMNS,
    ],
)

RULES = Dataset(
    slug="regles",
    title="Règles de droit des leviers",
    description="Les règles de chaque levier et celles qui valent pour tous, avec le texte de "
    "référence et le jour où quelqu’un l’a lu. Ces phrases résument\u202f: le texte seul fait foi.",
    theme="JUST",
    keywords=_KEYWORDS,
    key=["numero"],
    queryset=lambda _: Rule.objects.published().select_related("lever", "legal_text"),
    filters=[lever_filter("lever__slug")],
    columns=[
        Column(
            "numero",
            "integer",
            "Numéro de la règle",
            lambda row, _: row.pk,
            constraints=REQUIRED | UNIQUE,
        ),
        LEVER,
        Column(
            "rubrique",
            "string",
            "Rubrique",
            lambda row, _: row.get_topic_display(),
            "Celle d’une règle qui vaut pour tous les leviers.",
            constraints={"enum": Rule.Topic.labels},
        ),
        _text("titre", "Titre", "title"),
        _text("regle", "Règle", "text", constraints=REQUIRED),
        Column("texte", "string", "Texte de référence", lambda row, _: str(row.legal_text or "")),
        _text("articles", "Articles", "articles"),
        Column(
            "adresse_texte",
            "string",
            "Adresse du texte",
            lambda row, _: row.legal_text and row.legal_text.url,
            format="uri",
        ),
        Column(
            "verifie_le",
            "date",
            "Jour de la vérification",
            lambda row, _: row.verified_on,
            "Vide\u202f: la référence est à vérifier.",
        ),
        Column(
            "obligation",
            "string",
            "Obligation légale",
            lambda row, _: "oui" if row.is_duty else "non",
            constraints=REQUIRED | {"enum": ["oui", "non"]},
        ),
        _page(_rule_path),
        *COMMON_COLUMNS,
    ],
)

COMPETENCES = Dataset(
    slug="competences",
    title="Compétences derrière les leviers",
    description="Qui exerce par la loi chaque compétence, selon la nature de l’intercommunalité. "
    "Les statuts peuvent dire autre chose.",
    theme="GOVE",
    keywords=_KEYWORDS,
    key=["levier", "intitule"],
    queryset=lambda _: Competence.objects.of_published_levers(),
    filters=[lever_filter("lever__slug")],
    columns=[
        LEVER,
        _text("intitule", "Intitulé", "title", constraints=REQUIRED),
        _choice("exerce_par", "Qui l’exerce", "holder", Competence.Holder),
        _text("autre_acteur", "Quel autre acteur", "other_holder"),
        _choice("communaute_de_communes", "Communauté de communes", "in_cc", Competence.Rule),
        _choice(
            "communaute_d_agglomeration", "Communauté d’agglomération", "in_ca", Competence.Rule
        ),
        _choice("communaute_urbaine", "Communauté urbaine", "in_cu", Competence.Rule),
        _choice("metropole", "Métropole", "in_metropolis", Competence.Rule),
        Column(
            "seuil",
            "integer",
            "Seuil, en habitants de l’intercommunalité",
            lambda row, _: row.threshold,
            constraints=COUNT,
        ),
        Column(
            "seuil_commune",
            "integer",
            "Seuil, en habitants d’une de ses communes",
            lambda row, _: row.town_threshold,
            constraints=COUNT,
        ),
        _text("sans_objet_sans", "Sans objet sans", "needs"),
        Column(
            "sans_objet_sous",
            "integer",
            "Sans objet au-dessous de, en habitants de la commune",
            lambda row, _: row.moot_below,
            constraints=COUNT,
        ),
        _text("base_legale", "Base légale", "legal_basis", constraints=REQUIRED),
        _text("note", "Note", "note"),
        _choice("certitude", "Certitude", "certainty", Competence.Certainty),
        _text("codes_banatic_2021", "Codes de Banatic, 2021", "codes_2021"),
        _text("codes_banatic_2025", "Codes de Banatic, 2025", "codes_2025"),
        _page(lambda row: row.lever.get_absolute_url()),
        *COMMON_COLUMNS,
    ],
)
