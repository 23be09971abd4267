"""What staff find in all the content, drafts included, and where each result is edited."""

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.urls import reverse

from cress.search.results import Result
from cress.search.search import search

# {label of a model: the field of the row on whose page it is edited}
EDITED_ON = {"policies.action": "lever"}


class Found(NamedTuple):
    """A result, and the page of the admin where this person edits or reads its row."""

    result: Result
    edit_url: str = ""
    may_change: bool = False


def search_all(typed, request, *, as_typed=False):
    """Return the SearchAnswer in all the content; drafts only of what the person may view."""

    @cache
    def shows_drafts(label):
        return bool(label) and _admin_of(_edited(label)[0]).has_view_permission(request)

    return search(typed, as_typed=as_typed, shows_drafts=shows_drafts)


def with_edit_links(results, request):
    """Return a Found for each result; the rows of a model are read in one query."""
    keys = defaultdict(set)
    for result in results:
        keys[result.model].add(result.key)
    links = {
        (label, key): link
        for label in filter(None, keys)
        for key, link in _links(label, keys[label], request)
    }
    return [Found(result, *links.get((result.model, result.key), ())) for result in results]


def _links(label, keys, request):
    """Yield (key, (address, whether this person may change it)) for the rows that they may view."""
    edited, field = _edited(label)
    model_admin = _admin_of(edited)
    rows = apps.get_model(label)._base_manager.select_related(*filter(None, [field]))
    for key, row in rows.in_bulk(keys).items():
        target = getattr(row, field) if field else row
        if model_admin.has_view_permission(request, target):
            name = f"admin:{edited._meta.app_label}_{edited._meta.model_name}_change"
            address = reverse(name, args=[quote(target.pk)])
            yield key, (address, model_admin.has_change_permission(request, target))


def _edited(label):
    """Return the model on whose page a row is edited, and the field that leads to it."""
    model, field = apps.get_model(label), EDITED_ON.get(label, "")
    return model._meta.get_field(field).related_model if field else model, field


def _admin_of(model):
    return admin.site.get_model_admin(model)
