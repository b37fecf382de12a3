"""Claims that cannot be drawn again, or that were picked among several, where rows belong together: a row a unit.

That the rows of a unit say no more than one of them is the most that belonging together can cost: the variance of a
figure is larger by the size of a unit (the design effect at an intraclass correlation of 1, Kish 1965).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dongcha.insight.claim import Claim
from dongcha.insight.families import held_apart, is_relation
from dongcha.insight.stability.units import Unit

LEAST = 1e-300


def deflated(tried: Sequence[Claim], units: Mapping[str | None, Unit | None]) -> list[Claim]:
    """The claims, those not drawn again, or picked, with the p-value that a row a unit leaves; all of them for copies.

    Series take their noise from the scatter of their periods, which has it already; and how many different values an
    identifier has is asked of the units themselves.
    """
    if not any(units.values()):
        return list(tried)
    return [_of(claim, units[claim.subject.table]) for claim in tried]


def _of(claim: Claim, unit: Unit | None) -> Claim:
    if unit is None or claim.subject.grain or (unit.column and claim.subject.measure == unit.column):
        return claim
    tried = max(claim.tried, 1)
    p = min(1.0, tried * a_row_a_unit(claim.p_value / tried, unit.size, claim.freedom))
    if claim.again and unit.column is not None and not claim.tried:
        return replace(claim, by_unit=p)
    return replace(claim, p_value=p)


def a_row_a_unit(p: float, size: float, freedom: int = 1) -> float:
    """A two-sided p-value with the figure of its test, as a chi-squared law, divided by the rows a unit.

    >>> round(a_row_a_unit(0.0001, 4), 4), a_row_a_unit(1.0, 4)
    (0.0517, 1.0)
    >>> round(a_row_a_unit(1e-38, 10, freedom=25), 1)  # of 25 degrees of freedom 250 are much, and 25 nothing
    0.5
    """
    from scipy.special import chdtrc, chdtri

    return float(chdtrc(freedom, chdtri(freedom, min(max(p, LEAST), 1.0)) / size))


def bars(tried: Sequence[Claim], fdr: float) -> dict[bool, float]:
    """The largest p-value of units drawn that is accepted, of amounts (False) and of relations (True).

    As many claims of a family as hold with a row a unit share `fdr`.

    That many hold with whole units drawn as well, so that the part of false ones is kept (self-consistency, Blanchard &
    Roquain 2008, https://doi.org/10.1214/08-EJS180); how many hold with rows of a unit taken for independent says
    nothing here.  One claim is always asked about.
    """
    p = [claim.p_value if claim.by_unit is None else claim.by_unit for claim in tried]
    holds, found = held_apart(tried, p) <= fdr, {}
    for family in (False, True):
        places = [at for at, claim in enumerate(tried) if is_relation(claim) is family]
        found[family] = fdr * max(1, int(holds[places].sum())) / max(1, len(places))
    return found
