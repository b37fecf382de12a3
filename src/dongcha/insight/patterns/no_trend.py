"""No trend: over its complete periods a series neither rises nor falls, but for less than would matter.

Test: TOST of the slope of the weighted line of `series.py`, on what is left after a season that holds.  Margins for the
whole time: Cohen's h of 0.2 for a rate, a ratio of 1.25 for a number of rows; 0.4 and 1.5 where rows are few.  Where
residuals are correlated, the error is that of a first-order autoregression, if larger.
"""

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.equivalence import LEVEL, Equivalence, Margin, margin_for_error, tost
from dongcha.insight.insight import Effect
from dongcha.insight.patterns.alike import coarse
from dongcha.insight.series import Line, Scaled
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.series import Floats

FEWEST = 8
"""Complete periods that a claim of no trend rests on."""

_STEADY = Words(
    "Only a steady rise or fall over the whole time is ruled out, not ups and downs within it.",
    "仅排除整个时期内的持续升降，不排除其间的起伏。",
)


def widest(cube: Cube) -> str | None:
    """The widest grain with periods enough: that nothing rises or falls over the whole time is so at any grain.

    The same answer at every grain would cost all other checks their power.
    """
    return next((time.grain for time in reversed(cube.times) if sum(time.complete) >= FEWEST), None)


def flat(one: Timeline, series: Scaled, found: Line) -> Iterator[Claim]:
    """The claim that a series without its season, with the line through it, is flat; nothing where it is too short."""
    if len(one.starts) < FEWEST:
        return
    level = float(found.fitted.mean())
    error = found.error * (len(series.values) - 1) * _inflation(series, found.fitted)

    def gap(margin: Margin) -> float:
        # A rate's h is twice the angle; a ratio q about the level m of roots is a gap of 2 m tanh(ln q / 4).
        return margin.size / 2 if one.is_rate else 2 * level * math.tanh(math.log(margin.ratio) / 4)

    margin = margin_for_error(error, gap) if level > 0 else None
    if margin is None:
        return
    tested = tost(found.slope * (len(series.values) - 1), error, gap(margin), found.free)
    within = margin.size if one.is_rate else margin.ratio
    subject = one.subject
    yield Claim(
        pattern="no_trend",
        subject=subject,
        test="TOST of the slope",
        p_value=tested.p_value,
        effect=_effect(one, tested, level, within),
        share=float(one.hits.sum() / max(one.n.sum(), 1)) if one.is_rate else 1.0,
        fact=("no_trend", subject.measure, subject.category),
        prove=partial(_prove, one, found, margin),
        weight=tested.tightness,
        even=True,
    )


def _effect(one: Timeline, tested: Equivalence, level: float, within: float) -> Effect:
    """The change over the whole time as an effect size with its bounds."""

    def told(gap: float) -> float:
        return 2 * gap if one.is_rate else 4 * math.atanh(max(-0.999, min(0.999, gap / (2 * level))))

    bounds = told(tested.value), told(tested.low), told(tested.high)
    if one.is_rate:
        return Effect("Cohen's h", *bounds, LEVEL, within)
    return Effect("log ratio", *bounds, LEVEL, math.log(within))


def _inflation(series: Scaled, fitted: "Floats") -> float:
    """How much larger the error of a slope is where residuals follow each other; 1 where they do not."""
    left = (series.values - fitted) * series.weights**0.5
    total = float(left @ left)
    rho = min(0.9, float(left[1:] @ left[:-1]) / total) if total else 0.0
    return math.sqrt((1 + rho) / (1 - rho)) if rho > 0 else 1.0


def _prove(one: Timeline, found: Line, margin: Margin) -> Proof:
    within = margin.size if one.is_rate else margin.ratio
    days = float(one.days.mean())  # of a period of mean length, so that February is no fall
    fitted = [
        one.unscaled(float(value), at) * (1 if one.is_rate else days / one.days[at])
        for at, value in enumerate(found.fitted)
    ]

    def extra(rows: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        pairs = zip(one.starts, fitted, strict=True)
        return {
            "fitted": ibis.cases(*((rows.period == ibis.date(day), round(value, 6)) for day, value in pairs)),
            "margin": ibis.literal(within),
        }

    proof = one.prove(extra)
    first, last = one.row(proof, 0), one.row(proof, -1)
    facts = {
        "first_period": one.starts[0],
        "last_period": one.starts[-1],
        "first_fitted": first["fitted"],
        "last_fitted": last["fitted"],
        "margin": first["margin"],
    }
    return Proof(facts, proof, (_STEADY, *coarse(margin, within)))
