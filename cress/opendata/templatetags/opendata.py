"""What other pages say of the open data: where the rows they show can be had."""

from django import template
from django.urls import reverse

from cress.opendata.datasets import DATASETS
from cress.opendata.formats import files_of

register = template.Library()


@register.simple_tag
def data_files(slug, query=""):
    """Return the (format, address) of each file of a dataset, for the filters of a query."""
    dataset = next(dataset for dataset in DATASETS if dataset.slug == slug)
    return [
        (form.label, reverse("opendata:file", args=[name]) + (f"?{query}" if query else ""))
        for name, form in files_of(dataset)
    ]
