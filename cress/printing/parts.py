"""What a search finds of the printed editions: a brochure for the region, one for a department."""

from django.urls import reverse

from cress.base.search.parts import Part, Type, reads
from territories.models import Territory


@reads(Territory)
def parts():
    for territory in Territory.objects.with_page().defer("outline"):
        address = (
            reverse("printing:territory_brochure", args=[territory.address])
            if territory.is_department
            else reverse("printing:region_brochure")
        )
        yield Part(Type.FILE, "Plaquette à imprimer (PDF)", f"La plaquette {territory.of}", address)
