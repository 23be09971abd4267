from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from cress.base.web.public import public_page
from cress.gallery.charts import chart_examples
from cress.gallery.examples import examples
from cress.gallery.maps import facing_maps, map_examples


@public_page
def components(request):
    """Show each component with its edge cases, in development only."""
    if not settings.DEBUG:
        raise Http404("Cette page n’existe qu’en développement.")
    maps = {"maps": map_examples(), "facing_maps": facing_maps()}
    context = examples() | chart_examples() | maps
    return render(request, "gallery/components.html", context)
