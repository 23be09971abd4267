from django.shortcuts import get_object_or_404, render

from cress.base.web.public import public_page
from policies.competences.who_acts import who_acts
from policies.models import Lever, Resource, Rule, Term, by_theme
from policies.practice import by_topic
from territories.finder.destinations import Destination
from territories.homes import visitor_home


@public_page
def lever_list(request):
    context = {"themes": by_theme(Lever.objects.published())}
    return render(request, "policies/lever_list.html", context)


@public_page
def lever_detail(request, slug):
    lever = get_object_or_404(Lever.objects.published(), slug=slug)
    home = visitor_home(request)
    context = {
        "lever": lever,
        "actions": lever.actions.all(),
        "rules": lever.rules.select_related("legal_text"),
        "enterprises": lever.enterprises.published().examples().for_cards(),
        "terms": lever.terms.all(),
        "explained_terms": Term.objects.explained_in_texts(),
        "resources": lever.resources.all(),
        "acting": who_acts(home, lever),
        "asks_where": home is None and lever.competences.exists(),
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
