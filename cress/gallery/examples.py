"""The data of the page of components: each component, with its edge cases."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static

from cress.contact.models import Person
from cress.opendata.datasets import KEY_FIGURES, TERRITORIES
from cress.opendata.figure_notes import FigureNote
from cress.opendata.formats import files_of
from cress.search.results import Tab
from enterprises.models import Enterprise, Family, Focus, Sector
from policies.competences.facing import facing
from policies.competences.who_acts import Declaration, Situation, WhoActs, lists_of
from policies.matrix import Hold, LeverRow, Matrix
from policies.models import (
    Action,
    Argument,
    Competence,
    LegalText,
    Lever,
    Resource,
    Rule,
    Term,
)
from territories.composition import PageSource
from territories.figures import EMPLOYEES, ESTABLISHMENTS, ShareFigure, segments
from territories.finder import Place
from territories.models import (
    Bin,
    Commune,
    Intercommunality,
    KeyFigure,
    Source,
    Statistic,
    Territory,
)
from territories.words import gap_in_words, share_in_words

LONG_WORD = "Anticonstitutionnellement-en-Vallée-de-l’Indre"
LONG_TEXT = (
    "Une phrase qui n’en finit pas, parce que le sujet le demande et que personne ne l’a relue. "
)


def _figure(measure, value, reference):
    value, reference = Decimal(value), Decimal(reference)
    words = share_in_words(value, measure.noun)
    return ShareFigure(
        setting="dans le Cher, en 2015,",
        label=measure.label,
        predicate=f"{measure.verb} {words}",
        value=value,
        words=words,
        reference=reference,
        gap=gap_in_words(value, reference),
        measure=measure,
    )


def _country(source):
    """Return what a page reads of an Atlas to show one distribution, of 0 % to 100 %."""
    distribution = SimpleNamespace(
        source=source,
        get_measure_display="part des salariés",
        size=100,
        missing=LONG_TEXT,
        lowest=Decimal("0.00"),
        lowest_name=LONG_WORD,
        quartile_1=Decimal("9.53"),
        median=Decimal("10.74"),
        quartile_3=Decimal("12.10"),
        highest=Decimal("100.00"),
        highest_name="Lozère",
        bins=SimpleNamespace(all=[Bin(start=Decimal(n), departments=50) for n in [0, 100]]),
    )
    return SimpleNamespace(distributions=[distribution], distribution=distribution)


def _vintages():
    """Return a source without a series, then two vintages of a series: a break, then a change."""
    return [
        Statistic(
            source=Source(
                slug=f"source-{year}",
                producer="Insee",
                title=title,
                vintage=year,
                year=int(year),
                series=series,
            ),
            employee_share=share,
            employee_count=2_370_301,
            note=note,
        )
        for year, title, series, share, note in [
            ("2015", "Panorama", "", None, LONG_TEXT),
            ("2018", "Flores 2018", "Flores", Decimal("10.80"), ""),
            ("2023", LONG_WORD, "Flores", Decimal("11.20"), ""),
        ]
    ]


class ExampleForm(forms.Form):
    name = forms.CharField(label="Votre nom", help_text="Un exemple d’indication.")
    email = forms.EmailField(label="Votre adresse électronique")
    text = forms.CharField(
        label=LONG_WORD, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FilterExample(forms.Form):
    lever = forms.ChoiceField(label="Levier", choices=[("1", "Un levier")], required=False)
    word = forms.ChoiceField(label=LONG_WORD, choices=[("1", LONG_WORD)], required=False)
    chips = [("Un levier", "word=1"), (LONG_WORD, "")]
    larger_communes = [("Un bourg (18)", "word=1"), (LONG_WORD, "")]
    near = True  # a commune whose centre is unknown
    is_open = True

    @property
    def sentence(self):
        return [("Montrez-moi", self["lever"], ".")]

    @property
    def other_fields(self):
        return [self["word"]]


def _photo(**fields):
    """Return an object with the attributes of a photo; its file is an icon of the site."""
    icon = static("icons/icon-512.png")
    return SimpleNamespace(
        sources=[("image/png", f"{icon} 512w")],
        src=icon,
        width=512,
        height=512,
        description="L’icône du site",
        **fields,
    )


def _lever_with_actions(*texts, **fields):
    """Return a lever that is not stored, with these actions."""
    lever = Lever(pk=0, slug="avec-actions", theme="housing", **fields)
    lever._prefetched_objects_cache = {"actions": [Action(text=text) for text in texts]}
    return lever


def _matrix(levers):
    """Return who holds levers: shared, everything, nothing, unknown, more than fits a row."""
    holds = [(1, 2), (3, 0), (0, 0), None, (12, 8)]
    rows = [
        LeverRow(lever, Hold(*each), Hold(*reversed(each))) if each else LeverRow(lever)
        for lever, each in zip(levers, holds, strict=True)
    ]
    themes = [(Lever.Theme(row.lever.theme), [row]) for row in rows]
    return Matrix(LONG_WORD, "interco", themes, is_local=True, is_declared=True)


def _who_acts(lever, grouping, commune):
    """Return what shows like a lever's competences in a commune of an EPCI."""
    declared, title = {2021: {"1510"}}, f"Compétence {LONG_WORD}"
    competences = [
        Competence(lever=lever, title="Une compétence", holder="commune", legal_basis="L. 1"),
        Competence(lever=lever, title=title, holder="partage", legal_basis=LONG_TEXT),
        Competence(lever=lever, title="Une autre", codes_2021="1510", note=LONG_TEXT),
        Competence(lever=lever, title="Une dernière", holder="epci-selon-nature", certainty="sûre"),
    ]
    situation = Situation(grouping, commune, declaration=Declaration(date(2026, 1, 1), declared))
    return WhoActs(situation, lists_of(competences, situation), lever)


def examples():
    """Return the context of the page; no row of it is stored."""
    source = Source(producer="Producteur", title="Source 2015", vintage="2015", scope="exemple")
    region = Territory(
        kind="region", code="00", name="Région", slug="region", with_article="la région"
    )
    departments = [
        Territory(code="01", name="Val", slug="val", inside="dans le Val"),
        Territory(code="02", name=LONG_WORD, slug="long", inside=f"dans {LONG_WORD}"),
    ]
    grouping = Intercommunality(siren="123456789", name=f"CC {LONG_WORD}", kind="CC")
    communes = [
        Commune(insee_code=f"0{n}001", name=name, department=department, intercommunality=grouping)
        for n, (name, department) in enumerate(
            zip(["Bourg", LONG_WORD], departments, strict=True), start=1
        )
    ]
    rows = [
        (departments[0], Statistic(source=source, employee_share=Decimal("0.00"))),
        (departments[1], Statistic(source=source, employee_share=Decimal("100.00"))),
        (region, None),
    ]
    levers = [
        Lever(
            pk=n,
            order=n,
            slug=f"levier-{n}",
            title=title,
            theme=theme,
            summary=summary,
        )
        for n, (theme, title, summary) in enumerate(
            zip(
                Lever.Theme,
                ["Un levier", LONG_WORD, "Un troisième levier", "Un quatrième", "Un cinquième"],
                ["Court.", LONG_TEXT * 3, "Un résumé.", "Un résumé.", "Un résumé."],
                strict=False,
            )
        )
    ]
    enterprises = [
        Enterprise(
            slug=f"entreprise-{n}",
            name=name,
            summary=summary,
            sector=Sector(name="Secteur"),
            family=Family(name=LONG_WORD, definition=LONG_TEXT),
            headcount_min=10,
            headcount_max=19,
            headcount_as_printed="10 à 19 salariés",
            headcount_source="exemple",
            website=f"https://{'long.' * 12}example",
            department=departments[0],
            is_example=bool(summary),
        )
        for n, (name, summary) in enumerate(
            [("Entreprise", "Court."), (LONG_WORD, LONG_TEXT * 2), ("Seulement dans la liste", "")]
        )
    ]
    photos = [
        _photo(focus=Focus.CENTER, signature="Jeanne Exemple, CC BY 4.0"),
        _photo(focus=Focus.BOTTOM_RIGHT, signature=LONG_WORD),
    ]
    enterprises[0].published_photo = photos[0]
    enterprises[0].shown_levers = levers[:2]
    matrix = _matrix(levers)
    acting = _who_acts(levers[0], grouping, communes[0])
    return {
        "matrix": matrix,
        "row": matrix.themes[0][1][0],
        "steps": [("Qui rencontrer", "Court."), (LONG_WORD, LONG_TEXT), ("Suivre", LONG_TEXT)],
        "source": source,
        "region": region,
        "rows": rows,
        "current": departments[0],
        "segments": segments(_vintages()),
        "series": ["Clap", "Flores"],
        "datasets": [
            (TERRITORIES, files_of(TERRITORIES), date(2015, 1, 1)),
            (KEY_FIGURES, files_of(KEY_FIGURES), None),
        ],
        "columns": KEY_FIGURES.columns,
        "country": _country(source),
        "sources": [source],
        "page_sources": [PageSource(source, ["millésime 2015", "millésime 2008"])],
        "figure_notes": [FigureNote(LONG_WORD, source, LONG_TEXT)],
        "figures": [
            _figure(EMPLOYEES, "10.79", "10.50"),
            _figure(EMPLOYEES, "0.00", "10.50"),
            _figure(ESTABLISHMENTS, "100.00", "11.10"),
        ],
        "key_figures": [
            KeyFigure(value="9000", label="établissements", source=source),
            KeyFigure(value="Des milliers", label="de bénévoles", source=source, note=LONG_TEXT),
        ],
        "places": [
            Place(departments[0]),
            Place(departments[0], intercommunality=grouping),
            Place(departments[0], commune=communes[0], former_name="Vieux-Bourg"),
            Place(departments[1], commune=communes[1]),
        ],
        "acting": acting,
        "facing": facing(acting),
        "levers": levers,
        "levers_with_actions": [
            _lever_with_actions(
                "Une action.",
                LONG_TEXT,
                LONG_WORD,
                title="Un levier et ses actions",
                summary="Un résumé.",
                text=LONG_TEXT,
                credit="D’où il vient.",
            )
        ],
        "arguments": [
            Argument(title="Un argument", text="Court."),
            Argument(title=LONG_WORD, text=f"**{LONG_WORD}** {LONG_TEXT * 2}"),
        ],
        "rules": [
            Rule(pk=0, text="Une règle sans référence."),
            Rule(
                pk=1,
                title=LONG_WORD,
                text=LONG_TEXT,
                legal_text=LegalText(name="Code", url="https://code.example/"),
                articles="1 à 9",
                verified_on=date(2026, 4, 1),
                is_duty=True,
            ),
        ],
        "themes": [(Lever.Theme(lever.theme), [lever]) for lever in levers],
        "enterprises": enterprises,
        "photos": photos,
        "people": [
            Person(
                pk=0,
                name="Camille Exemple",
                email="camille@cress.example",
                telephone="02 38 00 00 00",
            ),
            Person(pk=0, name=LONG_WORD, role=LONG_TEXT, email=f"{'long' * 12}@cress.example"),
        ],
        "terms": [
            Term(slug="mot", name="Mot", definition="Ce que dit ce mot."),
            Term(slug="scic", name="SCIC", definition=LONG_TEXT),
        ],
        "resources": [
            Resource(title="Un guide", publisher="Un réseau", url="https://www.guide.example/a"),
            Resource(
                title=LONG_WORD, publisher=LONG_WORD, description=LONG_TEXT, url="https://b.example"
            ),
        ],
        "filters": FilterExample({"lever": "1", "word": "2"}),
        "tabs": [
            Tab("Tout", 1000, is_more=True, query="q=a", is_current=True),
            Tab("Leviers", 3, is_more=False, query="q=a&type=levier", is_current=False),
        ],
        "page": Paginator(range(60), 20).page(2),
        "form": ExampleForm({"name": "", "email": "jeanne@", "text": "Un texte gardé"}),
    }
