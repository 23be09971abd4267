"""What a search finds of the figures: shares, key figures, sources."""

from functools import partial

from django.urls import reverse

from cress.base.search.parts import Part, Type, reads
from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from territories.models import KeyFigure, Source, Statistic, Territory


@reads(Statistic, Territory, KeyFigure, Source)
def parts():
    data = partial(reverse, "opendata:data")
    rows = Statistic.objects.select_related("territory", "source").defer("territory__outline")
    for statistic in rows:
        territory, source = statistic.territory, statistic.source
        shares = [
            ("Part des salariés", statistic.published_employee_share),
            ("Part des établissements employeurs", statistic.published_establishment_share),
        ]
        known = [
            french(f"{name} : {format_figure(share, '%')}.")
            for name, share in shares
            if share is not None
        ]
        yield Part.of(
            statistic,
            Type.FIGURE,
            "Chiffres",
            f"Les chiffres {territory.of}",
            territory.get_absolute_url if territory.has_page else data,
            [*known, statistic.note],
            anchor="figures-title" if territory.has_page else "sources-title",
            heading=f"{source.citation}, {source.dating}",
        )
    for figure in KeyFigure.objects.select_related("source"):
        yield Part.of(
            figure,
            Type.FIGURE,
            "Chiffre clé",
            str(figure),
            partial(reverse, "chamber:home"),
            [figure.note],
            anchor="region-title",
            heading=f"{figure.source.citation}, {figure.source.dating}",
        )
    for source in Source.objects.all():
        yield Part.of(
            source,
            Type.FIGURE,
            "Source de chiffres",
            source.citation,
            data,
            [source.series, source.scope, source.edition, f"{source.dating}."],
            anchor="sources-title",
            heading=source.dating,
        )
