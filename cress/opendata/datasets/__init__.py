"""
Every dataset, declared once.

The files, the Table Schema, the entry of the catalogue and the documentation of a dataset all
follow from its declaration. Names of columns are promises: add columns, rename none. A column
that SIRENE also has gives SIRENE's name in its description.
"""

from django.utils import timezone

from cress.opendata.datasets.enterprises import ENTERPRISES
from cress.opendata.datasets.figures import FIGURES
from cress.opendata.datasets.key_figures import KEY_FIGURES
from cress.opendata.datasets.levers import LEVERS
from cress.opendata.datasets.territories import TERRITORIES

DATASETS = [FIGURES, KEY_FIGURES, TERRITORIES, LEVERS, ENTERPRISES]


def days_of_change(publication):
    """Return {slug: the day when a row of the dataset last changed, or None}, asked for at once."""
    first, *others = [dataset.last_change(publication) for dataset in DATASETS]
    return {
        slug: latest and timezone.localdate(latest)
        for slug, latest in first.union(*others, all=True)
    }
