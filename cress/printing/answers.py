"""The answer that sends an edition."""

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from cress.printing.errors import EditionError, edition_unavailable
from cress.printing.typesetting import edition


def send_edition(request, name, document, data, keep=1, filename="", is_indexed=True):
    """
    Answer with the PDF of a document, typeset now if its data are new.

    The newest `keep` PDFs of a name stay in the cache. The file is sent as `filename`, or as the
    name. Search engines leave out an edition that is not `is_indexed`.
    """
    try:
        pdf, digest = edition(name, document, data, keep)
    except EditionError as error:
        return edition_unavailable(request, error)
    etag = quote_etag(digest)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename or name}.pdf"'
    response["ETag"] = etag
    if not is_indexed:
        response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, max_age=300)
    return get_conditional_response(request, etag=etag, response=response)
