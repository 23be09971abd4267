from django.shortcuts import get_object_or_404, render

from cress.base.web.public import public_page
from policies.competences.who_acts import who_acts
from policies.models import Lever, Term, by_theme
from territories.homes import find_home_anywhere


@public_page
def lever_list(request):
    context = {"themes": by_theme(Lever.objects.published())}
    return render(request, "policies/lever_list.html", context)


@public_page
def lever_detail(request, slug):
    lever = get_object_or_404(Lever.objects.published(), slug=slug)
    context = {
        "lever": lever,
        "actions": lever.actions.all(),
        "enterprises": lever.enterprises.published().examples().for_cards(),
        "terms": lever.terms.all(),
        "explained_terms": Term.objects.explained_in_texts(),
        "resources": lever.resources.all(),
        "acting": who_acts(find_home_anywhere(request.GET), lever),
    }
    return render(request, "policies/lever_detail.html", context)


@public_page
def glossary(request):
    return render(request, "policies/glossary.html", {"terms": Term.objects.all()})
