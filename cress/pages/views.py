from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse

from cress.decorators import public_page
from cress.pages import search as site_search
from cress.pages.components import examples
from cress.pages.models import Mission, Page, Service, SiteIdentity
from cress.pages.sharing.cards import find_card
from cress.pages.sharing.picture import picture
from enterprises.models import Enterprise
from policies.models import Argument, Lever, Term, by_theme
from territories.figures import EMPLOYEES, Atlas, share_figures
from territories.finder import LONGEST_QUERY, readable
from territories.maps import draw_map
from territories.models import KeyFigure, Territory

PAGE_LENGTH = 20


def arguments_by_kind():
    """Return the arguments in lists named by their kind: strength, reason, referent, keyword."""
    kinds = {kind: [] for kind in Argument.Kind.values}
    for argument in Argument.objects.all():
        kinds[argument.kind].append(argument)
    return kinds


@public_page
def home(request):
    atlas = Atlas()
    context = {
        "map": draw_map(atlas, EMPLOYEES),
        "region": atlas.region,
        "departments": atlas.departments,
        "region_figures": share_figures(atlas.statistic(atlas.region)) if atlas.region else [],
        "rows": atlas.rows(),
        "source": atlas.source,
        "key_figures": KeyFigure.objects.select_related("source"),
        "arguments": arguments_by_kind(),
        "themes": by_theme(Lever.objects.published()),
        "enterprises": Enterprise.objects.published()
        .examples()
        .one_per_department()
        .for_cards()
        .order_by("department__code"),
        "services": Service.objects.all(),
    }
    return render(request, "pages/home.html", context)


@public_page
def arguments(request):
    return render(
        request,
        "pages/arguments.html",
        {"arguments": arguments_by_kind(), "explained_terms": Term.objects.explained_in_texts()},
    )


@public_page
def chamber(request):
    context = {"services": Service.objects.all(), "missions": Mission.objects.all()}
    return render(request, "pages/chamber.html", context)


@public_page
def search(request):
    """Look for the words of « ?q= » in the whole site, or in what « ?type= » narrows it to."""
    typed = request.GET.get("q", "")
    query = readable(typed)
    answer = site_search.search(query)
    chosen = request.GET.get("type", "")
    kind = site_search.Type(chosen) if chosen in site_search.Type.values else None
    address = urlencode({"q": query})
    has_many_enterprises = answer.count(site_search.Type.ENTERPRISE) > PAGE_LENGTH
    context = {
        "query": query,
        "is_empty": not typed.strip(),
        "is_cut": len(typed) > LONGEST_QUERY,
        "answer": answer,
        "tabs": site_search.tabs(answer, kind, address),
        "chosen": kind,
        "is_unknown": chosen and not kind,
        "count": answer.count(kind),
        "is_more": answer.is_more(kind),
        "page": Paginator(answer.narrowed(kind), PAGE_LENGTH).get_page(request.GET.get("page")),
        "page_address": f"{address}&type={kind}" if kind else address,
        "places_address": answer.has_more_places and f"{reverse('territories:search')}?{address}",
        "enterprises_address": has_many_enterprises
        and f"{reverse('enterprises:enterprise_list')}?{address}",
    }
    return render(request, "pages/search.html", context)


@public_page
def legal_notice(request):
    return render(request, "pages/legal_notice.html")


@public_page
def site_map(request):
    context = {
        "territories": Territory.objects.with_page().order_by("-kind", "code"),
        "levers": Lever.objects.published(),
        "enterprises": Enterprise.objects.published().examples(),
    }
    return render(request, "pages/site_map.html", context)


@public_page
def page_detail(request, slug):
    page = get_object_or_404(Page.objects.published(), slug=slug)
    return render(request, "pages/page_detail.html", {"opening": page})


@public_page
def components(request):
    """Show every component with its edge cases, to who works on the site."""
    if not settings.DEBUG:
        raise Http404("Cette page n’existe qu’en développement.")
    context = examples() | {"map": draw_map(Atlas(), EMPLOYEES)}
    return render(request, "pages/components.html", context)


@public_page
def favicon(request):
    """Answer browsers that ask for an icon without reading the page: the admin has none."""
    return redirect(static("icons/favicon.ico"))


@public_page
def manifest(request):
    """Say how the site stands among the applications of a telephone."""
    identity = SiteIdentity.objects.current()
    return JsonResponse(
        {
            "name": identity.full_name or identity.name,
            "short_name": identity.name,
            "lang": "fr",
            "start_url": reverse("pages:home"),
            "display": "browser",
            "background_color": "#fbf8f1",
            "theme_color": "#fbf8f1",
            "icons": [
                {"src": static("icons/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        content_type="application/manifest+json",
    )


@public_page
def share_image(request, name):
    """Send the picture that other sites show of a page: 1200 by 630 pixels."""
    found = find_card(name)
    if found is None:
        raise Http404("Aucune page n’a cette image.")
    return HttpResponse(picture(name, *found).read_bytes(), content_type="image/png")


@public_page
def robots(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
