"""A breakdown that tells a difference, as an insight with its evidence."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dongcha.data.table import Table
from dongcha.insight.change.answer import Breakdown
from dongcha.insight.change.proof import prove_breakdown
from dongcha.insight.change.question import Question, Side
from dongcha.insight.insight import Cell, Effect, Insight, Subject

if TYPE_CHECKING:
    from dongcha.insight.change.sums import Key

MOST_NAMED = 60
"""Segments that the query names."""
MOST_FACTS = 3
"""Segments whose contributions a sentence says."""
TESTS = {
    "count": "conditional binomial test and proportion z-test",
    "sum": "compound Poisson z-test and proportion z-test",
    "mean": "delta-method z-test and difference in differences",
    "rate": "delta-method z-test and difference in differences",
}
TOTALS = (
    *("total_before", "total_after", "total_difference", "volume_total", "rate_total"),
    *("explained", "named", "groups"),
)


def finding(table: Table, question: Question, found: Breakdown, kept: Mapping[str, Sequence[str]]) -> Insight:
    """The insight; `p_value` and `q_value` are the largest among the named segments that are beyond chance."""
    named: list[tuple[Key, ...]] = [segment.key for segment in found.named][:MOST_NAMED]
    proof = prove_breakdown(table, question, [(name, kept[name]) for name in found.dimensions], named)
    sure = [segment for segment in found.named if segment.q_value <= question.fdr]
    facts = {name: proof.rows[0][name] for name in TOTALS} | sides(question)
    first = [row for row in proof.rows if row["is_subject"]][:MOST_FACTS]
    facts |= {f"contribution_{at}": row["contribution"] for at, row in enumerate(first, 1)}
    figure, grains = question.figure, {side.period.grain for side in (question.before, question.after) if side.period}
    return Insight(
        pattern="difference",
        subject=Subject(
            figure.column, figure.aggregation, found.dimensions,
            grain=grains.pop() if len(grains) == 1 else None, category=figure.category,
        ),
        facts=facts,
        score=found.score,
        test=TESTS[figure.aggregation],
        p_value=max((segment.p_value for segment in sure), default=1.0),
        q_value=max((segment.q_value for segment in sure), default=1.0),
        effect=Effect("share of the difference", found.explained),
        share=min(1.0, sum(segment.size for segment in found.named)),
        evidence=proof,
    )  # fmt: skip


def sides(question: Question) -> dict[str, Cell]:
    """Both sides as facts: the first and last days of the periods, or the column `x` and the values of the groups."""
    facts: dict[str, Cell] = {"x": question.after.column}
    for name, side in (("before", question.before), ("after", question.after)):
        facts |= {f"{name}_{key}": value for key, value in _side(side).items()}
    return facts


def _side(side: Side) -> dict[str, Cell]:
    """How a side was asked for: the days of a period, or the column and the value of a group."""
    if side.period:
        return {"first": side.period.start.isoformat(), "last": side.period.last.isoformat()}
    return {"group": side.value}
