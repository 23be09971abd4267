"""What a text in Markdown looks like, for whoever is writing it."""

from django.contrib import admin
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from cress.base.text.markdown import render_markdown
from cress.base.text.typography import french

LONGEST = 100_000  # characters


@admin.site.admin_view
@require_POST
def formatted_text(request):
    """Return the HTML of the posted « text », as the site will show it; nothing is stored."""
    text = request.POST.get("text", "")[:LONGEST]
    return HttpResponse(render_markdown(french(text)), headers={"Cache-Control": "no-store"})
