"""No trend: over its complete periods a series neither rises nor falls, but for less than would matter.

Test: TOST of the slope of the weighted line of `series.py`, on what is left after a season that holds.  Margins for the
whole time: Cohen's h of 0.2 for a rate, a ratio of 1.25 for a number of rows.  Where residuals are correlated, the
error is that of a first-order autoregression, if larger.
"""

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.equivalence import LEVEL, RATIO, SMALL, tost
from dongcha.insight.insight import Effect
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


def flat(one: Timeline, series: Scaled, found: Line) -> Iterator[Claim]:
    """The claim that a series without its season, with the line through it, is flat; nothing where it is too short."""
    if len(one.starts) < FEWEST:
        return
    name, p, bounds, closeness = _within(one, series, found)
    subject = one.subject
    yield Claim(
        pattern="no_trend",
        subject=subject,
        test="TOST of the slope",
        p_value=p,
        effect=Effect(name, *bounds, LEVEL, SMALL if one.is_rate else math.log(RATIO)),
        share=float(one.hits.sum() / max(one.n.sum(), 1)) if one.is_rate else 1.0,
        fact=("no_trend", subject.measure, subject.category),
        prove=partial(_prove, one, found),
        weight=closeness,
        even=True,
    )


def _within(one: Timeline, series: Scaled, found: Line) -> tuple[str, float, tuple[float, float, float], float]:
    """The name of the effect, the p-value, the change over the whole time with its bounds, and its tightness."""
    span = len(series.values) - 1
    level = float(found.fitted.mean())
    # A rate's h is twice the angle; a ratio q about the level m of roots is a gap of 2 m tanh(ln q / 4).
    margin = SMALL / 2 if one.is_rate else 2 * level * math.tanh(math.log(RATIO) / 4)
    if margin <= 0:
        return "log ratio", 1.0, (0.0, -math.inf, math.inf), 0.0
    tested = tost(found.slope * span, found.error * span * _inflation(series, found.fitted), margin, found.free)

    def told(gap: float) -> float:
        return 2 * gap if one.is_rate else 4 * math.atanh(max(-0.999, min(0.999, gap / (2 * level))))

    name = "Cohen's h" if one.is_rate else "log ratio"
    return name, tested.p_value, (told(tested.value), told(tested.low), told(tested.high)), tested.tightness


def _inflation(series: Scaled, fitted: "Floats") -> float:
    """How much larger the error of a slope is where residuals follow each other; 1 where they do not."""
    left = (series.values - fitted) * series.weights**0.5
    total = float(left @ left)
    rho = min(0.9, float(left[1:] @ left[:-1]) / total) if total else 0.0
    return math.sqrt((1 + rho) / (1 - rho)) if rho > 0 else 1.0


def _prove(one: Timeline, found: Line) -> Proof:
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
            "margin": ibis.literal(SMALL if one.is_rate else RATIO),
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
    return Proof(facts, proof, (_STEADY,))
