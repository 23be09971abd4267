"""An import: entries compared with the site, batch by batch, and written or only told."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from django.db import DatabaseError, transaction
from django.db.models import Q

from cress.base.text.folding import fold
from enterprises.listing.entries import Reader
from enterprises.listing.errors import ListError, RefusedError
from enterprises.models import Enterprise
from territories.models import Commune

BATCH = 1000  # rows: what is read, compared and committed together

# Attributes that make sense together only: they are written together, or kept together. The last
# one speaks for its group.
GROUPS = [
    ["name"],
    ["usual_name"],
    ["department_id", "commune_id"],
    ["sector_id"],
    ["family_id"],
    ["headcount_min", "headcount_max", "headcount_source", "headcount_as_printed"],
    ["activity_code"],
    ["legal_category"],
    ["website"],
    ["is_published"],
]
_STORED = [f.name for f in Enterprise._meta.concrete_fields if not f.primary_key]
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
    """What became of a line of the file, and what its reader should know."""

    line: int
    siret: str
    fate: Fate
    reasons: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # what the work of staff has kept as it was

    @property
    def is_news(self):
        """Whether there is anything to say of the line."""
        return self.fate is not Fate.UNCHANGED or bool(self.reasons or self.kept)

    @property
    def is_for_the_eye(self):
        """Whether someone should look at it: more than a line that is plainly taken."""
        return self.fate in (Fate.WITHDRAWN, Fate.REFUSED) or bool(self.kept or self.reasons)


def import_rows(rows: Iterable, reader: Reader) -> Iterator[Outcome]:
    """
    Take the rows of a table in batches; yield the Outcome of each once its batch is done.

    Written (if the reader applies), a batch is committed whole. Done again, an import finds its
    own rows and changes nothing more: this is how it resumes after a stop. The numbers already
    seen in the file are all that grows with it.
    """
    seen = {}
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        try:
            with transaction.atomic() if reader.apply else nullcontext():
                outcomes = _take(batch, reader, seen)
        except DatabaseError as error:
            raise ListError(
                f"La base refuse les lignes {batch[0].line} à {batch[-1].line} : {error} "
                "Ce qui précède est écrit ; relancez la même commande pour reprendre."
            ) from error
        yield from outcomes


def _take(batch, reader, seen):
    outcomes, entries = [], []
    for row in batch:
        try:
            entry = reader.read(row)
            first = seen.setdefault(int(entry.siret), row.line)
            if first != row.line:
                raise RefusedError(f"Ce SIRET est déjà à la ligne {first}.")
            entries.append(entry)
        except RefusedError as refusal:
            siret = row.cells.get("siret", "")[:40]
            outcomes.append(Outcome(row.line, siret, Fate.REFUSED, (str(refusal),)))
    return sorted(outcomes + _merge(entries, reader), key=lambda outcome: outcome.line)


def _merge(entries, reader):
    """Bring entries into the site; return their outcomes."""
    slugs = {entry.siret: slug_of(entry) for entry in entries}
    found = Enterprise.objects.filter(Q(siret__in=slugs) | Q(slug__in=slugs.values()))
    if reader.apply:
        found = found.select_for_update()
    found = list(found.order_by("pk"))
    stored = {enterprise.siret: enterprise for enterprise in found if enterprise.siret}
    holders = {enterprise.slug: enterprise for enterprise in found}

    outcomes, added, changed = [], [], []
    for entry in entries:
        enterprise = stored.get(entry.siret)
        if enterprise:
            outcome = _update(enterprise, entry, reader.say)
            if outcome.fate in (Fate.CHANGED, Fate.WITHDRAWN):
                changed.append(enterprise)
        elif entry.withdrawal:
            outcome = Outcome(entry.line, entry.siret, Fate.SKIPPED, (_said(entry.withdrawal),))
        elif holder := holders.get(slugs[entry.siret]):
            reason = f"Son adresse est celle d’une autre entreprise du site : {holder.name}."
            outcome = Outcome(entry.line, entry.siret, Fate.REFUSED, (reason,))
        else:
            outcome = Outcome(entry.line, entry.siret, Fate.ADDED, tuple(entry.doubts))
            added.append(_new(entry, slugs[entry.siret], reader))
        outcomes.append(outcome)
    if reader.apply:
        _fetch_communes([*added, *changed])
        Enterprise.objects.bulk_create(added)
        Enterprise.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=_STORED
        )
    return outcomes


def _fetch_communes(enterprises):
    """Read their communes at once: what is searched holds their names."""
    communes = Commune.objects.in_bulk({enterprise.commune_id for enterprise in enterprises})
    for enterprise in enterprises:
        enterprise.commune = communes.get(enterprise.commune_id)


def slug_of(entry):
    """Return the address of an entry: its name, then its SIRET, which no other has."""
    name = "-".join(fold(entry.values.get("name", "")).split())
    return "-".join(filter(None, [name[:65].strip("-"), entry.siret]))


def _new(entry, slug, reader):
    values = entry.values
    if values.get("sector_id") is None:
        values["sector_id"] = reader.default_sector()
    return Enterprise(
        slug=slug, siret=entry.siret, is_example=False, imported=dict(values), **values
    )


def _update(enterprise, entry, say):
    """Change an enterprise into what the entry says, but for the work of staff."""
    if entry.withdrawal:
        return _withdraw(enterprise, entry)
    written, kept = [], []
    for group in GROUPS:
        new = {name: entry.values[name] for name in group if name in entry.values}
        current = {name: getattr(enterprise, name) for name in new}
        if new == current:
            continue
        title = enterprise._meta.get_field(group[-1]).verbose_name
        if _is_free(enterprise, current):
            _write(enterprise, new)
            written.append(title)
        else:
            told = say(group[-1], new[group[-1]])
            kept.append(f"{title} (le fichier dit « {told} »)")
    return Outcome(
        entry.line,
        entry.siret,
        Fate.CHANGED if written else Fate.UNCHANGED,
        (*((f"Change : {', '.join(written)}.",) if written else ()), *entry.doubts),
        tuple(kept),
    )


def _withdraw(enterprise, entry):
    """Take a listed enterprise off the site; an example is the chamber's to withdraw."""
    reason = _said(entry.withdrawal)
    if not enterprise.is_published:
        return Outcome(entry.line, entry.siret, Fate.UNCHANGED, (reason,))
    current = {"is_published": True}
    if enterprise.is_example or not (entry.is_secret or _is_free(enterprise, current)):
        return Outcome(entry.line, entry.siret, Fate.UNCHANGED, (reason,), ("publié",))
    _write(enterprise, {"is_published": False})
    return Outcome(entry.line, entry.siret, Fate.WITHDRAWN, (reason,))


def _is_free(enterprise, current):
    """Whether no one has written these values but an earlier import."""
    return all(value in _NOTHING for value in current.values()) or all(
        name in enterprise.imported and enterprise.imported[name] == value
        for name, value in current.items()
    )


def _write(enterprise, values):
    for name, value in values.items():
        setattr(enterprise, name, value)
    enterprise.imported = enterprise.imported | values


def _said(reason):
    return f"{reason[0].upper()}{reason[1:]}."
