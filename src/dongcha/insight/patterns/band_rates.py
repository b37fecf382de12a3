"""Whether a category is commoner, or rarer, in a run of bands than on both of its sides.

Of values in an order (young, middle, old) those in between are commonest in the middle of whatever goes with the order;
that is no hump of its own.  So of three or more values one is claimed only where those before it, or those after it (by
the mean rank of the measure), turn round in the same bands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.insight import Effect
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values

if TYPE_CHECKING:
    from dongcha.insight.binned import Floats

Window = tuple[int, int]
FIXED = 0.8
"""Part of the errors in guessing a category that knowing the measure saves (Goodman and Kruskal's lambda) from which on
the category is taken to be made out of the measure, as an age group is of an age."""


@dataclass(frozen=True, slots=True)
class Hump:
    """A run of bands against both sides: the larger p-value (1 where the sides disagree) and the smaller effect."""

    window: Window
    p_value: float
    effect: Effect


def sides(window: Window) -> tuple[slice, slice, slice]:
    """The bands of a run, those below and those above it."""
    first, last = window
    return slice(first, last + 1), slice(0, first), slice(last + 1, None)


def fixed(groups: "Sequence[Floats]") -> bool:
    """Whether the measure all but fixes the category; `groups` are its values' rows in each bin."""
    import numpy as np

    table = np.array(groups)
    commonest = float(table.sum(axis=1).max())
    left = float(table.sum()) - commonest
    return left > 0 and (float(table.max(axis=0).sum()) - commonest) / left >= FIXED


def rate_humps(cells: "Floats", order: Sequence[int], value: int, windows: Sequence[Window]) -> list[Hump]:
    """Of one value every run with rows enough; `cells` are the rows of each value in each band.

    `order` are all values in the order of the measure's mean rank.
    """
    whole, at = cells.sum(axis=0), list(order).index(value)
    others = [part for part in (order[:at], order[at + 1 :]) if len(part)] if len(cells) > 2 else []
    asked = [cells[value], *(cells[list(part)].sum(axis=0) for part in others)]
    found, *turned = _humps(asked, whole, windows)
    if not turned:
        return found
    return [
        Hump(hump.window, max(hump.p_value, min(_against(hump, rest[place]) for rest in turned)), hump.effect)
        for place, hump in enumerate(found)
    ]


def _against(hump: Hump, rest: Hump) -> float:
    """The p-value of other values going the other way in the same run."""
    return rest.p_value if hump.effect.value * rest.effect.value < 0 else 1.0


def _humps(asked: "Sequence[Floats]", whole: "Floats", windows: Sequence[Window]) -> list[list[Hump]]:
    """The runs of each of `asked`, which are hits in each band; all are tested side by side."""
    pairs = [list(_pairs(hits, whole, windows)) for hits in asked]
    tested = iter(p_values([rate for each in pairs for _, rates in each for rate in rates]))
    return [[_hump(window, rates, (next(tested), next(tested))) for window, rates in each] for each in pairs]


def _hump(window: Window, rates: tuple[Rate, Rate], p: tuple[float, float]) -> Hump:
    left, right = (rate.effect for rate in rates)
    same = left.value * right.value > 0
    return Hump(window, max(p) if same else 1.0, min((left, right), key=lambda one: abs(one.value)))


def _pairs(hits: "Floats", whole: "Floats", windows: Sequence[Window]) -> Iterator[tuple[Window, tuple[Rate, Rate]]]:
    for window in windows:
        (n, held), *rest = ((int(whole[part].sum()), int(hits[part].sum())) for part in sides(window))
        (lower, lower_hits), (upper, upper_hits) = rest
        if min(n, lower, upper) >= MIN_GROUP:
            below, above = (
                Rate("", None, "", None, held, n, part_hits, part)
                for part_hits, part in ((lower_hits, lower), (upper_hits, upper))
            )
            yield window, (below, above)
