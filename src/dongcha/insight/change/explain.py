"""`explain_change`: sum both sides, decompose, test, choose, prove."""

from dataclasses import replace
from functools import partial

import numpy as np

from dongcha.core.errors import DataError
from dongcha.data.brought import here
from dongcha.data.table import Table
from dongcha.insight.change.answer import Breakdown, Explanation, Segment, Total
from dongcha.insight.change.beyond import Tested, segment_chances
from dongcha.insight.change.caveats import caveats, days_covered
from dongcha.insight.change.chance import whole_chance
from dongcha.insight.change.effects import Effects, effects, values
from dongcha.insight.change.finding import finding
from dongcha.insight.change.proof import prove_whole
from dongcha.insight.change.question import Question
from dongcha.insight.change.said import said_since
from dongcha.insight.change.smallest import SIMPLER, score, smallest, surprises
from dongcha.insight.change.sums import Split, Summed, Sums, dimensions_of, summed
from dongcha.insight.fdr import q_values
from dongcha.insight.insight import Draw, Say

TOLD = 3
"""Breakdowns that are told."""


def explain_change(
    table: Table, question: Question, *, say: Say | None = None, draw: Draw | None = None
) -> Explanation:
    """Why the figure of `question` differs between its two sides, over every dimension and pair.

    The contributions of each breakdown add up to the difference but for the rounding of sums of floats.  Raises
    `DataError` where a side has no rows or no known amounts.
    """
    table = here(table, "the explanation of a change")
    names = dimensions_of(table, question)
    found = summed(table, question, names)
    _check(table, question, found.whole)
    days = days_covered(table, question)
    figure = question.figure.aggregation
    before, after = (float(value) for value in values(found.whole, figure)[0])
    chance = whole_chance(found.whole, figure, (float(days[0]), float(days[1])))
    ranked = _breakdowns(question, found, after - before, (float(days[0]), float(days[1])))
    told = _told(ranked)
    sides = [_total(found.whole, side, value, days[side]) for side, value in enumerate((before, after))]
    volume, rate = _effects_told(question, found, told)
    explanation = Explanation(
        question=question, before=sides[0], after=sides[1], difference=after - before, low=chance.low, high=chance.high,
        test=chance.test, p_value=chance.p_value, volume=volume, rate=rate, breakdowns=tuple(ranked),
        tested=sum(segment.tested for one in ranked for segment in one.segments), evidence=prove_whole(table, question),
        phrases=said_since(table, question, found.kept, told[0] if told and told[0].score else None),
    )  # fmt: skip
    findings = [finding(table, question, one, found.kept) for one in told]
    findings = [
        replace(one, rank=rank, sentence=say(one) if say else one.sentence) for rank, one in enumerate(findings, 1)
    ]
    findings = [replace(one, chart=draw(one) if draw else one.chart) for one in findings]
    return replace(explanation, findings=tuple(findings), caveats=caveats(table, explanation, names, found))


def _check(table: Table, question: Question, whole: Sums) -> None:
    for at, side in enumerate((question.before, question.after)):
        named = f"in {side.text!r}" if side.period else f"with {side.column} = {side.text!r}"
        if side.period is None and side.value is None:
            named = f"with another value of {side.column!r}"
        if not whole.rows[0, at]:
            raise DataError(f"{table.name!r} has no rows {named}{_reach(table, question)}; name another side")
        if not whole.n[0, at]:
            raise DataError(f"column {question.figure.column!r} has no value in the rows {named}; name another side")


def _reach(table: Table, question: Question) -> str:
    """From when to when the dates go; for a message."""
    if not question.timed:
        return ""
    day = table.expr[question.before.column].cast("timestamp").cast("date")
    first, last = table.expr.aggregate(first=day.min(), last=day.max()).to_pyarrow().to_pylist()[0].values()
    return f": {question.before.column!r} goes from {first} to {last}" if first else ""


def _total(whole: Sums, side: int, value: float, days: int) -> Total:
    return Total(value=value, rows=int(whole.rows[0, side]), known=int(whole.n[0, side]), days=days)


def _breakdowns(question: Question, found: Summed, difference: float, days: tuple[float, float]) -> list[Breakdown]:
    """Every dimension and pair with news, the one that tells best first."""
    figure = question.figure.aggregation
    splits = [split for split in found.splits if not _repeats(split, found)]
    parts = [effects(split.sums, found.whole, figure) for split in splits]
    chances = [
        segment_chances(split.sums, found.whole, part, figure, days) for split, part in zip(splits, parts, strict=True)
    ]
    tested = [chance.tested for chance in chances]
    q = np.ones(sum(map(len, tested)))
    if len(q):
        large = np.concatenate(tested)
        q[large] = q_values(np.concatenate([chance.p_value for chance in chances])[large])
    made, start = [], 0
    for split, part, chance in zip(splits, parts, chances, strict=True):
        own = q[start : start + len(split.keys)]
        start += len(split.keys)
        made.append(_breakdown(question, split, part, (chance, own, difference)))
    return sorted(made, key=lambda one: (-one.score, not one.reached, -one.plain))


def _breakdown(question: Question, split: Split, part: Effects, judged: tuple[Tested, np.ndarray, float]) -> Breakdown:
    chance, q, difference = judged
    named = np.array([all(key.kind != "other" for key in one) for one in split.keys], dtype=bool)
    surprise = surprises(split.sums)
    chosen = smallest(part.contribution, difference, question.part, named)
    power = part.contribution[chosen] / difference if difference else np.zeros(0)
    segments = _segments(question, split, part, (chance, q, difference))
    explained, times = float(power.sum()), 1.0 if len(split.dimensions) == 1 else SIMPLER
    tells = partial(score, power, part.weight[chosen])
    return Breakdown(
        dimensions=split.dimensions,
        segments=tuple(replace(one, surprise=float(bits)) for one, bits in zip(segments, surprise, strict=True)),
        chosen=tuple(chosen),
        explained=explained,
        reached=bool(chosen) and explained >= question.part * (1 - 1e-12),
        score=tells(q[chosen] <= question.fdr) / times,
        plain=tells(chance.tested[chosen]) / times,
    )


def _segments(
    question: Question, split: Split, part: Effects, judged: tuple[Tested, np.ndarray, float]
) -> list[Segment]:
    chance, q, difference = judged
    figure = [
        [None if value != value else float(value) for value in row]
        for row in values(split.sums, question.figure.aggregation)
    ]
    return [
        Segment(
            key=key, rows_before=int(split.sums.rows[at, 0]), rows_after=int(split.sums.rows[at, 1]),
            before=figure[at][0], after=figure[at][1], volume=float(part.volume[at]), rate=float(part.rate[at]),
            contribution=float(part.contribution[at]), low=float(chance.low[at]), high=float(chance.high[at]),
            share=float(part.contribution[at] / difference) if difference else None, size=float(part.weight[at]),
            surprise=0.0, p_value=float(chance.p_value[at]), q_value=float(q[at]), tested=bool(chance.tested[at]),
        )
        for at, key in enumerate(split.keys)
    ]  # fmt: skip


def _repeats(split: Split, found: Summed) -> bool:
    """Whether a pair has no more segments than one of its dimensions: one fixes the other, so it tells nothing new."""
    if len(split.dimensions) == 1:
        return False
    single = [
        len(one.keys) for one in found.splits if len(one.dimensions) == 1 and one.dimensions[0] in split.dimensions
    ]
    return len(split.keys) <= max(single)


def _told(ranked: list[Breakdown]) -> list[Breakdown]:
    """Those that tell the difference; where none does, the one that comes nearest."""
    sure = [one for one in _apart(ranked) if one.score]
    whole = [one for one in sure if one.reached]
    return (whole or sure[:1] or [one for one in ranked if one.chosen][:1])[:TOLD]


def _apart(ranked: list[Breakdown]) -> list[Breakdown]:
    """The breakdowns that share no dimension with a better one."""
    kept: list[Breakdown] = []
    for one in ranked:
        if not any(set(one.dimensions) & set(other.dimensions) for other in kept):
            kept.append(one)
    return kept


def _effects_told(question: Question, found: Summed, told: list[Breakdown]) -> tuple[float, float]:
    """Volume and rate of the best breakdown; of a sum, and without one, those of the whole as a single segment."""
    if told and question.figure.aggregation != "sum":
        return sum(one.volume for one in told[0].segments), sum(one.rate for one in told[0].segments)
    whole = effects(found.whole, found.whole, question.figure.aggregation)
    return float(whole.volume[0]), float(whole.rate[0])
