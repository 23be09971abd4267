"""Words that mean the same in a search: rows that staff edit."""

from django.core.exceptions import ValidationError

from cress.base.fields import FrenchCharField
from cress.base.models import NaturalKeyModel, NaturalKeyQuerySet
from cress.base.search.queries import read_query
from cress.base.text.words import words_that_count


def has_two_ways(text):
    """Raise ValidationError for a text that does not give two ways of saying the same."""
    if len(ways_in(text)) < 2:
        raise ValidationError("Donnez au moins deux façons de le dire, séparées par des virgules.")


def ways_in(text):
    """Return the ways of saying the same that commas separate, each a tuple of folded words."""
    ways = [tuple(words_that_count(way)) for way in text.split(",")]
    return [way for way in dict.fromkeys(ways) if way]


class SynonymQuerySet(NaturalKeyQuerySet):
    def groups(self):
        """Return the ways of each row, in the form that `read_query` takes."""
        return [ways_in(text) for text in self.values_list("ways", flat=True)]


class Synonym(NaturalKeyModel):
    """Ways of saying the same: who looks for one finds the others too."""

    natural_key_fields = ("ways",)

    ways = FrenchCharField(
        "façons de le dire",
        max_length=200,
        unique=True,
        validators=[has_two_ways],
        help_text="Séparées par des virgules : « recyclerie, ressourcerie ». Qui cherche l’une "
        "trouve les autres. Inutile d’écrire les pluriels.",
    )

    objects = SynonymQuerySet.as_manager()

    class Meta:
        verbose_name = "synonyme"
        ordering = ["ways"]

    def __str__(self):
        return self.ways


def query_of(typed):
    """Return the Query of what somebody typed, with the synonyms of the site."""
    return read_query(typed, Synonym.objects.groups())
