"""The choices that narrow the directory: its form."""

from urllib.parse import urlencode

from django import forms
from django.urls import reverse_lazy
from django.utils.functional import cached_property

from cress.base.text.numbers import format_figure
from cress.base.text.words import words_of
from enterprises.choices import BANDS, Near, narrow, read_choices
from policies.synonyms import query_of
from territories.finder import LONGEST_QUERY, find, query_for_display

MOST_GROUPINGS = 30  # in a list of choices: a department has at most twenty EPCI
SHORTEST_WORD = 2  # letters of a word that is looked for
UNKNOWN_CHOICE = "Ce choix n’existe pas."
RECENT = "ajout"
EXAMPLES = "Les exemples"


def refuse_short(text):
    """Raise ValidationError on a text without a word that is long enough to search."""
    if max(map(len, words_of(text)), default=0) < SHORTEST_WORD:
        raise forms.ValidationError("Tapez un mot d’au moins deux lettres.")


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
    pres_de = forms.CharField(
        label="Près de la commune",
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "data-suggestions": reverse_lazy(
                    "territories:suggestions", query={"communes": "oui"}
                ),
            }
        ),
    )
    departement = _choice("Département", "dans toute la région")
    epci = _choice("Intercommunalité", "Toutes")
    secteur = _choice("Secteur", "de tous les secteurs")
    famille_ess = _choice("Famille de l’ESS", "Toutes")
    levier = _choice("Levier illustré", "tous les leviers")
    effectif = _choice("Effectif", "Tous")
    exemples = _choice("Entreprises", "toutes les entreprises")
    tri = _choice("Dans l’ordre", "")

    in_sentence = ["exemples", "secteur", "departement", "levier"]  # the others are folded

    def __init__(self, query):
        self.known, self.near = read_choices(query.get("commune", "").replace("\0", ""))
        self.candidates = []  # the Places that « près de » may mean
        self.has_shorter_address = False  # see enterprise_list
        data = {name: query.get(name, "") for name in self.base_fields}
        if self.near and not data["pres_de"]:
            data["pres_de"] = self.near.label
        super().__init__(data, auto_id="filtre-%s")
        for name in self.in_sentence:  # a checker does not see their hidden labels
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        for parameter, choices in self.known.items():
            self.fields[parameter].choices += [
                (key, choice.words) for key, choice in choices.items()
            ]
        self.fields["effectif"].choices += [(band.key, band.label) for band in BANDS.values()]
        self.fields["exemples"].choices += [("oui", EXAMPLES.lower())]
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

    @cached_property
    def looked_for(self):
        """The Query of the text."""
        return query_of(self.cleaned_data.get("q", ""))

    @property
    def chosen(self):
        """{parameter of the address: valid value}."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return chosen | ({"commune": self.near.insee_code} if self.near else {})

    def narrow(self, enterprises, without=()):
        """Keep the enterprises that have all the chosen values, some parameters left out."""
        chosen = {name: [value] for name, value in self.chosen.items() if name not in without}
        if chosen.pop("q", None):
            enterprises = enterprises.matching(self.looked_for)
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
    def sentence(self):
        """(words before, field, words after) for each choice of the sentence of the form."""
        sector = "du secteur" if "secteur" in self.chosen else ""
        lever = "le levier" if "levier" in self.chosen else ""
        return [
            ("Montrez-moi", self["exemples"], ""),
            (sector, self["secteur"], ""),
            ("", self["departement"], ","),
            (f"pour {lever}", self["levier"], "."),
        ]

    @property
    def other_fields(self):
        return [self[name] for name in self.fields if name not in self.in_sentence]

    @property
    def has_unknown_commune(self):
        """Whether « près de » names no single commune."""
        return "pres_de" in self.errors

    @property
    def is_open(self):
        """Whether a folded field has a value or an error."""
        fields = {"pres_de" if name == "commune" else name for name in self.chosen} | {*self.errors}
        return bool(fields - {*self.in_sentence})
