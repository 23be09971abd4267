"""Forms of figures, which ask about what surprises (territories.doubts)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from cress.base.doubts import Doubt, DoubtingForm
from cress.base.text.numbers import read_number
from cress.base.text.typography import french
from cress.base.typed_numbers import AskingInput
from territories.doubts import (
    POSSIBLE_SHARES,
    Expected,
    Known,
    contrast,
    likely_mistake,
    surprises,
    written,
)
from territories.figure_tables import COUNTS, SHARES, label
from territories.figures import Atlas, segments


def doubt_about(figure, expected, subject, source, others=()):
    """
    Return the Doubt about a figure that surprises, or None.

    The others are Known figures to compare it with, or None.
    """
    found = surprises(figure, expected)
    if not found:
        return None
    compared = [known for known in [expected.last, *others] if known]
    facts = [contrast(figure, known, expected.is_share) for known in compared]
    mistake = likely_mistake(figure, expected, compared[0].figure if compared else None)
    remarks = filter(None, [*dict.fromkeys([*found, *facts]), mistake])
    return Doubt(
        subject,
        source.short_citation if source else "",
        written(figure, expected.is_share),
        tuple(french(f"{capfirst(remark)}.") for remark in remarks),
    )


class StatisticForm(DoubtingForm):
    """
    The figures of a territory in a source, on their page or on that of the territory.

    A figure is compared with the vintage before of the same series. Without one, it is compared
    with the value before, unless that one surprises too: a correction is no surprise.
    """

    def doubts(self):
        is_moved = self.was_changed("territory", "source")
        doubts = {}
        for name in SHARES + COUNTS:
            figure = self.cleaned_data.get(name)
            if figure is not None and (is_moved or self.was_changed(name)):
                doubts[name] = self._doubt(name, figure, is_moved)
        return {name: doubt for name, doubt in doubts.items() if doubt}

    def _doubt(self, name, figure, is_moved):
        is_share = name in SHARES
        before = None if is_moved or self.instance._state.adding else self.initial.get(name)
        before = None if before is None else Known(before, "avant")
        source = self.instance.source if self.instance.source_id else None
        territory = self.instance.territory if self.instance.territory_id else None
        last = reference = None
        if source and territory:
            last, reference = self._of_the_source(name, source, territory)
        if before and not last and not surprises(before.figure, Expected(is_share)):
            last, before = before, None
        place = f"{territory.name}, " if territory else ""
        decimals = self.instance.decimals if source else None
        return doubt_about(
            figure,
            Expected(is_share, last, decimals=decimals),
            f"{place}{label(name)}",
            source,
            [before, reference],
        )

    def _of_the_source(self, name, source, territory):
        """Return the Known figures of the vintage before, and of the region or the country."""
        atlas = Atlas()
        rows = [row for row in atlas.history(territory) if getattr(row, name) is not None]
        rows = [row for row in rows if row.pk != self.instance.pk and row.source != source]
        compared = [
            vintage.before
            for segment in segments([*rows, self.instance])
            for vintage in segment.vintages
            if vintage.statistic is self.instance
        ]
        last = _known(compared[0], name)
        wholes = [place for place in [atlas.region, atlas.country] if place and place != territory]
        known = [_known(atlas.statistic(place, source), name) for place in wholes]
        return last, next(filter(None, known), None)


def _known(statistic, name):
    """Return the Known figure of a row of another vintage or place, or None."""
    figure = getattr(statistic, f"published_{name}" if name in SHARES else name, None)
    if figure is None:
        return None
    return Known(figure, f"{statistic.territory.name}, {statistic.source.short_citation}")


class SpreadForm(DoubtingForm):
    """
    Shares of departments of the whole country, which spread more than those of the region.

    The shares of a new row are compared with nothing.
    """

    names = ()

    def doubts(self):
        doubts = {}
        for name in self.names:
            share, before = self.cleaned_data.get(name), self.initial.get(name)
            if share is not None and self.was_changed(name):
                known = before is not None and not self.instance._state.adding
                last = Known(before, "avant") if known else None
                expected = Expected(True, last, POSSIBLE_SHARES)
                doubts[name] = doubt_about(share, expected, self.fields[name].label, self._source())
        return {name: doubt for name, doubt in doubts.items() if doubt}

    def _source(self):
        return self.instance.source if self.instance.source_id else None


class DistributionForm(SpreadForm):
    """The spread of the shares of departments."""

    names = ("lowest", "quartile_1", "median", "quartile_3", "highest")


class BinForm(SpreadForm):
    """A bin of a distribution, by its start."""

    names = ("start",)

    def _source(self):
        distribution = self.instance.distribution if self.instance.distribution_id else None
        return distribution.source if distribution and distribution.source_id else None


class KeyFigureForm(DoubtingForm):
    """
    A key figure, which is a text. Where the text is a number, it has the bounds of a figure.

    A number with a sign is an evolution: « +120 % ».
    """

    class Meta:
        widgets = {"value": AskingInput(attrs={"class": "vTextField"})}

    def clean(self):
        super().clean()
        figure, is_share = self._figure(self.cleaned_data)
        if is_share and figure > 100:
            self.add_error(
                "value",
                ValidationError(
                    french(
                        "Écrivez une part de 0 à 100 : « 10,79 ». Une évolution a son signe : "
                        "« +120 »."
                    ),
                    code="share",
                ),
            )

    def doubts(self):
        figure, is_share = self._figure(self.cleaned_data)
        if figure is None or not self.was_changed("value", "unit"):
            return {}
        before, was_share = self._figure(self.initial)
        comparable = before is not None and is_share == was_share and not self.was_changed("unit")
        last = Known(before, "avant") if comparable else None
        source = self.instance.source if self.instance.source_id else None
        subject = self.cleaned_data.get("label") or "valeur"
        doubt = doubt_about(figure, Expected(is_share, last), subject, source)
        return {"value": doubt} if doubt else {}

    @staticmethod
    def _figure(values):
        """Return the number of a key figure, or None, and whether it is a share in per cent."""
        number = read_number(values.get("value") or "")
        if number is None or number.value < 0:
            return None, False
        is_share = number.is_percentage or (values.get("unit") or "").strip().startswith("%")
        return Decimal(number.value), is_share
