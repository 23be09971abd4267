from django.shortcuts import get_object_or_404, render

from cress.decorators import public_page
from enterprises.models import Enterprise


@public_page
def enterprise_list(request):
    enterprises = Enterprise.objects.published().for_cards().order_by("department__code", "slug")
    return render(request, "enterprises/enterprise_list.html", {"enterprises": enterprises})


@public_page
def enterprise_detail(request, slug):
    enterprise = get_object_or_404(
        Enterprise.objects.published().for_cards().select_related("family"), slug=slug
    )
    neighbours = (
        Enterprise.objects.published()
        .filter(department=enterprise.department)
        .exclude(pk=enterprise.pk)
        .for_cards()[:3]
    )
    context = {"enterprise": enterprise, "neighbours": neighbours}
    return render(request, "enterprises/enterprise_detail.html", context)
