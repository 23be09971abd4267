"""The axis of a chart: from values to units of its drawing."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

HALF = Decimal("0.5")


@dataclass(frozen=True)
class Scale:
    """A linear axis: values from `low` to `high`, drawn from `start` to `end`."""

    low: Decimal
    high: Decimal
    start: float
    end: float

    def at(self, value):
        """Return where a value stands, to a tenth of a unit."""
        part = (Decimal(value) - self.low) / (self.high - self.low)
        return round(self.start + (self.end - self.start) * float(part), 1)

    def ticks(self, step):
        """Return the multiples of a step between both ends."""
        first, last = floor_to(self.low, step), floor_to(self.high, step)
        count = int((last - first) / step) + 1
        return [tick for n in range(count) if (tick := first + n * step) >= self.low]


def floor_to(value, step):
    """Return the multiple of a step at or below a value."""
    return (Decimal(value) / step).to_integral_value(ROUND_FLOOR) * step


def ceil_to(value, step):
    """Return the multiple of a step at or above a value."""
    return (Decimal(value) / step).to_integral_value(ROUND_CEILING) * step


def bounds(values, step=HALF):
    """
    Return the multiples of a step, in per cent, between which all the values lie.

    A single multiple is widened by a step on each side; nothing goes below 0 or above 100.
    """
    low, high = floor_to(min(values), step), ceil_to(max(values), step)
    if low == high:
        low, high = low - step, high + step
    return short(max(low, Decimal(0))), short(min(high, Decimal(100)))


def short(number):
    """Return a Decimal without zeros at its end: 7.50 gives 7.5, 10.0 gives 10."""
    return Decimal(f"{number.normalize():f}")


def round_half_up(value):
    """Return a number rounded to a whole one: 104.5 gives 105."""
    return int(Decimal(value).to_integral_value(ROUND_HALF_UP))
