from django.http import Http404
from django.shortcuts import redirect, render

from cress.decorators import public_page
from territories.figures import EMPLOYEES, Atlas, share_figures
from territories.maps import draw_map, number_markers
from territories.models import Intercommunality, KeyFigure, Source

GEOGRAPHY_SOURCE = "code-officiel-geographique"

# What « ?tri= » may say, and what it sorts the table by; the first is the default.
SORT_KEYS = {
    "territoire": None,
    "salaries": "employee_share",
    "etablissements": "establishment_share",
}


def sorted_rows(rows, key):
    """Sort departments by a share, highest first; the region stays last, as the reference."""
    if key is None:
        return rows
    return sorted(
        rows,
        key=lambda row: (not row[0].is_department, -(getattr(row[1], key, None) or 0)),
    )


@public_page
def territory_list(request):
    atlas = Atlas()
    sort = request.GET.get("tri")
    sort = sort if sort in SORT_KEYS else next(iter(SORT_KEYS))
    context = {
        "map": draw_map(atlas, EMPLOYEES),
        "rows": sorted_rows(atlas.rows(), SORT_KEYS[sort]),
        "source": atlas.source,
        "sort": sort,
        "notes": [s.note for s in atlas.statistics if s.note and s.source == atlas.source],
    }
    return render(request, "territories/territory_list.html", context)


@public_page
def territory_detail(request, address):
    atlas = Atlas()
    territory = atlas.territory(address.partition("-")[0])
    if territory is None:
        raise Http404("Ce territoire n’existe pas.")
    if address != territory.address:
        return redirect(territory, permanent=True)

    is_whole = territory == atlas.region
    statistic = atlas.best_statistic(territory)
    reference = None
    if atlas.region and statistic and not is_whole:
        reference = atlas.statistic(atlas.region, statistic.source)
    enterprises = list(territory.enterprises.published().examples().for_cards())
    levers = {lever for enterprise in enterprises for lever in enterprise.published_levers}
    context = {
        "territory": territory,
        "region": atlas.region,
        "source": atlas.source,
        "rows": atlas.rows(),
        "statistic": statistic,
        "figures": share_figures(statistic, reference),
        "other_statistics": [s for s in atlas.history(territory) if s != statistic],
        "country": atlas.country,
        "country_statistics": atlas.history(atlas.country) if is_whole and atlas.country else [],
        "map": draw_map(
            atlas,
            EMPLOYEES,
            current=territory,
            markers=number_markers([enterprise.commune for enterprise in enterprises]),
        ),
        "enterprises": enterprises,
        "levers": sorted(levers, key=lambda lever: (lever.number, lever.slug)),
        "key_figures": KeyFigure.objects.select_related("source") if is_whole else [],
        "geography_source": Source.objects.filter(slug=GEOGRAPHY_SOURCE).first(),
        "intercommunalities": Intercommunality.objects.filter(
            communes__department=territory
        ).distinct(),
    }
    return render(request, "territories/territory_detail.html", context)
