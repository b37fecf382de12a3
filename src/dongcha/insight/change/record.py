"""An explanation as a JSON object."""

from dataclasses import asdict

from dongcha.core.words import Words
from dongcha.insight.change.answer import Breakdown, Explanation, Segment
from dongcha.insight.change.question import Side
from dongcha.insight.record import rounded, to_json

MOST_SEGMENTS = 200
"""Segments of a breakdown that are written out: of more, the named ones and the largest contributions."""
MOST_BREAKDOWNS = 12


def explanation_json(found: Explanation) -> dict[str, object]:
    """The explanation with the keys that scripts rely on; numbers with ten significant digits.

    Of the breakdowns the best twelve and every single dimension are written out.
    """
    question, figure = found.question, found.question.figure
    written = [one for at, one in enumerate(found.breakdowns) if at < MOST_BREAKDOWNS or len(one.dimensions) == 1]
    return {
        "measure": figure.column,
        "aggregation": figure.aggregation,
        "category": figure.category,
        "before": {**_side(question.before), **_plain(asdict(found.before))},
        "after": {**_side(question.after), **_plain(asdict(found.after))},
        "difference": rounded(found.difference),
        "per_day": None if found.per_day is None else [rounded(value) for value in found.per_day],
        "low": rounded(found.low),
        "high": rounded(found.high),
        "test": found.test,
        "p_value": rounded(found.p_value),
        "within_chance": found.within_chance,
        "volume": rounded(found.volume),
        "rate": rounded(found.rate),
        "part": question.part,
        "fdr": question.fdr,
        "tested": found.tested,
        "findings": [to_json(one) for one in found.findings],
        "breakdowns": [_breakdown(one) for one in written],
        "tried": len(found.breakdowns),
        "phrases": [asdict(one) for one in found.phrases],
        "caveats": [one.to_json() for one in found.caveats],
        "sentences": [one.to_json() for one in found.sentences],
        "sql": found.evidence.sql,
        "rows": [_plain(dict(row)) for row in found.evidence.rows],
    }


def _side(side: Side) -> dict[str, object]:
    period = side.period
    if period is None:
        return {"column": side.column, "equals": side.value}
    return {"column": side.column, "period": period.text, "first": str(period.start), "last": str(period.last)}


def _breakdown(one: Breakdown) -> dict[str, object]:
    order = sorted(range(len(one.segments)), key=lambda at: -abs(one.segments[at].contribution))
    places = list(dict.fromkeys((*one.chosen, *order)))[: max(MOST_SEGMENTS, len(one.chosen))]
    return {
        "dimensions": list(one.dimensions),
        "explained": rounded(one.explained),
        "reached": one.reached,
        "score": rounded(one.score),
        "plain": rounded(one.plain),
        "named": len(one.chosen),
        "segments": [_segment(one.segments[at], named=at in one.chosen) for at in places],
        "left_out": len(one.segments) - len(places),
    }


def _segment(one: Segment, *, named: bool) -> dict[str, object]:
    return {**_plain(asdict(one)), "key": [asdict(key) for key in one.key], "named": named}


def _plain(record: dict[str, object]) -> dict[str, object]:
    return {name: value.to_json() if isinstance(value, Words) else rounded(value) for name, value in record.items()}
