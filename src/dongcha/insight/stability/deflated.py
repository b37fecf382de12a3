"""Claims that cannot be drawn again, or that were picked among several, where rows belong together: a row a unit.

That the rows of a unit say no more than one of them is the most that belonging together can cost: the variance of a
figure is larger by the size of a unit (the design effect at an intraclass correlation of 1, Kish 1965).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dongcha.data.table import Table
from dongcha.insight.claim import Claim
from dongcha.insight.stability.units import Unit, unit_of

LEAST = 1e-300


def deflated(tried: Sequence[Claim], tables: Mapping[str | None, Table]) -> list[Claim]:
    """The claims, those not drawn again, or picked, with the p-value that a row a unit leaves; all of them for copies.

    Series take their noise from the scatter of their periods, which has it already; and how many different values an
    identifier has is asked of the units themselves.
    """
    units = {name: unit_of(table) for name, table in tables.items()}
    if not any(units.values()):
        return list(tried)
    return [_of(claim, units[claim.subject.table]) for claim in tried]


def _of(claim: Claim, unit: Unit | None) -> Claim:
    if unit is None or claim.subject.grain or (unit.column and claim.subject.measure == unit.column):
        return claim
    if claim.again and unit.column is not None and not claim.picked:
        return claim
    return replace(claim, p_value=a_row_a_unit(claim.p_value, unit.size))


def a_row_a_unit(p: float, size: float) -> float:
    """A two-sided p-value with the normal score divided by the root of the rows a unit.

    >>> round(a_row_a_unit(0.0001, 4), 4), a_row_a_unit(1.0, 4)
    (0.0517, 1.0)
    """
    from scipy.special import ndtr, ndtri

    return float(2 * ndtr(ndtri(min(max(p, LEAST), 1.0) / 2) / math.sqrt(size)))
