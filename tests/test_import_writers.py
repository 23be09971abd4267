"""An import beside another writer of the same rows: nobody's work is undone (on PostgreSQL)."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.postgresql import why_missing

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(bool(why_missing()), reason=why_missing()),
]


@pytest.fixture(scope="module")
def outcomes(prepared, tmp_path_factory):
    """What each scenario of tests/import_writers.py leaves in the database."""
    with prepared.bare_postgresql() as server:
        done = subprocess.run(
            [sys.executable, "-m", "tests.import_writers"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "SECRET_KEY": "only-for-tests",
                "DATABASE_URL": server.url,
                "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            },
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("when", ["before", "during"])
def test_an_import_keeps_what_somebody_edits_in_another_field(outcomes, when):
    assert outcomes[f"another field {when}"] == {
        "refusal": "",
        "name": "Après",
        "folded_name": "apres",
        "population": 999,
    }


@pytest.mark.parametrize("when", ["before", "during"])
def test_an_import_is_refused_when_somebody_edits_the_same_field(outcomes, when):
    outcome = outcomes[f"the same field {when}"]

    assert "vient d’être changé par quelqu’un d’autre" in outcome["refusal"]
    assert outcome["population"] == 150


def test_an_enterprise_that_somebody_edits_moves_with_its_commune(outcomes):
    assert outcomes["merge"] == {
        "refusal": "",
        "name": "La Grande Ruche",
        "commune": "Nouvelle",
        "is_in_its_department": True,
        "has_new_words": True,
    }


def test_a_list_keeps_what_somebody_edits_while_it_is_imported(outcomes):
    assert outcomes["list"] == {
        "name": "La Ruche de l’équipe",
        "summary": "Une ruche.",
        "activity_code": "88.10A",
    }
