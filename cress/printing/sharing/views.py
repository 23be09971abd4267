from django.http import Http404, HttpResponse

from cress.base.web.public import public_page
from cress.printing.errors import EditionError, edition_unavailable
from cress.printing.sharing.cards import as_data, find_card
from cress.printing.typesetting import picture


@public_page
def share_image(request, name):
    """Send the picture that other sites show for a page: 1200 by 630 pixels."""
    card = find_card(name)
    if card is None:
        raise Http404("Aucune page n’a cette image.")
    try:
        png = picture(name, as_data(card))
    except EditionError as error:
        return edition_unavailable(request, error)
    return HttpResponse(png, content_type="image/png")
