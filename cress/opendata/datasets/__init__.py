"""
Every dataset, declared once.

The files, the Table Schema, the catalogue's entry and the page of a dataset are made from its
declaration. Other people's programs use the names of columns: add columns, rename none. The
description of a column that SIRENE also has gives SIRENE's name.
"""

from django.utils import timezone

from cress.opendata.datasets.distributions import BINS, DISTRIBUTIONS
from cress.opendata.datasets.enterprises import ENTERPRISES
from cress.opendata.datasets.figures import FIGURES
from cress.opendata.datasets.key_figures import KEY_FIGURES
from cress.opendata.datasets.levers import LEVERS
from cress.opendata.datasets.practice import ACTIONS, COMPETENCES, RULES
from cress.opendata.datasets.territories import TERRITORIES

DATASETS = [FIGURES, DISTRIBUTIONS, BINS, KEY_FIGURES, TERRITORIES]
DATASETS += [LEVERS, ACTIONS, RULES, COMPETENCES, ENTERPRISES]


def find_dataset(slug):
    """Return the dataset of that slug, or None."""
    return next((dataset for dataset in DATASETS if dataset.slug == slug), None)


def dataset_addresses():
    """Return the path of the page of each dataset."""
    return [dataset.get_absolute_url() for dataset in DATASETS]


def days_of_change(publication):
    """Return {slug: the day when a row of the dataset last changed, or None}, in one query."""
    first, *others = [dataset.last_change(publication) for dataset in DATASETS]
    return {
        slug: latest and timezone.localdate(latest)
        for slug, latest in first.union(*others, all=True)
    }
