"""Links from other pages to the open data."""

from django import template
from django.urls import reverse

from cress.opendata.datasets import DATASETS, find_dataset
from cress.opendata.formats import files_of

register = template.Library()


@register.simple_tag
def data_files(slug, query=""):
    """Return the (format, address) of each file of a dataset; `query` holds filters."""
    return [
        (form.label, reverse("opendata:file", args=[name]) + (f"?{query}" if query else ""))
        for name, form in files_of(find_dataset(slug))
    ]


@register.simple_tag
def datasets():
    """Return all the datasets."""
    return DATASETS
