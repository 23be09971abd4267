from django.shortcuts import redirect, render

from cress.base.web.moved import published_at
from cress.base.web.public import public_page
from enterprises.directory import Directory
from enterprises.filters import DirectoryFilter
from enterprises.models import Enterprise
from enterprises.plates import plates_caption
from enterprises.stories import story_of
from policies.models import Term
from territories.figures import Atlas
from territories.maps import draw_map, draw_window

NEIGHBOURS = 3


@public_page
def enterprise_list(request):
    """
    Show a page of the directory.

    The address of a submitted form redirects to a shorter one: without the empty fields, with the
    code of the commune that was typed.
    """
    request.visitor_home = None  # here, « commune » and « epci » are filters
    filters = DirectoryFilter(request.GET)
    if filters.has_shorter_address:
        return redirect("?".join(filter(None, [request.path, filters.query])))
    context = {"filters": filters}
    if not filters.has_unknown_commune:
        directory = Directory(filters)
        filters.show_counts(directory.counts)
        page = directory.page(request.GET.get("page"))
        context |= {
            "directory": directory,
            "page": page,
            "caption": plates_caption([enterprise.plate for enterprise in page]),
            "map": draw_map(
                Atlas(),
                communes=[enterprise.commune for enterprise in page if directory.is_paced],
                first=page.start_index(),
                dots=directory.dots,
            ),
        }
    return render(request, "enterprises/enterprise_list.html", context)


@public_page
def enterprise_detail(request, slug):
    enterprise = published_at(
        Enterprise.objects.published().for_cards().with_published_levers().select_related("family"),
        slug,
    )
    others = Enterprise.objects.published().examples().exclude(pk=enterprise.pk)
    centre = enterprise.commune and enterprise.commune.centre
    if centre:
        located = others.filter(commune__longitude__isnull=False)
        neighbours = located.nearest(centre, NEIGHBOURS)
    else:
        neighbours = others.filter(department=enterprise.department).for_cards()[:NEIGHBOURS]
    photo, plate, commune = enterprise.published_photo, enterprise.plate, enterprise.commune
    window = draw_window(Atlas(), commune) if commune else None
    context = {
        "enterprise": enterprise,
        "photo": photo,
        "plate": plate,
        "is_plate": plate.groups and not photo,  # whether dots open the page
        "window": window,
        "is_map_beside": window and (photo or plate.groups),  # else it opens the page
        "story": story_of(enterprise.text),
        "explained_terms": Term.objects.explained_in_texts(),
        "neighbours": neighbours,
        "caption": plates_caption([neighbour.plate for neighbour in neighbours]),
    }
    return render(request, "enterprises/enterprise_detail.html", context)
