from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list

from cress.base.web.public import public_page
from territories.comparison import compare, select
from territories.figures import EMPLOYEES, MEASURES, Atlas, segments
from territories.finder import find, query_for_display
from territories.finder.destinations import read_destination
from territories.homes import visitor_home
from territories.maps import draw_map
from territories.models import Intercommunality, KeyFigure, Territory

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
        "maps": [(measure.key, draw_map(atlas, measure)) for measure in MEASURES],
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
    if home := visitor_home(request):
        return redirect(home.place, permanent=True)
    if address != territory.address:
        steps = [territory.get_absolute_url(), request.GET.urlencode()]
        return redirect("?".join(filter(None, steps)), permanent=True)

    is_whole = territory == atlas.region
    statistic, figures = atlas.figures(territory)
    history = atlas.history(territory)
    vintages = segments(history)
    examples = territory.enterprises.published().examples()
    enterprises = list(examples.for_cards().with_published_levers())
    levers = {lever for enterprise in enterprises for lever in enterprise.published_levers}
    context = {
        "territory": territory,
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
        "intercommunalities": Intercommunality.objects.filter(
            communes__department=territory
        ).distinct(),
    }
    return render(request, "territories/territory_detail.html", context)


@public_page
def search(request):
    """Redirect to the place when it is certain; otherwise offer places, or the departments."""
    query, destination = request.GET.get("q", ""), read_destination(request.GET)
    answer = find(query)
    if answer.is_certain:
        return redirect(destination.address_of(answer.places[0]))
    context = {
        "destination": destination,
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
    destination = read_destination(request.GET)
    places = [
        {
            "name": place.name,
            "detail": place.detail,
            "value": place.label,
            "address": destination.address_of(place),
        }
        for place in answer.places
    ]
    return JsonResponse({"places": places})
