from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list

from cress.base.web.public import public_page
from territories.comparison import compare, select
from territories.figures import EMPLOYEES, MEASURES, Atlas, segments
from territories.finder import find, query_for_display
from territories.homes import find_home
from territories.maps import draw_map
from territories.models import Intercommunality, KeyFigure, Territory

NEAREST_EXAMPLES = 3
MOST_SUGGESTIONS = 8

# {value of « ?tri= »: the field that sorts the table}; the first is the default.
SORT_KEYS = {
    "territoire": None,
    "salaries": "employee_share",
    "etablissements": "establishment_share",
}


def sorted_rows(rows, key):
    """Sort the departments by a share, the highest first; the region stays last."""
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
        "region": atlas.region,
        "sort": sort,
        "notes": atlas.notes(),
    }
    return render(request, "territories/territory_list.html", context)


@public_page
def comparison(request):
    atlas = Atlas()
    selection = select(atlas, request.GET.getlist("t"))
    context = {
        "places": atlas.places,
        "selection": selection,
        "comparison": compare(atlas, selection.territories) if selection.is_comparable else None,
        "names": get_text_list([place.with_article for place in selection.territories], "et"),
        "measures": MEASURES,
        "source": atlas.source,
        "notes": atlas.notes(),
        "region": atlas.region,
        "country": atlas.country,
    }
    return render(request, "territories/comparison.html", context)


@public_page
def territory_detail(request, address):
    atlas = Atlas()
    territory = atlas.territory(address.partition("-")[0])
    if territory is None:
        raise Http404("Ce territoire n’existe pas.")
    if address != territory.address:
        steps = [territory.get_absolute_url(), request.GET.urlencode()]
        return redirect("?".join(filter(None, steps)), permanent=True)

    is_whole = territory == atlas.region
    statistic, figures = atlas.figures(territory)
    history = atlas.history(territory)
    vintages = segments(history)
    home = find_home(territory, request.GET)
    enterprises = _examples(territory, home)
    levers = {lever for enterprise in enterprises for lever in enterprise.published_levers}
    context = {
        "territory": territory,
        "home": home,
        "centres_credit": atlas.grid.centre_credit,
        "region": atlas.region,
        "source": atlas.source,
        "rows": atlas.rows(),
        "statistic": statistic,
        "figures": figures,
        "segments": vintages if len(history) > 1 or not figures else [],
        "country": atlas.country,
        "country_segments": segments(atlas.history(atlas.country))
        if is_whole and atlas.country
        else [],
        "series": [segment.series for segment in vintages],
        "map": draw_map(
            atlas,
            EMPLOYEES,
            current=territory,
            communes=[enterprise.commune for enterprise in enterprises],
        ),
        "enterprises": enterprises,
        "levers": sorted(levers, key=lambda lever: (lever.number, lever.slug)),
        "key_figures": KeyFigure.objects.select_related("source") if is_whole else [],
        "intercommunalities": []
        if home
        else Intercommunality.objects.filter(communes__department=territory).distinct(),
    }
    return render(request, "territories/territory_detail.html", context)


def _examples(territory, home):
    """
    Return the examples of a territory; for a commune, the nearest ones with their distance.

    The nearest may be in the next department, which is often closer than the other end of this one.
    """
    if home and home.centre:
        everywhere = territory.enterprises.model.objects.published().examples()
        return everywhere.with_published_levers().nearest(home.centre, NEAREST_EXAMPLES)
    return list(territory.enterprises.published().examples().for_cards().with_published_levers())


@public_page
def search(request):
    """Redirect to the place when it is certain; otherwise offer places, or the departments."""
    query = request.GET.get("q", "")
    answer = find(query)
    if answer.is_certain:
        return redirect(answer.places[0].address)
    context = {
        "query": query_for_display(query),
        "answer": answer,
        "departments": Territory.objects.departments(),
    }
    return render(request, "territories/search.html", context)


@public_page
def suggestions(request):
    """Give the script of the finder the same places; with « communes », communes only."""
    answer = find(
        request.GET.get("q", ""),
        communes_only="communes" in request.GET,
        most=MOST_SUGGESTIONS,
    )
    places = [
        {
            "name": place.name,
            "detail": place.detail,
            "value": place.label,
            "address": place.address,
        }
        for place in answer.places
    ]
    return JsonResponse({"places": places})
