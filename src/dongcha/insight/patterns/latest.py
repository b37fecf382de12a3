"""Latest: the last complete period has more or fewer rows than the one before it, or than the same one a year before.

Test: a t-test of two periods on the scale of counts, with the variance that a line through all earlier ones leaves;
against the period before, what the season adds is taken out of both (`settled.py`), so that December is no news after
November.  The smaller p-value of the two is doubled.  Effect: the log ratio.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Effect
from dongcha.insight.laws import t_two_sided
from dongcha.insight.series import Scaled, line
from dongcha.insight.settled import settled
from dongcha.insight.stability.latest import latest_again
from dongcha.insight.timeline import Timeline, timelines

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.series import Floats

YEAR = {"month": 12, "quarter": 4}
"""Periods of a year, of grains whose periods fall on the same days of it."""

FEWEST = 8
WEIGHT = 0.5
"""The last period is what a reader asks for first, and one of many that could have stood out."""


@dataclass(frozen=True, slots=True)
class Step:
    """The last period against an earlier one."""

    p_value: float
    back: int
    log_ratio: float


@PATTERNS("latest")
def claims(cube: Cube) -> Iterator[Claim]:
    """The number of rows, at every grain."""
    for one in timelines(cube):
        if one.subject.measure is None and len(one.starts) >= FEWEST and one.hits[-2:].min() > 0:
            yield _claim(one)


def _claim(one: Timeline) -> Claim:
    found = [_against(one, settled(one).series, 1)]
    year = YEAR.get(one.time.grain)
    if year and len(one.starts) > year and one.hits[-1 - year] > 0:
        found.append(_against(one, one.scaled, year))
    best = min(found, key=lambda step: (step.p_value, step.back))
    return Claim(
        pattern="latest",
        subject=one.subject,
        test="t-test of two periods",
        p_value=min(1.0, best.p_value * len(found)),
        effect=Effect("log ratio", best.log_ratio),
        share=1.0,
        fact=("latest",),
        prove=partial(_prove, one, best.back, year),
        weight=WEIGHT,
        again=partial(latest_again, one, best.back, ratio),
    )


def _against(one: Timeline, series: Scaled, back: int) -> Step:
    found, p = ratio(one.hits, one.days, series, back)
    return Step(p, back, found)


def ratio(hits: "Floats", days: "Floats", series: Scaled, back: int) -> tuple[float, float]:
    """The log ratio of the rows a day of the last period to those `back` periods before, and its p-value."""
    gap, free, error = two_periods(series, back)
    found = math.log((hits[-1] / days[-1]) / (hits[-1 - back] / days[-1 - back]))
    p = t_two_sided(gap / error, free) if error > 0 else 1.0
    return found, p if gap * found > 0 else 1.0


def two_periods(series: Scaled, back: int) -> tuple[float, int, float]:
    """The last value less the one `back` periods before, the degrees of freedom, and the error of the difference."""
    earlier = Scaled(series.values[:-1], series.weights[:-1], series.spent)
    along = line(earlier)
    spread = max(1.0, along.rss / along.free)
    error = math.sqrt(spread * (1 / series.weights[-1] + 1 / series.weights[-1 - back]))
    return float(series.values[-1] - series.values[-1 - back]), along.free, error


def _prove(one: Timeline, back: int, year: int | None) -> Proof:
    starts = one.starts
    last, before = starts[-1], starts[-2]
    ago = starts[-1 - year] if year and len(starts) > year else None

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        def at(day: str) -> "ir.Value":
            return found.value.max(where=found.period == ibis.date(day)).over()

        told = {"change": at(last) / at(before).nullif(0) - 1}
        if ago:
            told["year_change"] = at(last) / at(ago).nullif(0) - 1
        return told

    proof = one.prove(extra)
    rows = {str(row["period"]): row for row in proof.rows}
    facts = {
        "period": last,
        "value": rows[last]["value"],
        "before_period": before,
        "before": rows[before]["value"],
        "change": rows[last]["change"],
    }
    if ago and rows[ago]["value"]:
        facts |= {"year_period": ago, "year_before": rows[ago]["value"], "year_change": rows[last]["year_change"]}
    return Proof(facts, proof)
