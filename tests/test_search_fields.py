"""Every text of the content is searched, or is among those that are not, with the reason."""

import pytest
from django.db import models

from cress.base.search.fields import WordsField
from cress.contact.models import Person, Subject
from cress.search.search import search
from policies.models import LegalText, Rule
from territories.models import Intercommunality
from tests.factories import FACTORIES, make_commune, make_legal_text, make_rule
from tests.models import models_of

APPS = ["territories", "policies", "enterprises", "chamber"]
MODELS = [
    *models_of(*APPS),
    Person,
    Subject,
]
OF_ADDRESSES = "part of an address, or an address: its title or its text says what it is"
OF_CODES = "a code of a nomenclature, which no page shows in words"
OF_DRAWINGS = "the drawing of an outline"
OF_MAPS = "a credit under the maps"
OF_FORMS = "a form of a name that is searched"
OF_FILES = "it names a file or says how it is cut"
OF_DISTRIBUTIONS = "the legend of one chart"
NOT_SEARCHED = {
    "territories.territory.slug": OF_ADDRESSES,
    "territories.territory.with_article": OF_FORMS,
    "territories.territory.inside": OF_FORMS,
    "territories.territory.of": OF_FORMS,
    "territories.territory.administrative_court": "a word of one sentence of a model",
    "territories.territory.outline": OF_DRAWINGS,
    "territories.mapgrid.outline_credit": OF_MAPS,
    "territories.mapgrid.centre_credit": OF_MAPS,
    "territories.mapgrid.town_hall_credit": OF_MAPS,
    "territories.mapgrid.grouping_credit": OF_MAPS,
    "territories.mapgrid.grouping_borders": OF_DRAWINGS,
    "territories.intercommunality.folded_name": OF_FORMS,
    "territories.intercommunality.outline": OF_DRAWINGS,
    "territories.commune.siren": "a number that only open data gives",
    "territories.commune.folded_name": OF_FORMS,
    "territories.formercommune.folded_name": OF_FORMS,
    "territories.source.slug": OF_ADDRESSES,
    "territories.source.url": OF_ADDRESSES,
    "territories.distribution.missing": OF_DISTRIBUTIONS,
    "territories.distribution.lowest_name": OF_DISTRIBUTIONS,
    "territories.distribution.highest_name": OF_DISTRIBUTIONS,
    "policies.competence.codes_2021": OF_CODES,
    "policies.competence.codes_2025": OF_CODES,
    "policies.declaredcompetence.code": OF_CODES,
    "policies.legaltext.url": OF_ADDRESSES,
    "policies.synonym.ways": "what a search is enlarged by",
    "policies.term.slug": OF_ADDRESSES,
    "policies.lever.slug": OF_ADDRESSES,
    "policies.resource.slug": OF_ADDRESSES,
    "policies.resource.url": OF_ADDRESSES,
    "enterprises.sector.slug": OF_ADDRESSES,
    "enterprises.family.slug": OF_ADDRESSES,
    "enterprises.enterprise.slug": OF_ADDRESSES,
    "enterprises.enterprise.website": OF_ADDRESSES,
    "enterprises.enterprise.headcount_as_printed": "a figure: the directory has bands of it",
    "enterprises.enterprise.headcount_source": "the source of a figure, the same for thousands",
    "enterprises.enterprise.activity_code": OF_CODES,
    "enterprises.enterprise.legal_category": OF_CODES,
    "enterprises.enterprise.print_note": "for the staff: no page shows it",
    "enterprises.enterprise.folded_name": OF_FORMS,
    "enterprises.photo.description": "what a photo shows is no content of its own",
    "enterprises.photo.credit": "under the photo of an enterprise, which has its own words",
    "enterprises.photo.original": OF_FILES,
    "enterprises.photo.digest": OF_FILES,
    "chamber.page.slug": OF_ADDRESSES,
    "chamber.siteidentity.website": OF_ADDRESSES,
    "chamber.siteidentity.data_licence_url": OF_ADDRESSES,
    "contact.subject.slug": OF_ADDRESSES,
}
# What the finder takes for a code, and the values that a word cannot have.
VALUES = {
    "territories.territory.code": "96",
    "territories.intercommunality.siren": "200999991",
    "territories.commune.insee_code": "37998",
    "territories.commune.postcodes": "37998",
    "territories.formercommune.insee_code": "37998",
    "enterprises.enterprise.siret": "73282932000074",
}
# What the row needs beside the value.
BESIDE = {
    "policies.competence.other_holder": {"holder": "autre"},
    "policies.competence.needs": {"moot_below": 5000},
    "policies.lever.credit": {"origin": "editorial"},
}


def make_row(model, label):
    """Make a row that the site shows, with what a value of a field needs beside it."""
    if model is LegalText:
        return make_rule(legal_text=make_legal_text()).legal_text
    row = make_rule(legal_text=make_legal_text()) if model is Rule else FACTORIES[model]()
    if model is Intercommunality:
        make_commune(intercommunality=row)
    for name, value in BESIDE.get(label, {}).items():
        setattr(row, name, value)
    return row


def text_fields():
    """Yield (label, field) for each text that staff write: not a choice, not what is computed."""
    for model in MODELS:
        for field in model._meta.local_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            if is_text and not field.choices and not isinstance(field, WordsField):
                yield f"{model._meta.label_lower}.{field.name}", field


FIELDS = dict(text_fields())


def test_only_fields_that_exist_are_said_not_to_be_searched():
    assert {*NOT_SEARCHED} <= {*FIELDS}
    assert len(FIELDS) > 100
    assert len(NOT_SEARCHED) < len(FIELDS) / 2


@pytest.mark.parametrize("label", sorted({*FIELDS} - {*NOT_SEARCHED}))
def test_what_a_field_says_is_found(db, label):
    field = FIELDS[label]
    row = make_row(field.model, label)
    value = VALUES.get(label, "zorglubique")
    setattr(row, field.name, value)
    row.save()

    answer = search(value)

    assert not answer.corrected
    assert answer.results, f"« {label} » is not searched: add it to a parts.py, or name it here"
