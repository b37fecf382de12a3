"""Trend, change point and outlier of a series over its complete periods.

The three compete for one series: a trend is claimed only where a line fits better than two levels, and the reverse.
They are asked of what is left after a season that holds (`settled.py`), so that December is no outlier every year.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.events import Events
from dongcha.insight.insight import Effect
from dongcha.insight.laws import binomial_lower, binomial_upper, poisson_lower, poisson_upper
from dongcha.insight.misread import Misread
from dongcha.insight.odd import Odd, odd
from dongcha.insight.patterns.no_trend import flat, widest
from dongcha.insight.patterns.odd_days import odd_days
from dongcha.insight.series import Line, Step, line, steady, step
from dongcha.insight.settled import Settled, settled
from dongcha.insight.stability.series import series_again
from dongcha.insight.timeline import Timeline, timelines

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEW_PERIODS = 8


@PATTERNS("over_time")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every series at every grain, its season taken out once for all that is asked of it."""
    events, wide = Events(cube), widest(cube)
    yield from odd_days(cube, events)
    for one in timelines(cube):
        rest = settled(one)
        along, apart = line(rest.series), step(rest.series)
        yield _trending(one, along, apart)
        yield _shifting(one, along, apart)
        yield from (_outlying(one, rest, found, events) for found in odd(rest.series))
        if one.time.grain == wide:
            yield from flat(one, rest.series, along)


def _trending(one: Timeline, along: Line, apart: Step) -> Claim:
    """The level rises or falls steadily: weighted least squares, t-test of the slope."""
    first, last = (one.unscaled(float(along.fitted[at]), at) for at in (0, -1))
    same_way = (last - first) * (one.values[-1] - one.values[0]) > 0
    same_way &= not one.is_rate or min(one.n[0], one.n[-1]) > 0  # a period without rows has no share to tell
    fits = steady(along, apart) and same_way
    p = one.held(along.p_value, slice(len(one.n) // 2, None)) if fits else 1.0
    return _claim(one, ("trend", 0), "t-test of the slope", (p, first, last), _trend)


def _shifting(one: Timeline, along: Line, apart: Step) -> Claim:
    """The level shifts at one period and stays: t-test at the best split, corrected for all splits tried."""
    at = apart.at
    before, after = (float(part.sum()) for part in (one.hits[:at], one.hits[at:]))
    over = (one.n[:at].sum(), one.n[at:].sum()) if one.is_rate else (one.days[:at].sum(), one.days[at:].sum())
    levels = before / max(over[0], 1), after / max(over[1], 1)
    p = 1.0 if steady(along, apart) else one.held(apart.p_value, slice(at, None))
    return _claim(one, ("change_point", at), "t-test at the best split", (p, *levels), lambda one: _shift(one, at))


def _outlying(one: Timeline, rest: Settled, found: Odd, events: Events) -> Claim:
    """One period lies off the line through the others: generalised ESD, and the exact tail of chance, both."""
    back = rest.season[found.at]
    limits = [one.unscaled(value + back, found.at) for value in (found.expected, found.low, found.high)]
    sure = max(found.p_value, min(1.0, len(one.n) * tail(one, found.at, limits[0])))
    p = one.held(sure, slice(found.at, found.at + 1))
    values = p, limits[0], float(one.values[found.at])
    claim = _claim(one, ("outlier", found.at), "generalised ESD", values, lambda one: _off(one, found.at, limits))
    return replace(claim, fact=events.of_period(one, found.at, p))


def tail(one: Timeline, at: int, expected: float) -> float:
    """Twice the exact tail of the rows of period `at`, were chance all that moves them from `expected`.

    Of few rows the scale of `series.py` has a known variance, and is not normal: no hit of 40 where a sixth is expected
    lies 5 standard deviations off on it, and comes once in 1,500 times.
    """
    hits, n = float(one.hits[at]), float(one.n[at])
    sides = (
        (binomial_lower(hits, n, expected), binomial_upper(hits, n, expected))
        if one.is_rate
        else (poisson_lower(hits, max(expected, 1e-9)), poisson_upper(hits, max(expected, 1e-9)))
    )
    return min(1.0, 2 * min(sides))


def _claim(
    one: Timeline, what: tuple[str, int], test: str, values: tuple[float, float, float], prove: "object"
) -> Claim:
    """A claim about a series that goes from `values[1]` to `values[2]` with p-value `values[0]`."""
    (pattern, at), (p, before, after) = what, values
    if one.is_rate:
        h = 2 * math.asin(math.sqrt(min(after, 1.0))) - 2 * math.asin(math.sqrt(min(before, 1.0)))
        effect, share = Effect("Cohen's h", h), float(one.hits.sum() / max(one.n.sum(), 1))
    else:
        effect, share = Effect("log ratio", math.log(max(after, 1e-9) / max(before, 1e-9))), 1.0
    subject = one.subject
    fact = ("time", subject.measure, subject.category, "level")
    return Claim(
        pattern=pattern,
        subject=subject,
        test=test,
        p_value=p,
        effect=effect,
        share=share,
        prove=lambda: prove(one),  # type: ignore[operator]
        fact=fact,
        corrected=True,
        again=partial(series_again, one, pattern, at),
    )


def _trend(one: Timeline) -> Proof:
    fitted = [one.unscaled(float(value), at) for at, value in enumerate(line(settled(one).series).fitted)]
    first, last = one.starts[0], one.starts[-1]

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        start, end = (found.value.max(where=found.period == ibis.date(day)).over() for day in (first, last))
        pairs = [
            (found.period == ibis.date(day), round(value, 6)) for day, value in zip(one.starts, fitted, strict=True)
        ]
        return {"fitted": ibis.cases(*pairs), "change": end - start if one.is_rate else end / start.nullif(0) - 1}

    proof = one.prove(extra)
    start, end = one.row(proof, 0), one.row(proof, -1)
    facts = {
        "first_period": first,
        "last_period": last,
        "first_value": start["value"],
        "last_value": end["value"],
        "change": end["change"],
    }
    return Proof(facts, proof, _few(one))


def _shift(one: Timeline, at: int) -> Proof:
    day = one.starts[at]

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        later = found.period >= ibis.date(day)

        def level(side: "ir.BooleanValue") -> "ir.Value":
            rows = side & found.complete
            if one.is_rate:
                return found.hits.sum(where=rows).over() / found.n.sum(where=rows).over()
            return found.value.mean(where=rows).over()

        before, after = level(~later), level(later)
        return {
            "segment": ibis.ifelse(later, "after", "before"),
            "level": ibis.ifelse(later, after, before),
            "change": after - before if one.is_rate else after / before.nullif(0) - 1,
        }

    proof = one.prove(extra)
    start, end = one.row(proof, 0), one.row(proof, at)
    facts = {"period": day, "before": start["level"], "after": end["level"], "change": end["change"]}
    return Proof(facts, proof, _few(one))


def _off(one: Timeline, at: int, limits: list[float]) -> Proof:
    day = one.starts[at]
    named = dict(zip(("expected", "low", "high"), limits, strict=True))

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        here = found.period == ibis.date(day)
        return {
            name: ibis.ifelse(here, ibis.literal(round(value, 6)), ibis.null("float64"))
            for name, value in named.items()
        }

    proof = one.prove(extra)
    row = one.row(proof, at)
    return Proof({"period": day, **{name: row[name] for name in ("value", *named)}}, proof, _few(one))


def _few(one: Timeline) -> tuple[Words, ...]:
    read, size = Misread(one.cube).caveats((one.subject.measure,)), len(one.starts)
    if size >= FEW_PERIODS:
        return read
    return (Words(f"It rests on {size} complete periods.", f"仅基于 {size} 个完整的时期。"), *read)
