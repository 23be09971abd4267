from django.shortcuts import render

from cress.base.web.moved import published_at
from cress.base.web.public import public_page
from policies.competences.who_acts import situation_of, who_acts
from policies.margins import annotate
from policies.matrix import matrix_of, row_of
from policies.models import Lever, Resource, Rule, Term
from policies.practice import by_topic
from territories.figures import Atlas
from territories.finder.destinations import Destination
from territories.homes import visitor_home
from territories.maps import draw_towns

# The ground of the opening of a lever, by family.
_GROUNDS = {
    Lever.Theme.ECONOMY: "teal",
    Lever.Theme.ENVIRONMENT: "leaf",
    Lever.Theme.SOLIDARITY: "ink",
    Lever.Theme.CULTURE: "plum",
    Lever.Theme.HOUSING: "housing",
}


@public_page
def lever_list(request):
    home = visitor_home(request)
    context = {
        "matrix": matrix_of(home),
        "asks_where": home is None,
        "destination": Destination("leviers"),
    }
    return render(request, "policies/lever_list.html", context)


@public_page
def lever_detail(request, slug):
    lever = published_at(Lever.objects.published(), slug)
    home = visitor_home(request)
    competences = list(lever.competences.all())
    rules, terms = lever.rules.select_related("legal_text"), Term.objects.with_lever(lever)
    enterprises = list(lever.enterprises.published().examples().for_cards())
    context = {
        "lever": lever,
        "ground": _GROUNDS[lever.theme],
        "annotated": annotate(lever.actions.all(), [t for t in terms if t.is_of_lever], rules),
        "row": row_of(lever, competences, home and situation_of(home)),
        "example": enterprises[0] if enterprises else None,
        "enterprises": enterprises[1:],
        # The lever’s own terms are explained in the margins.
        "explained_terms": [t for t in terms if t.is_explained_in_texts and not t.is_of_lever],
        "resources": lever.resources.all(),
        "map": draw_towns(
            Atlas(),
            rings=[(each.commune, each.name) for each in enterprises],
            with_borders=True,
        ),
        "acting": who_acts(home, lever),
        "asks_where": home is None and bool(competences),
        "destination": Destination("levier", (lever.slug,)),
    }
    return render(request, "policies/lever_detail.html", context)


@public_page
def how_to_act(request):
    context = {
        "topics": by_topic(Rule.objects.common().select_related("legal_text")),
        "explained_terms": Term.objects.explained_in_texts(),
        "resources": Resource.objects.filter(levers=None),
    }
    return render(request, "policies/how_to_act.html", context)


@public_page
def glossary(request):
    return render(request, "policies/glossary.html", {"terms": Term.objects.all()})
