"""Every address that staff can type is visited, or is here with the reason why not."""

from django.db import models

from cress.links.models import LinkCheck
from cress.links.rounds import links, visited
from tests.factories import make_identity, make_legal_text, make_source
from tests.models import models_of

NOT_VISITED = {(LinkCheck, "url")}  # the result of a visit


def test_every_address_of_the_site_is_visited():
    fields = {
        (model, field.name)
        for model in models_of()
        for field in model._meta.fields
        if isinstance(field, models.URLField)
    }

    assert len(fields) >= 6
    assert {(rows.model, name) for rows, name in visited()} == fields - NOT_VISITED


def test_the_text_of_a_rule_a_source_and_the_licence_are_visited(db):
    make_legal_text(url="https://loi.example/")
    make_legal_text()
    make_source(url="https://source.example/")
    make_identity(
        website="https://chambre.example/",
        data_licence="Licence",
        data_licence_url="https://licence.example/",
    )

    assert links() == {
        "https://loi.example/",
        "https://source.example/",
        "https://chambre.example/",
        "https://licence.example/",
    }
