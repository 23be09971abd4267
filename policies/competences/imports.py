"""A file of Banatic beside the declared competences of the site: first compared, then written."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from cress.base.files.tables import TableError
from cress.base.history.operations import Operation, operation
from cress.base.history.versions import bulk_add
from policies.competences.files import read_lines
from policies.competences.models import Competence, DeclaredCompetence, Nomenclature
from policies.competences.words import date_in_words
from territories.models import Intercommunality

_SIREN = re.compile(r"[0-9]{9}")


@dataclass(frozen=True)
class DeclarationChange:
    """What becomes of the declared competences of one EPCI: (nomenclature, code) pairs."""

    intercommunality: Intercommunality
    before: frozenset[tuple[int, str]]
    after: frozenset[tuple[int, str]]

    def __str__(self):
        added, removed = self.after - self.before, self.before - self.after
        moves = [f"+{code}" for _, code in sorted(added)] if self.before else []
        moves += [f"−{code}" for _, code in sorted(removed)]
        count = len(self.after)
        return f"{self.intercommunality} : {count} code{'s' if count > 1 else ''}" + (
            f" ({' '.join(moves)})" if moves else ""
        )


@dataclass
class DeclarationPlan:
    """What an import would do; nothing is written before write()."""

    as_of: date
    refusals: list[str] = field(default_factory=list)
    changes: list[DeclarationChange] = field(default_factory=list)
    unchanged: list[Intercommunality] = field(default_factory=list)
    missing: list[Intercommunality] = field(default_factory=list)  # from the file, or empty in it
    elsewhere: set[str] = field(default_factory=set)  # SIREN that the site does not have
    nomenclature: int | None = None  # of the codes whose heading names none
    unused: set[tuple[int, str]] = field(default_factory=set)  # codes of no competence

    def write(self):
        """Replace all rows of each changed EPCI; keep those of the others."""
        if self.refusals:
            raise TableError("Rien n’est écrit : corrigez d’abord ce qui est refusé.")
        title = f"Compétences déclarées au {date_in_words(self.as_of)}"
        with operation(Operation.Kind.IMPORT, title=title):
            self._write()

    def _write(self):
        groupings = [change.intercommunality.pk for change in self.changes]
        # Two imports at once write one after the other.
        list(Intercommunality.objects.select_for_update().filter(pk__in=groupings).order_by("pk"))
        DeclaredCompetence.objects.filter(intercommunality__in=groupings).delete()
        bulk_add(
            [
                DeclaredCompetence(
                    intercommunality=change.intercommunality,
                    nomenclature=nomenclature,
                    code=code,
                    as_of=self.as_of,
                )
                for change in self.changes
                for nomenclature, code in sorted(change.after)
            ]
        )


def plan_declarations(path, as_of, nomenclature=None):
    """
    Return the DeclarationPlan of a file that describes the state at a date.

    `nomenclature` (2021 or 2025) is that of the codes whose heading names none. Without it, the
    nomenclature is found from the codes. Raise TableError on a file that cannot be read.
    """
    plan = DeclarationPlan(as_of)
    if as_of > timezone.localdate():
        plan.refusals.append(f"Le {date_in_words(as_of)} n’est pas encore passé.")
    groupings = {grouping.siren: grouping for grouping in Intercommunality.objects.all()}
    declared = _read(path, groupings, plan)
    if not declared and not plan.refusals:
        plan.refusals.append(
            "Aucun SIREN du fichier n’est celui d’une intercommunalité du site."
            if plan.elsewhere
            else "Aucune ligne sous les titres."
        )
    declared = _with_nomenclature(declared, nomenclature, plan)
    if not plan.refusals:
        _compare(declared, groupings, plan)
    return plan


def _read(path, groupings, plan):
    """Return {siren: {nomenclature or None: codes}} for the EPCI of the site."""
    declared, whole_lines = {}, {}
    for line in read_lines(path):
        is_ours = line.siren in groupings
        if line.problem and (is_ours or not _SIREN.fullmatch(line.siren)):
            plan.refusals.append(f"Ligne {line.line} : {line.problem}")
        elif not is_ours:
            plan.elsewhere.add(line.siren)
        elif line.is_whole and line.siren in whole_lines:
            number, codes = whole_lines[line.siren]
            if codes != line.codes:
                plan.refusals.append(
                    f"Ligne {line.line} : le SIREN {line.siren} n’a pas les mêmes compétences "
                    f"qu’à la ligne {number}. Gardez la bonne."
                )
        else:
            whole_lines[line.siren] = (line.line, line.codes)
            stored = declared.setdefault(line.siren, {})
            for year, codes in line.codes.items():
                stored[year] = stored.get(year, frozenset()) | codes
    return declared


def _with_nomenclature(declared, nomenclature, plan):
    """Return {siren: {(nomenclature, code)}}; refuse codes of an unclear nomenclature."""
    unnamed = {code for codes in declared.values() for code in codes.get(None, ())}
    if unnamed and nomenclature is None:
        nomenclature = _nomenclature_of(unnamed)
    if unnamed and nomenclature is None:
        plan.refusals.append(
            "Les codes du fichier ne montrent pas leur nomenclature : les mêmes quatre chiffres "
            "changent de sens de 2021 à 2025. Donnez-la : --nomenclature 2021 ou "
            "--nomenclature 2025."
        )
    plan.nomenclature = nomenclature if unnamed else None
    return {
        siren: frozenset(
            (nomenclature if year is None else year, code)
            for year, codes in by_year.items()
            for code in codes
        )
        for siren, by_year in declared.items()
    }


def _known_codes():
    """Return the codes that the competences of the site name, by nomenclature."""
    known = {year: set() for year in Nomenclature.values}
    for competence in Competence.objects.all():
        for year, codes in competence.codes.items():
            known[year] |= codes
    return known


def _nomenclature_of(codes):
    """
    Return the nomenclature of the codes, or None if it is unclear.

    A few codes are in both, with two meanings. One nomenclature must have more than twice as
    many of the codes as the other.
    """
    known = _known_codes()
    [(old, old_codes), (new, new_codes)] = known.items()
    fit_old, fit_new = len(codes & (old_codes - new_codes)), len(codes & (new_codes - old_codes))
    if fit_old > 2 * fit_new:
        return old
    return new if fit_new > 2 * fit_old else None


def _compare(declared, groupings, plan):
    """Put each EPCI of the site among those that change, stay or are missing."""
    stored, dates = {}, {}
    for row in DeclaredCompetence.objects.all():
        stored.setdefault(row.intercommunality_id, set()).add((row.nomenclature, row.code))
        dates[row.intercommunality_id] = row.as_of
    newer = [
        date for siren in declared if (date := dates.get(groupings[siren].pk)) and date > plan.as_of
    ]
    if newer:
        plan.refusals.append(
            f"Le site a déjà un état plus récent, au {date_in_words(max(newer))} : ce fichier le "
            "remplacerait par un plus ancien."
        )
        return
    for siren, grouping in groupings.items():
        after = declared.get(siren, frozenset())
        before = frozenset(stored.get(grouping.pk, ()))
        if not after:  # absence proves nothing
            plan.missing.append(grouping)
        elif after == before and dates[grouping.pk] == plan.as_of:
            plan.unchanged.append(grouping)
        else:
            plan.changes.append(DeclarationChange(grouping, before, after))
    known = {(year, code) for year, codes in _known_codes().items() for code in codes}
    plan.unused = {pair for pairs in declared.values() for pair in pairs} - known
