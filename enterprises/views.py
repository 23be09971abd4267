from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from cress.decorators import public_page
from enterprises.filters import DirectoryFilter
from enterprises.models import Enterprise
from policies.models import Term
from territories.figures import Atlas
from territories.maps import draw_map, number_markers

PAGE_LENGTH = 20


@public_page
def enterprise_list(request):
    filters = DirectoryFilter(request.GET)
    enterprises = filters.narrow(Enterprise.objects.published().examples()).for_cards()
    page = Paginator(enterprises.order_by("department__code", "slug"), PAGE_LENGTH).get_page(
        request.GET.get("page")
    )
    markers = number_markers([enterprise.commune for enterprise in page], page.start_index())
    context = {
        "filters": filters,
        "page": page,
        "map": draw_map(Atlas(), markers=markers),
    }
    return render(request, "enterprises/enterprise_list.html", context)


@public_page
def enterprise_detail(request, slug):
    enterprise = get_object_or_404(
        Enterprise.objects.published().for_cards().with_published_levers().select_related("family"),
        slug=slug,
    )
    neighbours = (
        Enterprise.objects.published()
        .examples()
        .filter(department=enterprise.department)
        .exclude(pk=enterprise.pk)
        .for_cards()[:3]
    )
    context = {
        "enterprise": enterprise,
        "neighbours": neighbours,
        "explained_terms": Term.objects.explained_in_texts(),
        "map": draw_map(
            Atlas(),
            current=enterprise.department,
            markers=number_markers([enterprise.commune]),
        ),
    }
    return render(request, "enterprises/enterprise_detail.html", context)
