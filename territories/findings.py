"""
What the figures say, as titles and sentences: computed, and right for any region.

Each function takes rows that have been read, and returns French text without a final full stop
for a title, with one for a sentence. It is empty when the figures say nothing.
"""

from decimal import Decimal

from django.utils.text import capfirst, get_text_list

from cress.base.text.numbers import format_figure, format_number
from cress.base.text.typography import french
from cress.charts.scale import HALF, short
from territories.figures import EMPLOYEES, ESTABLISHMENTS
from territories.words import at_the_coarser, count_in_words, gap_in_words

# Percentage points: a share this close to the median is « au milieu ».
MIDDLE = Decimal("0.5")
# Percentage points: two tables that differ by this much at most give one share, rounded or not.
ROUNDING = Decimal("0.05")
LEADERS_NAMED = 2  # of those that share the first place; more are counted
_QUARTERS = ["premier", "deuxième", "troisième", "dernier"]


# The departments of the country


def histogram_title(distribution, rows):
    """
    Return where the home departments stand among all.

    « Parmi cent départements : deux au milieu, quatre plus bas ». `rows` are (home
    department, its share in the source of the distribution or None) pairs. « Au milieu » is at most
    half a point from the median.
    """
    if not rows:
        return french(f"{capfirst(_departments(distribution.size))} : {_extent(distribution)}")
    groups = {"plus haut": [], "au milieu": [], "plus bas": [], "sans chiffre": []}
    for department, share in rows:
        groups[_place(share, distribution.median)].append(department)
    return french(f"Parmi {_departments(distribution.size)} : {_grouped(groups, len(rows))}")


def _departments(count):
    """Return a number of departments: in words up to sixteen and for a hundred."""
    return f"{count_in_words(count)} département{'s' if count > 1 else ''}"


def _extent(distribution):
    lowest, highest = format_number(distribution.lowest), format_figure(distribution.highest, "%")
    return f"de {lowest} à {highest}"


def _place(share, median):
    if share is None:
        return "sans chiffre"
    if abs(share - median) <= MIDDLE:
        return "au milieu"
    return "plus haut" if share > median else "plus bas"


def _grouped(groups, total):
    """Return « deux au milieu, quatre plus bas »; a group of all, or of one alone, is named so."""
    filled = {place: members for place, members in groups.items() if members}
    if len(filled) == 1:
        [(place, members)] = filled.items()
        return f"{_all_of(members)} {place}"
    alone = [place for place, members in filled.items() if len(members) == 1]
    return ", ".join(
        f"{count_in_words(len(members))}{' seul' if alone == [place] and total > 2 else ''} {place}"
        for place, members in filled.items()
    )


def _all_of(members):
    if len(members) == 1:
        return members[0].with_article
    return "les deux" if len(members) == 2 else "tous"


def middle_sentence(distribution):
    """Return what « au milieu » means: « Au milieu : à un demi-point au plus de la médiane… »."""
    median = format_figure(distribution.median, "%")
    return french(f"Au milieu : à un demi-point au plus de la médiane, {median}.")


# The rank of a department


def ordinal(number):
    """Return a rank, « 1re » or « 64e »; the filter `ordinals` raises its letters."""
    return "1re" if number == 1 else f"{number}e"


def place_in_words(rank):
    """Return « autour de la 64e place sur 100 », for a place that a little changes."""
    size = format_number(rank.distribution.size)
    around = "à" if rank.position == 1 else "autour de"
    return f"{around} la {ordinal(rank.position)} place sur {size}"


def quarter_in_words(rank):
    """
    Return « dans le troisième quart », the highest shares first; nothing of under four departments.
    """
    size = rank.distribution.size
    if size < len(_QUARTERS):
        return ""
    return f"dans le {_QUARTERS[min(4 * (rank.position - 1) // size, 3)]} quart"


def fragility_sentence(rank, share):
    """
    Return why the rank of a share is not to be taken literally; nothing without the bins.

    « Cette place est fragile : sept départements se tiennent entre 10,5 et 11 %, à moins d’un
    demi-point les uns des autres. »
    """
    distribution = rank.distribution
    start = distribution.bin_of(share)
    neighbours = distribution.counts().get(start, 0)
    if neighbours < 2:
        return ""
    low, high = format_number(short(start)), format_number(short(start + HALF))
    return french(
        f"Cette place est fragile : {count_in_words(neighbours)} départements se tiennent entre "
        f"{low} et {high} %, à moins d’un demi-point les uns des autres."
    )


def place_sentence(rank, share):
    """
    Return the place of a department by a share, its quarter, why it is fragile, year and source.
    """
    source = rank.distribution.source
    where = ", ".join(filter(None, [place_in_words(rank), quarter_in_words(rank)]))
    period = f"{source.period}, " if source.period else ""
    sentences = [
        capfirst(f"{period}{rank.territory.with_article} est {where}, de la part la plus haute à ")
        + "la plus basse.",
        fragility_sentence(rank, share),
        f"Source : {source.short_citation}.",
    ]
    return french(" ".join(filter(None, sentences)))


def ranks_in_words(ranks):
    """
    Return the ranks of one department, from the oldest: « 61e ex æquo, puis 62e sur 100 ».

    They stand beside a growth, which alone flatters when every department grows.
    """
    if not ranks:
        return ""
    sizes = [rank.distribution.size for rank in ranks]
    words = [ordinal(rank.position) + (" ex æquo" if rank.is_tied else "") for rank in ranks]
    if len(set(sizes)) > 1:
        words = [
            f"{text} sur {format_number(size)}" for text, size in zip(words, sizes, strict=True)
        ]
        return ", puis ".join(words)
    return f"{', puis '.join(words)} sur {format_number(sizes[0])}"


# The home departments, side by side


def leaders_title(rows):
    """
    Return who has the highest shares: « L’Indre d’abord pour les salariés, le Loir-et-Cher pour les
    établissements ».

    `rows` are (department, statistic or None) pairs. There is no order among fewer than two.
    """
    employees = _leaders(rows, EMPLOYEES)
    establishments = _leaders(rows, ESTABLISHMENTS)
    for_employees, for_establishments = "pour les salariés", "pour les établissements"
    if employees and employees == establishments:
        return capfirst(f"{employees} d’abord, {for_employees} comme {for_establishments}")
    if employees and establishments:
        first = f"{employees} d’abord {for_employees}"
        return capfirst(f"{first}, {establishments} {for_establishments}")
    if employees or establishments:
        which = for_employees if employees else for_establishments
        return capfirst(f"{employees or establishments} d’abord {which}")
    return ""


def _leaders(rows, measure):
    """Return who has the highest share, or « trois départements »; nothing if all are equal."""
    shares = [(place, measure.of(row)) for place, row in rows]
    known = [(place, share) for place, share in shares if share is not None]
    if len({share for _, share in known}) < 2:
        return ""
    highest = max(share for _, share in known)
    leaders = [place.with_article for place, share in known if share == highest]
    if len(leaders) > LEADERS_NAMED:
        return f"{count_in_words(len(leaders))} départements"
    return get_text_list(leaders, "et")


# Over time


def trend_title(trends):
    """
    Return the change of a territory, then of the region and the country.

    « Depuis 2008, 0,66 point de plus dans le Cher, 0,58 en Centre-Val de Loire, 0,57 en France ».
    Each is from its first to its last year, with the decimals of the poorer of the two. A
    territory that does not have the first and the last year of the others is left out.
    """
    over_time = [trend for trend in trends if trend.is_over_time]
    if not over_time or over_time[0] is not trends[0]:
        return ""
    subject = over_time[0]
    years = _years(subject)
    parts, said = [], ""
    for trend in over_time:
        if _years(trend) != years:
            continue
        first, last = trend.ends
        gap = gap_in_words(last, first) if first != last else "la même part"
        number, _, direction = gap.partition(" de ")
        is_repeated = direction and direction == said
        parts.append(f"{number.split()[0] if is_repeated else gap} {trend.territory.inside}")
        said = direction
    return french(f"Depuis {years[0]}, {', '.join(parts)}")


def _years(trend):
    return [vintage for vintage, _ in (trend.points[0], trend.points[-1])]


# Against others


def against_title(share, references):
    """
    Return how far a share is from others: « 0,29 point de plus que la région, 0,31 de plus que… ».

    `references` is {« la région »: its share, or None}. A gap has the decimals of the poorer share.
    """
    gaps = [
        f"{gap_in_words(*at_the_coarser(share, other))} que {name}"
        for name, other in references.items()
        if share is not None and other is not None
    ]
    return french(capfirst(", ".join(gaps)))


def rounding_sentence(shown, detailed, measure=EMPLOYEES):
    """
    Return the sentence on two tables of one year that give a share with different decimals.

    `shown` is the row of the table that the site shows, `detailed` that of the table that gives
    ranks and other years. It is empty when both print the same share, and when their gap is more
    than a rounding.
    """
    one, other = measure.of(shown), measure.of(detailed)
    if one is None or other is None or one == other or abs(one - other) > ROUNDING:
        return ""
    year = shown.source.vintage
    return french(
        f"Pour {year}, le tableau des départements arrondit cette part à "
        f"{format_figure(one, '%')} ; les indicateurs d’où viennent les places, la France et les "
        f"autres années donnent {format_figure(other, '%')}."
    )
