import hashlib
import logging
from functools import wraps
from io import BytesIO

from django.db import DatabaseError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header, quote_etag

from cress.base.files.locks import BusyError
from cress.base.web.public import public_page
from cress.opendata import descriptions
from cress.opendata.datasets import DATASETS, days_of_change, find_dataset
from cress.opendata.datasets.declaration import Publication
from cress.opendata.figure_notes import figure_notes, missing_figures
from cress.opendata.formats import FILES, as_json, files_of
from cress.opendata.packed import Unpacked, packed_file
from cress.opendata.queries import QueryError, Selection, refuse_unknown
from territories.models import KeyFigure, Source

logger = logging.getLogger(__name__)

MOST_IN_MEMORY = 2000  # rows: a larger file is gzipped, and made one at a time
RETRY_AFTER = 5  # seconds
METHODS = "GET, HEAD, OPTIONS"


@public_page
def data(request):
    """List the datasets, their licence, their sources and what their readers must know."""
    publication = Publication()
    changed_on = days_of_change(publication)
    key_figures = KeyFigure.objects.select_related("source")
    context = {
        "datasets": [
            (dataset, files_of(dataset), changed_on[dataset.slug]) for dataset in DATASETS
        ],
        "sources": Source.objects.all(),
        "figure_notes": figure_notes(publication.atlas, key_figures),
        "missing": missing_figures(publication.atlas),
        "credits": [credit for dataset in DATASETS for credit in dataset.credits(publication)],
    }
    return render(request, "opendata/data.html", context)


@public_page
def dataset(request, slug):
    """Describe a dataset: its files, its columns, its filters and its sources."""
    dataset = find_dataset(slug)
    if dataset is None:
        raise Http404("Aucun jeu de données ne porte ce nom.")
    publication = Publication()
    context = {
        "dataset": dataset,
        "files": files_of(dataset),
        "changed_on": days_of_change(publication)[dataset.slug],
        "credits": dataset.credits(publication),
        "sources": list(dataset.sources(publication)),
        "atlas": publication.atlas if dataset.preview else None,
    }
    return render(request, "opendata/dataset.html", context)


def open_data(view):
    """Let a page of any other site read the answer; report errors in JSON."""

    answer_to_read = public_page(view)

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "OPTIONS":
            return _preflight()
        try:
            response = answer_to_read(request, *args, **kwargs)
        except QueryError as error:
            response = _error(str(error), 400)
        except Http404 as error:
            response = _error(str(error), 404)
        except BusyError:
            response = _error("Trop de fichiers sont demandés à la fois.", 503, RETRY_AFTER)
        except (DatabaseError, OSError):
            logger.exception("%s cannot be written.", request.path)
            response = _error("Ce fichier ne peut pas être écrit pour l’instant.", 503, 60)
        if response.status_code == 405:
            response["Allow"] = METHODS
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Content-Disposition, ETag, Retry-After"
        return response

    return answer


def _preflight():
    """Answer a browser that asks what a page of another site may do (Fetch Standard, CORS)."""
    return HttpResponse(
        status=204,
        headers={
            "Allow": METHODS,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "*",
            "Access-Control-Max-Age": "86400",
            "Cache-Control": "public, max-age=86400",
        },
    )


def _error(reason, status, retry_after=None):
    response = HttpResponse(
        as_json({"erreur": reason}), content_type="application/json", status=status
    )
    if retry_after:
        response["Retry-After"] = retry_after
        response["Cache-Control"] = "no-store"
    return response


@open_data
def file(request, name):
    if name not in FILES:
        raise Http404(f"Ce fichier n’existe pas. Fichiers : {', '.join(FILES)}.")
    dataset, form = FILES[name]
    selection = Selection(dataset, request.GET, Publication())
    tag = selection.digest and f"{form.suffix[1:]}-{selection.digest}"
    if tag and (answer := unchanged(request, tag)):
        return answer
    if tag and request.method == "HEAD":
        response = StreamingHttpResponse(())  # the file need not be made
    elif tag and selection.count > MOST_IN_MEMORY:
        response = packed_response(request, packed_file(name, form, selection))
    else:
        content = BytesIO()
        form.write(content, selection)
        response = HttpResponse(content.getvalue())
    return served(request, name, response, form.media_type, tag)


@open_data
def schema(request, slug):
    dataset = find_dataset(slug)
    if dataset is None:
        raise Http404("Aucun jeu de données ne porte ce nom.")
    refuse_unknown(request.GET)
    described = descriptions.table_schema(dataset, Publication())
    response = HttpResponse(as_json(described))
    return served(request, f"{slug}.schema.json", response, "application/json")


@open_data
def catalogue(request):
    refuse_unknown(request.GET)
    described = descriptions.catalogue(Publication(), files_of)
    response = HttpResponse(as_json(described))
    return served(request, "catalogue.jsonld", response, "application/ld+json")


def unchanged(request, tag):
    """Return 304 if the client has the file of that entity tag, else None."""
    response = get_conditional_response(request, etag=quote_etag(tag))
    if response:
        response["ETag"] = quote_etag(tag)
    return response


def packed_response(request, packed):
    """Answer with a gzipped file: as it is to a client that accepts gzip, else unpacked."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, headers={"Content-Encoding": "gzip"})
    else:
        response = StreamingHttpResponse(Unpacked(packed))
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def served(request, name, response, media_type, tag=None):
    """
    Return a file under its name, or 304 if the client has it already.

    There is no Last-Modified: a deleted row leaves no date.
    """
    tag = tag or hashlib.sha256(response.content).hexdigest()[:32]
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=media_type.startswith("text/csv"), filename=name
    )
    # Gzipped, the file has the same rows but other bytes.
    weak = "W/" if response.has_header("Content-Encoding") else ""
    response["ETag"] = weak + quote_etag(tag)
    return get_conditional_response(request, etag=response["ETag"], response=response)
