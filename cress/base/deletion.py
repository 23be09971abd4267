"""What the admin says before something is deleted or withdrawn from the site."""

from dataclasses import dataclass, field

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_permission_codename
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import get_text_list

from cress.base.dependents import Effect, dependents_of, remarks_on, rows_of
from cress.base.text.numbers import format_number
from cress.base.text.typography import french

MOST_KEYS = 50  # in the address of a list
MOST_AT_ONCE = 900  # rows: Django reads no form of more than a thousand fields


@dataclass(frozen=True)
class Line:
    """What one relation, or one remark, says: « 12 entreprises », then the rest of the sentence."""

    start: str
    address: str  # that the start links to, or an empty text
    text: str
    way_out: str = ""  # what to do first with rows that keep others from being deleted


@dataclass
class Consequences:
    """What keeps rows from being deleted, what is deleted with them, what stays without them."""

    refused: list[Line] = field(default_factory=list)
    deleted: list[Line] = field(default_factory=list)
    unlinked: list[Line] = field(default_factory=list)
    counts: dict = field(default_factory=dict)  # {plural name: count} of what is deleted
    models: list = field(default_factory=list)  # of what is deleted

    def __bool__(self):
        return bool(self.refused or self.deleted or self.unlinked)

    def lines(self, effect):
        return {
            Effect.REFUSED: self.refused,
            Effect.DELETED: self.deleted,
            Effect.UNLINKED: self.unlinked,
        }[effect]


def consequences_of(objects, user):
    """
    Return the Consequences of the deletion of some rows of one model, as a user may read them.

    Names and links are those of the rows that the user may view; counts are always given. What goes
    with the rows is counted only: its names would be theirs again.
    """
    consequences = Consequences()
    if not objects:
        return consequences
    rows = rows_of(objects)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_KEYS + 1])
    for dependents in dependents_of(rows):
        consequences.lines(dependents.effect).append(_line(dependents, keys, user))
        if dependents.effect is Effect.DELETED:
            consequences.models.append(dependents.model)
            plural = dependents.model._meta.verbose_name_plural
            consequences.counts[plural] = consequences.counts.get(plural, 0) + dependents.count
    for remark in remarks_on(rows):
        line = _written(remark.page, remark.address, f" {remark.text}")
        consequences.lines(remark.effect).append(line)
    return consequences


def _line(dependents, keys, user):
    text = "."
    if dependents.effect is not Effect.DELETED:
        names = f" : {_names(dependents)}" if _may(user, "view", dependents.model) else ""
        text = f", dans « {dependents.field.verbose_name} »{names}."
    way_out = _way_out(dependents, user) if dependents.effect is Effect.REFUSED else ""
    return _written(dependents.counted, _list_address(dependents, keys, user), text, way_out)


def _names(dependents):
    names, others = dependents.names()
    if others:
        names.append(f"{format_number(others)} autre{'s' * (others > 1)}")
    return get_text_list(names, "et")


def _written(start, address, text, way_out=""):
    """Return a Line with the spaces of French."""
    start, whole = french(start), french(start + text)
    return Line(start, address, whole.removeprefix(start), french(way_out))


def _way_out(dependents, user):
    """Return what to do first with rows that keep others from being deleted."""
    model_admin = admin.site._registry.get(dependents.model)
    if model_admin and not getattr(model_admin, "is_written_by_hand", True):
        return "Ce que le site a reçu ne se change ni ne se supprime ici."
    if not _may(user, "change", dependents.model):
        return "Demandez à un compte « Responsable » de les changer d’abord."
    these = "cette ligne" if dependents.count == 1 else "ces lignes"
    return f"Changez-y d’abord « {dependents.field.verbose_name} », ou supprimez {these}."


def _list_address(dependents, keys, user):
    """Return the address of the list of dependents in the admin, or an empty text."""
    relation, model = dependents.field, dependents.model
    if (
        not dependents.is_direct
        or model is not relation.model
        or model not in admin.site._registry
        or not _may(user, "view", model)
        or len(keys) > MOST_KEYS
    ):
        return ""
    options = model._meta
    query = urlencode({f"{relation.name}__in": ",".join(map(str, keys))})
    if dependents.count == 1:
        [row] = dependents.rows[:1]
        return reverse(
            f"admin:{options.app_label}_{options.model_name}_change", args=[quote(row.pk)]
        )
    return f"{reverse(f'admin:{options.app_label}_{options.model_name}_changelist')}?{query}"


def _may(user, action, model):
    options = model._meta
    return user.has_perm(f"{options.app_label}.{get_permission_codename(action, options)}")


def deletable(model_admin, objects, request):
    """Return what Django's pages ask for: what goes, counts, rights that lack, refusals."""
    consequences = consequences_of(objects, request.user)
    if len(objects) > MOST_AT_ONCE:
        text = f" à la fois, c’est trop pour un envoi : {format_number(MOST_AT_ONCE)} au plus."
        consequences.refused.append(_written(f"{format_number(len(objects))} lignes", "", text))
    lacking = {
        model._meta.verbose_name
        for model in consequences.models
        if (related := model_admin.admin_site._registry.get(model))
        and not related.has_delete_permission(request)
    }
    if not all(model_admin.has_delete_permission(request, row) for row in objects):
        lacking.add(model_admin.opts.verbose_name)
    return consequences, consequences.counts, lacking, consequences.refused
