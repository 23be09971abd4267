import hashlib
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from cress.decorators import public_page
from cress.opendata import descriptions
from cress.opendata.datasets import DATASETS, Publication, days_of_change
from cress.opendata.formats import FILES, as_json, files_of
from cress.opendata.queries import QueryError, chosen, refuse_unknown
from cress.opendata.reserves import reserves, unknown
from territories.models import KeyFigure, Source


@public_page
def data(request):
    publication = Publication(request)
    changed_on = days_of_change(publication)
    key_figures = KeyFigure.objects.select_related("source")
    context = {
        "datasets": [
            (dataset, files_of(dataset), changed_on[dataset.slug]) for dataset in DATASETS
        ],
        "sources": Source.objects.all(),
        "reserves": reserves(publication.atlas, key_figures),
        "unknown": unknown(publication.atlas),
        "credits": [credit for dataset in DATASETS for credit in dataset.credits],
    }
    return render(request, "opendata/data.html", context)


def open_data(view):
    """Let a page of any site read the answer; say in JSON why there is none."""

    @public_page
    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except (QueryError, Http404) as error:
            response = HttpResponse(
                as_json({"erreur": str(error)}),
                content_type="application/json",
                status=400 if isinstance(error, QueryError) else 404,
            )
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


@open_data
def file(request, name):
    if name not in FILES:
        raise Http404(f"Ce fichier n’existe pas. Fichiers : {', '.join(FILES)}.")
    dataset, form = FILES[name]
    choice = chosen(dataset, request.GET)
    content = form.write(dataset, choice, Publication(request))
    return served(request, name, content, form.media_type)


@open_data
def schema(request, slug):
    dataset = next((dataset for dataset in DATASETS if dataset.slug == slug), None)
    if dataset is None:
        raise Http404("Aucun jeu de données ne porte ce nom.")
    refuse_unknown(request.GET)
    described = descriptions.table_schema(dataset, Publication(request))
    return served(request, f"{slug}.schema.json", as_json(described), "application/json")


@open_data
def catalogue(request):
    refuse_unknown(request.GET)
    described = descriptions.catalogue(Publication(request), files_of)
    return served(request, "catalogue.jsonld", as_json(described), "application/ld+json")


def served(request, name, content, media_type):
    """
    Return a file, or 304 to who has it already.

    There is no Last-Modified: a row that is deleted leaves no date behind.
    """
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=media_type.startswith("text/csv"), filename=name
    )
    response["ETag"] = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    return get_conditional_response(request, etag=response["ETag"], response=response)
