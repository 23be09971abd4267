"""The choices that narrow the directory: its form, and the rule that open data shares."""

from functools import reduce
from operator import or_
from typing import NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import F, FloatField, Q, QuerySet, Value

from cress.base.text.folding import fold
from cress.base.text.numbers import format_figure
from enterprises.models import Enterprise, Family, Sector
from policies.models import Lever
from territories.finder import LONGEST_QUERY, find, query_for_display
from territories.homes import MOST_LARGER
from territories.models import Commune, Intercommunality, Territory

MOST_GROUPINGS = 30  # in a list of choices: a department has at most twenty EPCI
SHORTEST_WORD = 3  # letters: what an index of trigrams can look for
UNKNOWN_CHOICE = "Ce choix n’existe pas."
RECENT = "ajout"
EXAMPLES = "Les exemples"


class Choice(NamedTuple):
    """A value of a filter: its key in addresses, its label, and the primary key of its row."""

    key: str
    label: str
    pk: int


class Band(NamedTuple):
    """A range of headcounts in employees; the last range has no upper bound."""

    key: str
    label: str
    least: int
    most: int | None

    def contains(self, headcount):
        """Whether a headcount, the lowest that the source gives, is in this range."""
        return (
            headcount is not None
            and self.least <= headcount
            and (self.most is None or headcount <= self.most)
        )

    @property
    def condition(self):
        upper = Q() if self.most is None else Q(headcount_min__lte=self.most)
        return Q(headcount_min__gte=self.least) & upper


BANDS = {
    band.key: band
    for band in [
        Band("0", "Aucun salarié", 0, 0),
        Band("1-9", "1 à 9 salariés", 1, 9),
        Band("10-49", "10 à 49 salariés", 10, 49),
        Band("50-249", "50 à 249 salariés", 50, 249),
        Band("250", "250 salariés et plus", 250, None),
    ]
}


class Relation(NamedTuple):
    """A filter whose values are rows of a model: the field of an enterprise, and the rows."""

    path: str
    rows: QuerySet
    key: str
    label: str
    rank: str | None = None
    is_many: bool = False  # whether an enterprise may have several of the rows

    def keep(self, enterprises, pks):
        """Keep the enterprises that have one of the rows, each once."""
        condition = {f"{self.path}__in": pks}
        if self.is_many:
            condition = {"pk__in": Enterprise.objects.filter(**condition).values("pk")}
        return enterprises.filter(**condition)


# {parameter of the address: its Relation}; open data uses the same parameters.
RELATIONS = {
    "departement": Relation("department", Territory.objects.departments(), "code", "name"),
    "epci": Relation("commune__intercommunality", Intercommunality.objects.all(), "siren", "name"),
    "secteur": Relation("sector", Sector.objects.all(), "slug", "name"),
    "famille_ess": Relation("family", Family.objects.all(), "slug", "name", "order"),
    "levier": Relation("levers", Lever.objects.published(), "slug", "title", "number", True),
}


class Near(NamedTuple):
    """The commune that the enterprises are near, and the larger ones with a longer name."""

    insee_code: str
    label: str
    centre: tuple[float, float] | None  # (longitude, latitude) in degrees
    larger_communes: tuple[Choice, ...] = ()


def read_choices(insee_code):
    """
    Return ({parameter: {key: Choice}}, the Near of a code of Insee or None), read in one query.

    The query of the commune comes first in the union: its columns set the types of the others.
    """
    commune_rows = _choice_rows(
        "commune",
        Commune.objects.filter(insee_code=insee_code),
        "insee_code",
        Commune.LABEL,
        longitude=F("longitude"),
        latitude=F("latitude"),
    )
    larger_rows = _choice_rows(
        "larger",
        Commune.objects.larger_with_longer_name(insee_code),
        "insee_code",
        F("name"),
        rank=-F("population"),
    )
    relations = [
        _choice_rows(
            parameter,
            relation.rows,
            relation.key,
            F(relation.label),
            rank=relation.rank and F(relation.rank),
        )
        for parameter, relation in RELATIONS.items()
    ]
    rows = commune_rows.union(larger_rows, *relations, all=True)
    choices = {parameter: {} for parameter in RELATIONS}
    commune, larger = None, []
    for row in sorted(rows, key=lambda row: (row.rank, fold(row.label))):
        choice = Choice(row.key, row.label, row.pk)
        if row.parameter == "commune":
            commune = row
        elif row.parameter == "larger":
            larger.append(choice)
        else:
            choices[row.parameter][row.key] = choice
    if commune is None:
        return choices, None
    centre = None if commune.x is None else (commune.x, commune.y)
    return choices, Near(commune.key, commune.label, centre, tuple(larger[:MOST_LARGER]))


def _choice_rows(parameter, rows, key, label, rank=None, longitude=None, latitude=None):
    nothing = Value(None, output_field=FloatField())
    return (
        rows.order_by()
        .annotate(
            parameter=Value(parameter),
            rank=rank or Value(0),
            key=F(key),
            label=label,
            x=longitude or nothing,
            y=latitude or nothing,
        )
        .values_list("parameter", "rank", "key", "label", "pk", "x", "y", named=True)
    )


def narrow(enterprises, choice, known):
    """
    Keep the enterprises that have, for each parameter, one of its values: {parameter: values}.

    `known` holds the Choices that read_choices() returned.
    """
    for parameter, values in choice.items():
        if parameter in RELATIONS:
            pks = [known[parameter][value].pk for value in values]
            enterprises = RELATIONS[parameter].keep(enterprises, pks)
        elif parameter == "effectif":
            bands = [BANDS[value].condition for value in values]
            enterprises = enterprises.filter(reduce(or_, bands))
        elif parameter == "exemples":
            enterprises = enterprises.examples()
        elif parameter == "q":
            for text in values:
                enterprises = enterprises.matching(fold(text).split())
    return enterprises


def refuse_short(text):
    """Raise ValidationError on a text without a word that is long enough to search."""
    if max(map(len, fold(text).split()), default=0) < SHORTEST_WORD:
        raise forms.ValidationError(f"Tapez un mot d’au moins {SHORTEST_WORD} lettres.")


def _choice(label, every):
    """Return a choice field; `every` is the label of its empty choice."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", every)],
        error_messages={"invalid_choice": UNKNOWN_CHOICE},
    )


class DirectoryFilter(forms.Form):
    """
    The choices in the address of the directory: « ?departement=18&levier=… ».

    An unknown value gives an error beside its field, and narrows nothing.
    """

    q = forms.CharField(
        label="Nom, activité ou commune",
        required=False,
        max_length=LONGEST_QUERY,
        validators=[refuse_short],
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": f"Écrivez au plus {LONGEST_QUERY} signes."},
    )
    pres_de = forms.CharField(label="Près de la commune", required=False)
    departement = _choice("Département", "Tous")
    epci = _choice("Intercommunalité", "Toutes")
    secteur = _choice("Secteur", "Tous")
    famille_ess = _choice("Famille de l’ESS", "Toutes")
    levier = _choice("Levier illustré", "Tous")
    effectif = _choice("Effectif", "Tous")
    exemples = _choice("Montrer", "Toutes les entreprises")
    tri = _choice("Dans l’ordre", "")

    leading = ["q", "pres_de", "departement"]  # the others are under « Plus de critères »

    def __init__(self, query):
        self.known, self.near = read_choices(query.get("commune", "").replace("\0", ""))
        self.candidates = []  # the Places that « près de » may mean
        self.has_shorter_address = False  # see enterprise_list
        data = {name: query.get(name, "") for name in self.base_fields}
        if self.near and not data["pres_de"]:
            data["pres_de"] = self.near.label
        super().__init__(data, auto_id="filtre-%s")
        for parameter, choices in self.known.items():
            self.fields[parameter].choices += [
                (key, choice.label) for key, choice in choices.items()
            ]
        self.fields["effectif"].choices += [(band.key, band.label) for band in BANDS.values()]
        self.fields["exemples"].choices += [("oui", EXAMPLES)]
        by_default = "Des distances" if self.near else "Des noms, exemples d’abord"
        self.fields["tri"].choices = [("", by_default), (RECENT, "Des ajouts, derniers d’abord")]
        self.is_valid()
        self.has_shorter_address = not self.errors and (
            self.has_shorter_address or "" in query.values()
        )

    def clean_pres_de(self):
        typed = self.cleaned_data["pres_de"]
        if typed and not (self.near and self.near.label == typed):
            answer = find(typed, communes_only=True, most=6)
            if not answer.is_certain:
                self.near, self.candidates = None, answer.places
                raise forms.ValidationError(answer.message)
            commune = answer.places[0].commune
            self.near = Near(commune.insee_code, commune.label, commune.centre)
            self.has_shorter_address = True
        return ""

    @property
    def words(self):
        """The folded words of the text."""
        return fold(self.cleaned_data.get("q", "")).split()

    @property
    def chosen(self):
        """{parameter of the address: valid value}."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return chosen | ({"commune": self.near.insee_code} if self.near else {})

    def narrow(self, enterprises, without=()):
        """Keep the enterprises that have all the chosen values, some parameters left out."""
        chosen = {name: [value] for name, value in self.chosen.items() if name not in without}
        return narrow(enterprises, chosen, self.known)

    @property
    def query(self):
        """The query string of the choices."""
        return self.query_without()

    def query_without(self, *names):
        """Return the query string of the choices, some parameters left out."""
        return urlencode({name: value for name, value in self.chosen.items() if name not in names})

    @property
    def data_query(self):
        """The query string of the choices that open data has too."""
        return self.query_without("commune", "tri")

    @property
    def larger_communes(self):
        """(label, query string) for the larger communes that « près de » may mean too."""
        return [
            (commune.label, urlencode(self.chosen | {"commune": commune.key}))
            for commune in (self.near.larger_communes if self.near else [])
        ]

    @property
    def commune_choices(self):
        """(Place, query string) for the communes that « près de » may mean."""
        return [
            (place, urlencode(self.chosen | {"commune": place.commune.insee_code}))
            for place in self.candidates
        ]

    @property
    def chips(self):
        """(label, query string without it) for each choice that was made."""
        return [
            (self.label_of(name), self.query_without(name)) for name in self.chosen if name != "tri"
        ]

    def label_of(self, name):
        """Return the label of a choice that was made."""
        value = self.chosen[name]
        if name == "q":
            return f"«\u202f{query_for_display(value)}\u202f»"
        if name == "commune":
            return f"Près de {self.near.label}"
        if name in self.known:
            return self.known[name][value].label
        return BANDS[value].label if name == "effectif" else EXAMPLES

    def show_counts(self, counts):
        """
        Add to each choice the number of enterprises that it would leave; drop those with none.

        `counts` is {parameter: {key: count}}. A long list of EPCI is left out until a department
        narrows it.
        """
        chosen = self.chosen
        for parameter, counted in counts.items():
            field = self.fields[parameter]
            field.choices = [
                (key, f"{label} ({format_figure(counted[key])})" if key else label)
                for key, label in field.choices
                if not key or counted[key] or key == chosen.get(parameter)
            ]
        groupings = self.fields["epci"]
        if len(groupings.choices) > MOST_GROUPINGS and "epci" not in chosen:
            groupings.choices = [("", "Choisissez d’abord un département")]

    @property
    def leading_fields(self):
        return [self[name] for name in self.leading]

    @property
    def other_fields(self):
        return [self[name] for name in self.fields if name not in self.leading]

    @property
    def has_unknown_commune(self):
        """Whether « près de » names no single commune."""
        return "pres_de" in self.errors

    @property
    def is_open(self):
        """Whether a field under « Plus de critères » has a value or an error."""
        return bool((self.chosen.keys() | self.errors.keys()) - {*self.leading})
