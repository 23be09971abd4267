"""An import: establishments compared with the site, batch by batch, and written or only shown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from django.db import DatabaseError
from django.db.models import Q

from cress.base.files.tables import TableError
from cress.base.history.operations import part_of_long_operation
from cress.base.history.versions import DELETED, bulk_add, bulk_change
from cress.base.imports import following_fields
from cress.base.text.folding import fold
from enterprises.listing.establishments import Reader
from enterprises.models import Enterprise

BATCH = 1000  # rows that are read, compared and committed together

# Attributes that have a meaning together only: all are written, or all are kept. A message names
# the last one of its group.
GROUPS = [
    ["name"],
    ["usual_name"],
    ["department_id", "commune_id"],
    ["sector_id"],
    ["family_id"],
    [
        "headcount_min",
        "headcount_max",
        "associated_count",
        "headcount_source",
        "headcount_as_printed",
    ],
    ["activity_code"],
    ["legal_category"],
    ["website"],
    ["is_published"],
]
_WRITTEN = [
    *(Enterprise._meta.get_field(name).name for group in GROUPS for name in group),
    "imported",
    *following_fields(Enterprise),
]
_NOTHING = ("", None)


class Fate(Enum):
    """What becomes of a line."""

    ADDED = "ajoutée"
    CHANGED = "changée"
    UNCHANGED = "inchangée"
    WITHDRAWN = "retirée"
    SKIPPED = "ignorée"
    REFUSED = "refusée"


@dataclass(frozen=True)
class Outcome:
    """What became of a row of the file, and the remarks on it."""

    line: int
    siret: str
    fate: Fate
    reasons: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # what the import did not change, because staff had edited it
    notes: tuple[str, ...] = ()  # remarks for the report alone

    @property
    def is_reported(self):
        """Whether the report has the row: something changes, or there is a remark."""
        return self.fate is not Fate.UNCHANGED or bool(self.reasons or self.kept or self.notes)

    @property
    def is_shown(self):
        """Whether the screen shows the row: somebody should look at it."""
        return self.fate in (Fate.WITHDRAWN, Fate.REFUSED) or bool(self.kept or self.reasons)


def import_rows(rows: Iterable, reader: Reader) -> Iterator[Outcome]:
    """
    Import the rows of a table in batches; yield the Outcome of each once its batch is done.

    If the reader applies, a batch is committed whole, and a second import of the same file
    changes nothing: an import that stopped is resumed in this way. Memory grows with the file
    by the SIRETs already seen alone. Raise TableError if the database refuses a batch.
    """
    seen = {}
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        try:
            with part_of_long_operation() if reader.apply else nullcontext():
                outcomes = _import_batch(batch, reader, seen)
        except DatabaseError as error:
            raise TableError(
                f"La base refuse les lignes {batch[0].line} à {batch[-1].line} : {error} "
                "Ce qui précède est écrit ; relancez la même commande pour reprendre."
            ) from error
        yield from outcomes


def _import_batch(batch, reader, seen):
    outcomes, listed = [], []
    for row in batch:
        try:
            establishment = reader.read(row)
            first = seen.setdefault(int(establishment.siret), row.line)
            if first != row.line:
                raise TableError(f"Ce SIRET est déjà à la ligne {first}.")
            listed.append(establishment)
        except TableError as refusal:
            siret = row.cells.get("siret", "")[:40]
            outcomes.append(Outcome(row.line, siret, Fate.REFUSED, (str(refusal),)))
    return sorted(outcomes + _merge(listed, reader), key=lambda outcome: outcome.line)


def _merge(listed, reader):
    """Write the establishments to the site, if the reader applies; return their outcomes."""
    slugs = {establishment.siret: slug_of(establishment) for establishment in listed}
    found = Enterprise.objects.filter(Q(siret__in=slugs) | Q(slug__in=slugs.values()))
    if reader.apply:
        found = found.select_for_update()
    found = list(found.order_by("pk"))
    stored = {enterprise.siret: enterprise for enterprise in found if enterprise.siret}
    holders = {enterprise.slug: enterprise for enterprise in found}
    binned = _binned(set(slugs) - set(stored))

    outcomes, added, changed = [], [], []
    for establishment in listed:
        line, siret = establishment.line, establishment.siret
        slug = slugs[siret]
        if enterprise := stored.get(siret):
            outcome = _update(enterprise, establishment, reader)
            if outcome.fate in (Fate.CHANGED, Fate.WITHDRAWN):
                changed.append(enterprise)
        elif versions := binned.get(siret):
            outcome = _of_binned(versions, establishment, reader)
        elif establishment.withdrawal:
            reason = _sentence(establishment.withdrawal.reason)
            outcome = Outcome(line, siret, Fate.SKIPPED, (reason,))
        elif holder := holders.get(slug):
            reason = f"Son adresse est celle d’une autre entreprise du site : {holder.name}."
            outcome = Outcome(line, siret, Fate.REFUSED, (reason,))
        else:
            remarks = {"reasons": tuple(establishment.doubts), "notes": tuple(establishment.notes)}
            outcome = Outcome(line, siret, Fate.ADDED, **remarks)
            added.append(_new(establishment, slug, reader))
        outcomes.append(outcome)
    if reader.apply:
        _fetch_named([*added, *changed])
        bulk_add(added)
        bulk_change(changed, _WRITTEN)
    return outcomes


def _binned(sirets):
    """Return {SIRET: the last versions} of the enterprises of these that are in the bin."""
    gone = Enterprise.history.filter(siret__in=sirets, history_type=DELETED)
    keys = gone.exclude(id__in=Enterprise.objects.values("pk")).values("id")
    versions = defaultdict(list)
    for version in Enterprise.history.filter(id__in=keys, siret__in=sirets).order_by("history_id"):
        versions[version.siret] = [*versions[version.siret], version][-2:]
    return versions


def _of_binned(versions, establishment, reader):
    """Leave an enterprise in the bin; what Sirene withdraws would come back unpublished."""
    reasons = ["Elle est dans la corbeille : restaurez-la d’abord si elle doit revenir."]
    if establishment.withdrawal:
        reasons.append(_sentence(establishment.withdrawal.reason))
        for version in versions if reader.apply else []:
            version.is_published = False
            version.imported = version.imported | {"is_published": False}
            version.save(update_fields=["is_published", "imported"])
    return Outcome(establishment.line, establishment.siret, Fate.SKIPPED, tuple(reasons))


def _fetch_named(enterprises):
    """Set, with a query a model, the rows whose names the words that are searched have."""
    for name in Enterprise.NAMED_BY:
        field = Enterprise._meta.get_field(name)
        keys = {getattr(enterprise, field.attname) for enterprise in enterprises} - {None}
        rows = field.related_model._base_manager.in_bulk(keys)
        for enterprise in enterprises:
            setattr(enterprise, name, rows.get(getattr(enterprise, field.attname)))


def slug_of(establishment):
    """Return the slug of an establishment: its name, then its SIRET, which is unique."""
    name = "-".join(fold(establishment.values.get("name", "")).split())
    return "-".join(filter(None, [name[:65].strip("-"), establishment.siret]))


def _new(establishment, slug, reader):
    enterprise = Enterprise(slug=slug, siret=establishment.siret, is_example=False)
    values = establishment.values
    if values.get("sector_id") is None:
        values["sector_id"] = reader.default_sector(establishment)
    _write(enterprise, values, reader.places)
    return enterprise


def _update(enterprise, establishment, reader):
    """Change an enterprise into what the establishment says, except what staff have edited."""
    if establishment.withdrawal:
        return _withdraw(enterprise, establishment, reader.places)
    imported = _imported(enterprise, reader.places)
    written, kept = [], []
    for group in GROUPS:
        new = {name: establishment.values[name] for name in group if name in establishment.values}
        current = {name: getattr(enterprise, name) for name in new}
        if new == current:
            continue
        title = enterprise._meta.get_field(group[-1]).verbose_name
        if _is_free(current, imported):
            _write(enterprise, new, reader.places)
            written.append(title)
        else:
            value = reader.as_text(group[-1], new[group[-1]])
            kept.append(f"{title} (le fichier dit « {value} »)")
    return Outcome(
        establishment.line,
        establishment.siret,
        Fate.CHANGED if written else Fate.UNCHANGED,
        (*((f"Change : {', '.join(written)}.",) if written else ()), *establishment.doubts),
        tuple(kept),
        tuple(establishment.notes),
    )


def _withdraw(enterprise, establishment, places):
    """Withdraw a listed enterprise from the site; only the chamber withdraws an example."""
    line, siret = establishment.line, establishment.siret
    reason = _sentence(establishment.withdrawal.reason)
    if not enterprise.is_published:
        return Outcome(line, siret, Fate.UNCHANGED, (reason,))
    is_free = establishment.withdrawal.is_legal or _is_free(
        {"is_published": True}, _imported(enterprise, places)
    )
    if enterprise.is_example or not is_free:
        return Outcome(line, siret, Fate.UNCHANGED, (reason,), ("publié",))
    _write(enterprise, {"is_published": False}, places)
    return Outcome(line, siret, Fate.WITHDRAWN, (reason,))


def _is_free(current, imported):
    """
    Whether an import may change these values: staff have not edited them.

    A value that was imported must still be the same: one that staff have cleared stays empty.
    A value that never was must be empty.
    """
    return all(
        imported[name] == value if name in imported else value in _NOTHING
        for name, value in current.items()
    )


def _imported(enterprise, places):
    """
    Return what the last import wrote, {attribute: value}.

    The commune is the one that its INSEE code means today: it may have merged with another.
    """
    place = places.today(enterprise.imported.get("commune_code", ""))
    if place is None:
        return enterprise.imported
    return enterprise.imported | {
        "commune_id": place.commune,
        "department_id": place.department,
    }


def _write(enterprise, values, places):
    """Set the values of an enterprise, and record that an import wrote them."""
    for name, value in values.items():
        setattr(enterprise, name, value)
    enterprise.imported = enterprise.imported | values
    if "commune_id" in values:
        enterprise.imported["commune_code"] = places.code_of(values["commune_id"])


def _sentence(reason):
    return f"{reason[0].upper()}{reason[1:]}."
