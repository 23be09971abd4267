from django.db.models import Count, Max, Q
from django.http import Http404
from django.shortcuts import redirect, render

from cress.base.text.folding import fold
from cress.base.web.public import public_page
from cress.places.answers import first_answer, whose_figures_not
from enterprises.models import Enterprise
from enterprises.plates import plates_caption
from policies.competences.facing import facing
from policies.competences.who_acts import who_acts
from policies.models import Argument
from territories.composition import place_among_all, sources_of, trends_of
from territories.figures import Atlas
from territories.homes import communes_at, home_of, intercommunalities_at
from territories.maps import draw_locator
from territories.models import Commune

NEAREST_EXAMPLES = 3


@public_page
def commune(request, department, address):
    atlas = Atlas()
    territory = atlas.territory(department.partition("-")[0])
    if territory is None:
        raise Http404("Ce département n’existe pas.")
    found = communes_at(territory, address)
    if not found:
        found = list(Commune.objects.filter(folded_name=fold(address))[:2])
        if len(found) != 1:
            raise Http404("Cette commune n’existe pas.")
    return _answer(request, atlas, found)


@public_page
def intercommunality(request, address):
    found = intercommunalities_at(address)
    if not found:
        raise Http404("Cette intercommunalité n’existe pas.")
    return _answer(request, Atlas(), found)


def _answer(request, atlas, places):
    """Show the only place, at its own address; or ask which of several homonyms is meant."""
    if len(places) > 1:
        return render(request, "places/homonyms.html", {"places": places})
    place = places[0]
    if request.path != place.get_absolute_url():
        return redirect(place, permanent=True)

    home = request.visitor_home = home_of(place)
    home.place.has_homonym = place.has_homonym  # the address in its links is this page’s
    departments = [(each, *atlas.figures(each)) for each in home.departments]
    acting = who_acts(home)
    levers = facing(acting)
    examples = list(_nearest_examples(home))
    trend = trends_of(atlas, home.department) if home.commune else None
    context = {
        "home": home,
        "region": atlas.region,
        "answer": first_answer(home, departments[0][2], levers),
        "map": draw_locator(atlas, home),
        "departments": departments,
        "hundred": place_among_all(atlas, home.department) if len(departments) == 1 else None,
        "changes": trend,
        "of_place": whose_figures_not(home),
        "acting": acting,
        "facing": levers,
        "listed": _listed(home),
        "enterprises": examples,
        "plates_caption": plates_caption([example.plate for example in examples]),
        "steps": Argument.objects.filter(kind=Argument.Kind.STEP),
        "sources": sources_of(atlas, [statistic for _, statistic, _ in departments], trend),
        "credit": atlas.grid.credit,
    }
    return render(request, "places/place.html", context)


def _nearest_examples(home):
    """
    Return the nearest examples with their distance, or those of the department without a centre.

    The nearest may be in the next department, which is often closer than the other end of this one.
    """
    examples = Enterprise.objects.published().examples()
    if home.centre:
        return examples.with_published_levers().nearest(home.centre, NEAREST_EXAMPLES)
    of_department = examples.filter(department=home.department).for_cards().with_published_levers()
    return list(of_department[:NEAREST_EXAMPLES])


def _listed(home):
    """
    Return the counts of published establishments here, `commune` and `grouping`, and their date.

    None before a list is loaded: some examples say nothing of what is here.
    """
    enterprises = Enterprise.objects.published()
    if not enterprises.filter(is_example=False).exists():
        return None
    in_commune = Q(commune=home.commune) if home.commune else Q(pk=None)
    counts = enterprises.filter(commune__in=home.communes).aggregate(
        commune=Count("pk", filter=in_commune), grouping=Count("pk")
    )
    listed = enterprises.filter(is_example=False)
    return counts | listed.aggregate(changed_at=Max("updated_at"))
