from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse

from cress.base.palette import LIGHT
from cress.base.web.addresses import absolute
from cress.base.web.moved import published_at
from cress.base.web.public import public_page
from cress.chamber.home import compose
from cress.chamber.models import Mission, Page, Service, SiteIdentity
from enterprises.models import Enterprise
from enterprises.plates import plates_caption
from policies.matrix import matrix_of
from policies.models import Argument, Lever, Term
from territories.charts.pages import one_thousand, six_departments
from territories.composition import home_among_all
from territories.figures import MEASURES, Atlas, read_measure, sentence_of, share_figures
from territories.findings import leaders_title
from territories.homes import visitor_home
from territories.key_figures import in_sentences
from territories.maps import draw_map
from territories.models import KeyFigure, Territory


@public_page
def home(request):
    atlas = Atlas()
    measure = read_measure(request.GET)
    enterprises = list(
        Enterprise.objects.published()
        .examples()
        .one_per_department()
        .for_cards()
        .order_by("department__code")
    )
    arguments = Argument.objects.by_kind()
    context = {
        "map": draw_map(atlas, measure, with_borders=True, with_town_halls=True),
        "measures": MEASURES,
        "region": atlas.region,
        "six": six_departments(atlas, measure),
        "leaders": leaders_title(atlas.rows()),
        "answer": _of_region(atlas),
        "thousand": one_thousand(atlas),
        "hundred": home_among_all(
            atlas,
            says_middle=True,
            table_url=f"{reverse('opendata:dataset', args=['repartition-tranches'])}#tableau",
        ),
        "matrix": matrix_of(visitor_home(request)),
        "reasons": arguments["reason"],
        "keywords": arguments["keyword"],
        "referent": arguments["referent"],
        "enterprises": enterprises,
        "plates_caption": plates_caption([each.plate for each in enterprises]),
    }
    key_figures = KeyFigure.objects.select_related("source")
    if context["thousand"]:  # the dots say the newest share: an older one beside it would puzzle
        key_figures = key_figures.exclude(unit="%")
    context["key_figures"] = in_sentences(key_figures)
    context["region_figures"] = context["thousand"] or context["key_figures"]
    return render(request, "chamber/home.html", context | {"sections": compose(context)})


def _of_region(atlas):
    """Return the shares of the region in words, with their source; empty without any."""
    statistic = atlas.statistic(atlas.region) if atlas.region else None
    return sentence_of(share_figures(statistic), atlas.source.citation) if statistic else ""


@public_page
def arguments(request):
    return render(
        request,
        "chamber/arguments.html",
        {
            "arguments": Argument.objects.by_kind(),
            "explained_terms": Term.objects.explained_in_texts(),
        },
    )


@public_page
def chamber(request):
    context = {"services": Service.objects.all(), "missions": Mission.objects.all()}
    return render(request, "chamber/chamber.html", context)


@public_page
def legal_notice(request):
    return render(request, "chamber/legal_notice.html", {"title": "Mentions légales"})


@public_page
def site_map(request):
    context = {
        "territories": Territory.objects.with_page().order_by("-kind", "code"),
        "levers": Lever.objects.published(),
        "enterprises": Enterprise.objects.published().examples(),
    }
    return render(request, "chamber/site_map.html", context)


@public_page
def page_detail(request, slug):
    page = published_at(Page.objects.published(), slug)
    return render(request, "chamber/page_detail.html", {"opening": page})


@public_page
def favicon(request):
    """Redirect browsers that ask for the icon at its default address, as in the admin."""
    return redirect(static("icons/favicon.ico"))


@public_page
def manifest(request):
    """Send the manifest that a telephone reads to add the site to its home screen."""
    identity = SiteIdentity.objects.current()
    return JsonResponse(
        {
            "name": identity.full_name or identity.name,
            "short_name": identity.name,
            "lang": "fr",
            "start_url": reverse("chamber:home"),
            "display": "browser",
            "background_color": LIGHT["paper"],
            "theme_color": LIGHT["paper"],
            "icons": [
                {"src": static("icons/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        content_type="application/manifest+json",
    )


@public_page
def robots(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Sitemap: {absolute(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
