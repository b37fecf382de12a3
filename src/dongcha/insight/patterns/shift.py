"""Shift: a measure lies otherwise in one group than elsewhere though its middle is the same: wider, narrower, apart.

Told only where the mean's claim has nothing to tell (Cohen's d of ranks under 0.2).  Two tests, the smaller p-value
doubled: Mood's test of spread (Welch's t-test of the squared distance of the rank from the middle one, after Mood 1954,
https://doi.org/10.1214/aoms/1177728719), and the two-sample Kolmogorov-Smirnov test, which also has to hold for what is
left of the difference when its location part (Neyman's first smooth component) is taken out.  Of a breakdown the
clearest group is claimed, corrected for all its groups.  Effect: the Kolmogorov-Smirnov distance, with the interval of
Massart 1990, https://doi.org/10.1214/aop/1176990746.  On bins, the distance is at most as large as on the values.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.amounts import Amount
from dongcha.insight.binned import Binned, welch
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.outstanding import SMALL_BASE
from dongcha.insight.patterns.shift_proof import distribution
from dongcha.insight.stability.shapes import shape_again

if TYPE_CHECKING:
    from dongcha.insight.binned import Floats

MOST_GROUPS = 12
"""Groups of a breakdown up to which each is looked at."""

FEWEST_VALUES = 10
"""Different values of a measure from which on it has a shape."""

ALIKE = 0.2
"""Cohen's d of ranks from which on the mean tells the difference."""


@dataclass(frozen=True, slots=True)
class Apart:
    """How a group's rows lie against the rest's: p-value, distance with its half interval, and the bin where it is."""

    p_value: float
    distance: float
    half: float
    at: int
    n: int


def shifts(binned: Binned) -> Iterator[Claim]:
    """Every measure with a shape, in every breakdown of few groups."""
    cube = binned.cube
    for breakdown in cube.categories:
        if breakdown in cube.corrections or len(cube.counts[(breakdown,)].keys) > MOST_GROUPS:
            continue
        for measure in binned.amounts:
            if measure.distinct >= FEWEST_VALUES:
                yield from _of(binned, breakdown, measure, binned.grouped(breakdown, measure))


def _of(binned: Binned, breakdown: str, measure: Amount, groups: "Mapping[str, Floats]") -> Iterator[Claim]:
    whole, scores = sum(groups.values()), binned.scores[measure.at]
    found = {
        group: apart(inside, whole - inside, scores)
        for group, inside in groups.items()
        if min(inside.sum(), (whole - inside).sum()) >= SMALL_BASE
    }
    if not found:
        return
    group, best = min(found.items(), key=lambda one: (one[1].p_value, one[0]))
    tried = 1 if len(groups) == 2 else len(found)
    yield Claim(
        pattern="shift",
        subject=Subject(measure.name, "distribution", (breakdown,)),
        test="Mood's and Kolmogorov-Smirnov tests",
        p_value=min(1.0, best.p_value * tried),
        effect=Effect(
            "Kolmogorov-Smirnov distance",
            best.distance,
            max(0.0, best.distance - best.half),
            min(1.0, best.distance + best.half),
        ),
        share=best.n / binned.rows,
        # A hump of a category along the measure is the same dependence, seen from the other side.
        fact=("band", *sorted((measure.name, breakdown))),
        prove=partial(_prove, binned, (measure, breakdown, group), best),
        again=partial(shape_again, measure.name, breakdown, group, _drawn),
        tried=2 * tried,
    )


def _drawn(inside: "Floats", rest: "Floats", scores: "Floats") -> tuple[float, float]:
    """The effect and the p-value of two groups, given as rows a bin."""
    found = apart(inside, rest, scores)
    return found.distance, found.p_value


def apart(inside: "Floats", rest: "Floats", scores: "Floats") -> Apart:
    """How two groups, given as rows a bin, differ in spread or shape; p is 1 where their middles differ."""
    from scipy.special import kolmogorov

    n, m = float(inside.sum()), float(rest.sum())
    size = math.sqrt(n * m / (n + m))
    gaps = (inside / n - rest / m).cumsum()
    at = int(abs(gaps).argmax())
    distance = float(abs(gaps[at]))
    # The first Legendre polynomial, integrated: what a difference of the mean ranks alone does to the distribution.
    location = float((inside / n - rest / m) @ (2 * scores - 1)) * 3
    ends = ((inside + rest) / (n + m)).cumsum()
    left = float(abs(gaps - location * (ends**2 - ends)).max())
    shape = float(kolmogorov(size * min(distance, left)))
    spread = welch(inside, rest, (scores - 0.5) ** 2).p_value
    alike = abs(welch(inside, rest, scores).d) < ALIKE
    half = math.sqrt(math.log(2 / 0.05) / 2) / size
    return Apart(min(1.0, 2 * min(shape, spread)) if alike else 1.0, distance, half, at, int(n))


def _prove(binned: Binned, asked: tuple[Amount, str, str], found: Apart) -> Proof:
    import numpy as np

    measure, breakdown, group = asked
    values, places = binned.values[measure.at], binned.bins[measure.at]
    limit = float(values[(places >= 0) & (places <= found.at)].max())
    low, high = (float(end) for end in np.nanquantile(values, [0.01, 0.99]))
    ends = (low, high if high > low else low + 1.0)
    proof = evidence(binned.cube.table, distribution((measure.name, breakdown, group), limit, ends))
    row = subject_row(proof)
    names = ("n", "q1", "value", "q3", "rest_q1", "rest", "rest_q3", "limit", "up_to", "rest_up_to")
    return Proof({"group": group, **{name: row[name] for name in names}}, proof)
