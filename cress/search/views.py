import re
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cress.base.history.pages import UNDO_TAG, may_of
from cress.base.search.parts import Type
from cress.base.text.typography import french
from cress.base.web.public import public_page
from cress.search import search as site_search
from cress.search.enterprises import with_texts
from cress.search.missed import missed_searches
from cress.search.replacing import LONGEST, occurrences, replace
from cress.search.results import tabs
from cress.search.staff import search_all, with_edit_links
from territories.finder import LONGEST_QUERY, query_for_display

PAGE_LENGTH = 20
STAFF_PAGE_LENGTH = 50
MOST_REFUSALS = 10  # that one page says
MOST_PLACE_WORDS = 4  # in a query that may be the name of a place
_CODE = re.compile(r"\b\d{5}\b")


@public_page
def search(request):
    """Search the whole site for « ?q= », or only the type of « ?type= »."""
    typed, query, as_typed = _asked(request)
    answer = site_search.search(query, as_typed=as_typed)
    is_first = not request.GET.get("type") and request.GET.get("page", "1") == "1"
    is_found = answer.results and not answer.is_partial
    if is_first and not as_typed and not is_found and not answer.is_too_short:
        missed_searches.add(typed)
    shown = answer.corrected or query
    elsewhere = urlencode({"q": shown})
    has_many_enterprises = answer.count(Type.ENTERPRISE) > PAGE_LENGTH
    context = _results(request, answer, PAGE_LENGTH) | {
        "shown": shown,
        "as_typed_address": urlencode({"q": query, "tel-quel": "oui"}),
        "place_typed": query if answer.near_places or _may_be_place(query) else "",
        "places_address": answer.has_more_places and f"{reverse('territories:search')}?{elsewhere}",
        "enterprises_address": has_many_enterprises
        and f"{reverse('enterprises:enterprise_list')}?{elsewhere}",
    }
    return render(request, "search/search.html", context)


@admin.site.admin_view
@require_safe
def content_search(request):
    """Search all the content for « ?q= », drafts included: a page of the admin."""
    _, query, as_typed = _asked(request)
    results = _results(request, search_all(query, request, as_typed=as_typed), STAFF_PAGE_LENGTH)
    context = admin.site.each_context(request) | results
    context |= {
        "title": "Chercher dans tout le contenu",
        "found": with_edit_links(results["page"].object_list, request),
    }
    return TemplateResponse(request, "admin/content_search.html", context)


@admin.site.admin_view
def replace_text(request):
    """Show where an expression stands in the texts of the site; replace it where it is ticked."""
    asked = request.POST if request.method == "POST" else request.GET
    old, new = (french(asked.get(name, "").replace("\0", ""))[:LONGEST] for name in ("old", "new"))
    may = may_of(request)
    if request.method == "POST" and old:
        taken = set(request.POST.getlist("take"))
        done, written, refused = replace(old, new, taken, request.user, may)
        if done:
            text = french(f"« {old} » est remplacé par « {new} » : {written} fiches.")
            messages.success(request, text, extra_tags=f"{UNDO_TAG}{done.pk}")
        for sentence in refused[:MOST_REFUSALS]:
            messages.warning(request, sentence)
        if not done and not refused:
            messages.info(request, "Rien n’était coché, ou tout est déjà remplacé.")
        return redirect(f"{request.path}?{urlencode({'old': old, 'new': new})}")
    found, has_more = occurrences(old, new, may) if old.strip() else ([], False)
    context = admin.site.each_context(request) | {
        "title": "Remplacer une expression",
        "old": old,
        "new": new,
        "longest": LONGEST,
        "found": found,
        "has_more": has_more,
    }
    return TemplateResponse(request, "admin/replace_text.html", context)


def _asked(request):
    """Return what was typed, the query that is shown, and whether it must not be corrected."""
    typed = request.GET.get("q", "")
    return typed, query_for_display(typed), bool(request.GET.get("tel-quel"))


def _results(request, answer, page_length):
    """Return what both pages show of an answer: its tabs, and a page of one type or of all."""
    typed, query, as_typed = _asked(request)
    chosen = request.GET.get("type", "")
    kind = Type(chosen) if chosen in Type.values else None
    address = urlencode({"q": query} | ({"tel-quel": "oui"} if as_typed else {}))
    pages = Paginator(answer.results_of(kind), page_length)
    page = pages.get_page(request.GET.get("page"))
    page.object_list = with_texts(page.object_list)
    return {
        "query": query,
        "is_empty": not typed.strip(),
        "is_cut": len(typed) > LONGEST_QUERY,
        "answer": answer,
        "tabs": tabs(answer, kind, address),
        "chosen": kind,
        "is_unknown": chosen and not kind,
        "count": answer.count(kind),
        "is_more": answer.is_more(kind),
        "page": page,
        "page_address": f"{address}&type={kind}" if kind else address,
    }


def _may_be_place(query):
    """Whether a query that found nothing may be a postcode or a name: the finder then has it."""
    is_name = query[:1].isupper() and len(query.split()) <= MOST_PLACE_WORDS
    return is_name or bool(_CODE.search(query))
