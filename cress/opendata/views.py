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
from cress.opendata.datasets import DATASETS, days_of_change
from cress.opendata.datasets.declaration import Publication
from cress.opendata.formats import FILES, as_json, files_of
from cress.opendata.queries import QueryError, Selection, refuse_unknown
from cress.opendata.reserves import reserves, unknown
from cress.opendata.stock import Unpacked, packed_file
from territories.models import KeyFigure, Source

logger = logging.getLogger(__name__)

MOST_IN_MEMORY = 2000  # rows: a file of more is written on the disk
RETRY_AFTER = 5  # seconds


@public_page
def data(request):
    publication = Publication()
    changed_on = days_of_change(publication)
    key_figures = KeyFigure.objects.select_related("source")
    context = {
        "datasets": [
            (dataset, files_of(dataset), changed_on[dataset.slug], dataset.credits(publication))
            for dataset in DATASETS
        ],
        "sources": Source.objects.all(),
        "reserves": reserves(publication.atlas, key_figures),
        "unknown": unknown(publication.atlas),
        "credits": [credit for dataset in DATASETS for credit in dataset.credits(publication)],
    }
    return render(request, "opendata/data.html", context)


def open_data(view):
    """Let a page of any site read the answer; say in JSON why there is none."""

    give = public_page(view)

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = give(request, *args, **kwargs)
        except QueryError as error:
            response = _refusal(str(error), 400)
        except Http404 as error:
            response = _refusal(str(error), 404)
        except BusyError:
            response = _refusal("Trop de fichiers sont demandés à la fois.", 503, RETRY_AFTER)
        except (DatabaseError, OSError):
            logger.exception("%s cannot be written.", request.path)
            response = _refusal("Ce fichier ne peut pas être écrit pour l’instant.", 503, 60)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def _refusal(reason, status, retry_after=None):
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
    mark = selection.mark and f"{form.suffix[1:]}-{selection.mark}"
    if mark and (answer := unchanged(request, mark)):
        return answer
    if mark and request.method == "HEAD":
        response = StreamingHttpResponse(())  # nothing is written for who reads nothing
    elif mark and selection.count > MOST_IN_MEMORY:
        response = unpacked_or_not(request, packed_file(name, form, selection))
    else:
        content = BytesIO()
        form.write(content, selection)
        response = HttpResponse(content.getvalue())
    return served(request, name, response, form.media_type, mark)


@open_data
def schema(request, slug):
    dataset = next((dataset for dataset in DATASETS if dataset.slug == slug), None)
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


def unchanged(request, mark):
    """Return 304 to who has the file of that mark, else None."""
    response = get_conditional_response(request, etag=quote_etag(mark))
    if response:
        response["ETag"] = quote_etag(mark)
    return response


def unpacked_or_not(request, packed):
    """Answer with a packed file: as it is, at once, to who reads gzip; else unpacked."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        with packed:
            response = HttpResponse(packed.read(), headers={"Content-Encoding": "gzip"})
    else:
        response = StreamingHttpResponse(Unpacked(packed))
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def served(request, name, response, media_type, mark=None):
    """
    Return a file under its name, or 304 to who has it already.

    There is no Last-Modified: a row that is deleted leaves no date behind.
    """
    mark = mark or hashlib.sha256(response.content).hexdigest()[:32]
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=media_type.startswith("text/csv"), filename=name
    )
    # Gzipped, it has the same rows and not the same bytes.
    weak = "W/" if response.has_header("Content-Encoding") else ""
    response["ETag"] = weak + quote_etag(mark)
    return get_conditional_response(request, etag=response["ETag"], response=response)
