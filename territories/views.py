from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list

from cress.base.web.public import public_page
from territories.charts.pages import against_the_others, six_departments
from territories.charts.strips import draw_two_measures
from territories.comparison import compare, select
from territories.composition import place_among_all, shares_title, sources_of, trends_of
from territories.figures import EMPLOYEES, ESTABLISHMENTS, MEASURES, Atlas, segments, sentence_of
from territories.finder import find, query_for_display
from territories.finder.destinations import read_destination
from territories.findings import leaders_title, rounding_sentence
from territories.homes import visitor_home
from territories.key_figures import in_sentences
from territories.maps import draw_map
from territories.models import Intercommunality, KeyFigure, Territory

MOST_SUGGESTIONS = 8

# {value of « ?tri= »: the Measure that sorts the table}; the first is the default.
SORT_KEYS = {
    "territoire": None,
    "salaries": EMPLOYEES,
    "etablissements": ESTABLISHMENTS,
}


@public_page
def territory_list(request):
    atlas = Atlas()
    sort = request.GET.get("tri")
    sort = sort if sort in SORT_KEYS else next(iter(SORT_KEYS))
    of_region = atlas.statistic(atlas.region) if atlas.region else None
    maps = [(draw_map(atlas, measure), measure.of(of_region)) for measure in MEASURES]
    context = {
        "maps": [(drawn, share) for drawn, share in maps if drawn.shapes],
        "six": six_departments(atlas, sort=SORT_KEYS[sort]),
        "finding": leaders_title(atlas.rows()) or "Les chiffres, territoire par territoire",
        "source": atlas.source,
        "sources": sources_of(atlas, [of_region]),
        "credit": atlas.grid.outline_credit,
        "region": atlas.region,
        "sort": sort,
        "notes": atlas.notes(),
    }
    return render(request, "territories/territory_list.html", context)


@public_page
def comparison(request):
    atlas = Atlas()
    selection = select(atlas, request.GET.getlist("t"))
    compared = compare(atlas, selection.territories) if selection.is_comparable else None
    rows = compared.rows if compared else []
    chart = draw_two_measures([(row.territory, row.statistic) for row in rows])
    context = {
        "places": atlas.places,
        "selection": selection,
        "comparison": compared,
        "chart": chart,
        "rows": list(zip(rows, chart.rows, strict=True)),
        "names": get_text_list([place.with_article for place in selection.territories], "et"),
        "measures": list(zip(MEASURES, chart.keys, strict=True)),
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
    trend = trends_of(atlas, territory)
    # What the trend shows is not in a table too; nor is the only row, that the figures show.
    history = [row for row in atlas.history(territory) if not trend or row not in trend]
    vintages = segments(history)
    examples = territory.enterprises.published().examples()
    enterprises = list(examples.for_cards().with_published_levers())
    levers = {lever for enterprise in enterprises for lever in enterprise.published_levers}
    key_figures = KeyFigure.objects.select_related("source")
    key_figures = key_figures if is_whole else key_figures.none()
    context = {
        "territory": territory,
        "region": atlas.region,
        "shares": [
            (figure, against_the_others(atlas, territory, figure.measure)) for figure in figures
        ],
        "answer": sentence_of(figures),
        "shares_finding": shares_title(atlas, territory, statistic),
        "rounding": trend and statistic and rounding_sentence(statistic, trend.latest),
        "hundred": place_among_all(atlas, territory),
        "changes": trend,
        "six": six_departments(atlas) if atlas.source else None,
        "departments_finding": leaders_title(atlas.rows()) or "Département par département",
        "statistic": statistic,
        "figures": figures,
        "sources": sources_of(atlas, [statistic], trend),
        "segments": vintages if len(history) > 1 or not figures else [],
        "country": atlas.country,
        "of_country": [
            row
            for row in (atlas.history(atlas.country) if is_whole and atlas.country else [])
            if not trend or row not in trend
        ],
        "series": list(dict.fromkeys(each.series for each in segments(atlas.history(territory)))),
        "map": draw_map(
            atlas,
            EMPLOYEES,
            current=territory,
            communes=[enterprise.commune for enterprise in enterprises],
        ),
        "credit": atlas.grid.credit,
        "enterprises": enterprises,
        "levers": sorted(levers, key=lambda lever: (lever.order, lever.slug)),
        # A share of the region has a large place already, by its newest value: the printed one
        # keeps its own label, apart.
        "key_figures": in_sentences(key_figures.exclude(unit="%")),
        "printed_shares": key_figures.filter(unit="%"),
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
