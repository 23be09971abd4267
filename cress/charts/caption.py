"""The one line under a chart: what a dot is, what is measured, when, who says it."""

from dataclasses import dataclass

from django.utils.text import capfirst

from cress.base.text.typography import french

NO_YEAR = "millésime non précisé"


@dataclass(frozen=True)
class Caption:
    """
    What a chart counts, for its caption: « Un point, un département : part …, 2015. Insee, Clap. »

    `dot` says what a dot stands for; a chart without a count says its `unit` instead. The year is
    the vintage as published, or empty. `missing` says what the chart leaves out. `table_url` is the
    address of the same figures as a table.
    """

    measure: str
    year: str
    source: str
    dot: str = ""
    unit: str = ""
    missing: str = ""
    table_url: str = ""

    def __post_init__(self):
        if not self.source or not (self.dot or self.unit):
            raise ValueError("A caption says its source, and what a dot is or its unit.")

    def __str__(self):
        counted = f"Un point, {self.dot}" if self.dot else self.unit
        content = " : ".join(filter(None, [counted, self.measure]))
        origin = [capfirst(self.source.rstrip(".")), self.missing.rstrip(".")]
        source = " ; ".join(filter(None, origin))
        return french(f"{content}, {self.year or NO_YEAR}. {source}.")
