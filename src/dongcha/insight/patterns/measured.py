"""What is asked of measures beside their means: totals, medians, bands and shifts, from one look at the rows."""

from collections.abc import Iterator

from dongcha.insight.binned import binned
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.cube import Cube
from dongcha.insight.patterns.band import bands
from dongcha.insight.patterns.medians import medians
from dongcha.insight.patterns.shift import shifts
from dongcha.insight.patterns.totals import totals


@PATTERNS("measured")
def claims(cube: Cube) -> Iterator[Claim]:
    """Totals of what adds up, medians of what is skewed, bands and shifts of all."""
    found = binned(cube)
    yield from totals(cube, [one.name for one in found.amounts if one.additive])
    yield from medians(found)
    yield from bands(found)
    yield from shifts(found)
