"""What a visitor narrows the directory by."""

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
    """One of the values of a filter: its key in addresses, and its row in the database."""

    key: str
    label: str
    pk: int


class Band(NamedTuple):
    """A range of headcounts, in employees; the last has no upper bound."""

    key: str
    label: str
    least: int
    most: int | None

    def holds(self, headcount):
        """Whether an establishment with so many employees, at the least, is of this band."""
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
    """A filter whose values are rows: where an enterprise has it, and how rows are read."""

    path: str
    rows: QuerySet
    key: str
    label: str
    rank: str | None = None
    is_many: bool = False  # an enterprise may have several

    def keep(self, enterprises, pks):
        """Keep those that have one of the rows, once each."""
        having = {f"{self.path}__in": pks}
        if self.is_many:
            having = {"pk__in": Enterprise.objects.filter(**having).values("pk")}
        return enterprises.filter(**having)


# By parameter of the address; those of open data bear the same names.
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
    Return ({parameter: its Choices by key}, the Near of a code or None), read in one query.

    The branch of communes comes first: its columns give those of the others their types.
    """
    near = _listed(
        "commune",
        Commune.objects.filter(insee_code=insee_code),
        "insee_code",
        Commune.LABEL,
        longitude=F("longitude"),
        latitude=F("latitude"),
    )
    larger = _listed(
        "larger",
        Commune.objects.larger_with_longer_name(insee_code),
        "insee_code",
        F("name"),
        rank=-F("population"),
    )
    relations = [
        _listed(
            parameter,
            relation.rows,
            relation.key,
            F(relation.label),
            rank=relation.rank and F(relation.rank),
        )
        for parameter, relation in RELATIONS.items()
    ]
    rows = near.union(larger, *relations, all=True)
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


def _listed(parameter, rows, key, label, rank=None, longitude=None, latitude=None):
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
    Keep of a queryset what has, for each parameter, one of its values: {parameter: values}.

    `known` is what read_choices() gave.
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
    """Raise ValidationError on a text without a word that can be looked for."""
    if max(map(len, fold(text).split()), default=0) < SHORTEST_WORD:
        raise forms.ValidationError(f"Tapez un mot d’au moins {SHORTEST_WORD} lettres.")


def _choice(label, every):
    """Return a field whose empty choice says `every`."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", every)],
        error_messages={"invalid_choice": UNKNOWN_CHOICE},
    )


class DirectoryFilter(forms.Form):
    """
    The choices that stand in the directory's address: « ?departement=18&levier=… ».

    A value that is not offered is told beside its field, and narrows nothing.
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

    leading = ["q", "pres_de", "departement"]  # the others are behind « Plus de critères »

    def __init__(self, query):
        self.known, self.near = read_choices(query.get("commune", "").replace("\0", ""))
        self.candidates = []  # the places that « près de » may mean
        self.is_typed = False  # an address that has a shorter equal
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
        self.is_typed = not self.errors and (self.is_typed or "" in query.values())

    def clean_pres_de(self):
        typed = self.cleaned_data["pres_de"]
        if typed and not (self.near and self.near.label == typed):
            answer = find(typed, communes_only=True, most=6)
            if not answer.is_certain:
                self.near, self.candidates = None, answer.places
                raise forms.ValidationError(answer.message)
            commune = answer.places[0].commune
            self.near = Near(commune.insee_code, commune.label, commune.centre)
            self.is_typed = True
        return ""

    @property
    def words(self):
        """The folded words of the text."""
        return fold(self.cleaned_data.get("q", "")).split()

    @property
    def chosen(self):
        """The valid choices by parameter of the address."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return chosen | ({"commune": self.near.insee_code} if self.near else {})

    def narrow(self, enterprises, without=()):
        """Keep of a queryset what has all that is chosen, but for the parameters left out."""
        chosen = {name: [value] for name, value in self.chosen.items() if name not in without}
        return narrow(enterprises, chosen, self.known)

    @property
    def query(self):
        """The choices as an address holds them."""
        return self.query_without()

    def query_without(self, *names):
        """The choices but for some, as an address holds them."""
        return urlencode({name: value for name, value in self.chosen.items() if name not in names})

    @property
    def data_query(self):
        """The choices that the files of open data know too."""
        return self.query_without("commune", "tri")

    @property
    def larger_communes(self):
        """Return (label, query) for the larger communes that « près de » may mean as well."""
        return [
            (commune.label, urlencode(self.chosen | {"commune": commune.key}))
            for commune in (self.near.larger_communes if self.near else [])
        ]

    @property
    def ways_near(self):
        """The places that « près de » may mean, each with the query that says it."""
        return [
            (place, urlencode(self.chosen | {"commune": place.commune.insee_code}))
            for place in self.candidates
        ]

    @property
    def chips(self):
        """What is chosen, each with its label and the query that holds all the others."""
        return [
            (self.label_of(name), self.query_without(name)) for name in self.chosen if name != "tri"
        ]

    def label_of(self, name):
        """Return how a choice that is made is said."""
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
        Write beside each choice how many enterprises it would leave, and drop those that
        would leave none; `counts` holds {parameter: {key: count}}.
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
    def is_lost(self):
        """Whether nobody can say which commune « près de » means."""
        return "pres_de" in self.errors

    @property
    def is_open(self):
        """Whether something is chosen, or wrong, among the fields behind « Plus de critères »."""
        return bool((self.chosen.keys() | self.errors.keys()) - {*self.leading})
