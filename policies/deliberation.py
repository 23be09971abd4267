"""
The blocks of text of the model of deliberation and of the order of delegation.

A block holds fields between braces, such as {nom}. The place of the reader fills them in. What
the reader must fill in or verify stands between square brackets in the text itself.
"""

from string import Formatter

from django.core.exceptions import ValidationError
from django.db import models

from cress.base.fields import FrenchTextField
from cress.base.history.versions import Versioned
from cress.base.ranks import Ranked

# {field: what it stands for}
FIELDS = {
    "nom": "le nom de la commune ou de l’intercommunalité",
    "nature": "« commune », « communauté de communes »…",
    "departement": "le nom du département, ou des départements",
    "article": "l’article du code sur les compétences d’une intercommunalité de cette nature",
    "chiffres": "les parts de l’ESS dans le département, avec leur année et leur source",
    "chiffres_region": "les parts les plus récentes de l’ESS dans la région, de la même manière",
    "intercommunalite": "l’intercommunalité de la commune",
    "leviers": "les leviers choisis",
    "tribunal": "le tribunal administratif",
}


def has_known_fields(text):
    """Raise ValidationError for a field that is unknown, or for a brace that is not closed."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise ValidationError(
            "Une accolade est seule. Écrivez chaque champ entre deux accolades : {nom}."
        ) from error
    for _, name, specification, conversion in parsed:
        if name is not None and (name not in FIELDS or specification or conversion):
            raise ValidationError(
                f"Le champ « {{{name}}} » n’existe pas. Champs possibles : "
                f"{', '.join(f'{{{known}}}' for known in FIELDS)}."
            )


class DeliberationBlock(Versioned, Ranked):
    """A paragraph of one of the two papers. It is left out if one of its fields is empty."""

    ranked_within = ("paper", "part")

    class Paper(models.TextChoices):
        DELIBERATION = "deliberation", "délibération"
        ORDER = "order", "arrêté de délégation"

    class Part(models.TextChoices):
        WARNING = "1-warning", "avertissement"
        HEADING = "2-heading", "en-tête"
        VISA = "3-visa", "visa"
        RECITAL = "4-recital", "considérant"
        ARTICLE = "5-article", "article"
        VOTE = "6-vote", "vote"
        FOOT = "7-foot", "bas de page"

    class Reader(models.TextChoices):
        BOTH = "both", "commune et intercommunalité"
        COMMUNE = "commune", "commune"
        GROUPING = "grouping", "intercommunalité"

    paper = models.CharField("acte", max_length=12, choices=Paper)
    part = models.CharField(
        "partie",
        max_length=10,
        choices=Part,
        help_text="Les articles sont numérotés d’eux-mêmes, dans l’ordre des rangs.",
    )
    reader = models.CharField("pour", max_length=8, choices=Reader, default=Reader.BOTH)
    text = FrenchTextField(
        "texte",
        validators=[has_known_fields],
        help_text="Champs possibles : "
        + " ; ".join(f"{{{name}}}, {meaning}" for name, meaning in FIELDS.items())
        + ". Un paragraphe dont un champ est vide n’est pas écrit. Mettez entre crochets ce que la "
        "collectivité doit remplir ou vérifier : [date], [à vérifier : article].",
    )

    class Meta:
        verbose_name = "paragraphe de délibération"
        verbose_name_plural = "paragraphes de délibération"
        ordering = ["paper", "part", "order", "pk"]

    def __str__(self):
        return self.text[:80]
