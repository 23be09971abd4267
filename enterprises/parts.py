"""What a search finds of the lists of the directory: sectors and families."""

from django.urls import reverse

from cress.base.search.parts import Part, Type, reads
from enterprises.models import Family, Sector


@reads(Sector, Family)
def parts():
    directory = reverse("enterprises:enterprise_list")
    for sector in Sector.objects.all():
        address = f"{directory}?secteur={sector.slug}"
        yield Part.of(sector, Type.PAGE, "Secteur de l’annuaire", sector.name, address)
    for family in Family.objects.all():
        yield Part.of(
            family,
            Type.PAGE,
            "Famille de l’ESS",
            family.name,
            f"{directory}?famille_ess={family.slug}",
            [family.definition],
        )
