"""Explain findings with the words of the rows that they are about.

A finding on a group gets the phrases that the group's texts say more often than all others; a change over time those
said more often since.  Nothing is added where the table has no text or no phrase stands out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from dongcha.data.backend import here
from dongcha.data.engine import served
from dongcha.data.schema import ROW, Role, Schema
from dongcha.data.table import Table
from dongcha.insight.insight import Insight
from dongcha.insight.phrases import PhraseCounts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_TEXTS = 20_000
"""Texts that phrases are counted in; of more, every n-th row is taken."""

BY_GROUP = ("outstanding", "driver")
BY_TIME = ("change_point", "outlier")


def explained(found: Sequence[Insight], table: Table) -> list[Insight]:
    """The findings, each with the phrases that tell its rows from the others."""
    asked = [insight for insight in found if insight.pattern in (*BY_GROUP, *BY_TIME)]
    texts = table.schema.of(Role.TEXT)
    if not texts or not asked:
        return list(found)
    table = here(_sampled(table, texts[0].name, asked), "the search for phrases")
    counts = PhraseCounts(table.texts(texts[0].name))
    explained = []
    for insight in found:
        mask = _rows(insight, table)
        phrases = () if mask is None else counts.over_represented(mask, top=3, fdr=0.01)
        explained.append(replace(insight, phrases=phrases))
    return explained


def _sampled(table: Table, text: str, asked: Sequence[Insight]) -> Table:
    """Of many rows every n-th; of a table that lies elsewhere only the columns that are needed."""
    step = -(-table.rows // MOST_TEXTS)
    kept = table if step <= 1 else table.with_expr(table.expr.filter(table.expr[ROW] % step == 0))
    if not served(table.expr):
        return kept
    needed = {text, *(name for insight in asked for name in insight.subject.breakdown)}
    return replace(kept, schema=Schema(tuple(column for column in kept.schema if column.name in needed)))


def _rows(insight: Insight, table: Table) -> "npt.NDArray[np.bool_] | None":
    """Which rows the finding is about, shape (rows,); None where it is about all."""
    import numpy as np

    breakdown = insight.subject.breakdown
    if insight.pattern in BY_GROUP and "group" in insight.facts:
        group = insight.facts["group"]
        column = breakdown[-1]
        text = table.expr.mutate(**{column: table.expr[column].cast("string")})
        values = table.with_expr(text).values(column).column(column).to_pylist()
        return np.array([value == group for value in values])
    if insight.pattern in BY_TIME and "period" in insight.facts:
        start = date.fromisoformat(str(insight.facts["period"]))
        days = table.values(breakdown[0]).column(breakdown[0]).to_pylist()
        later = [day is not None and _day(day) >= start for day in days]
        if insight.pattern == "change_point":
            return np.array(later)
        rows = sorted(str(row["period"]) for row in insight.evidence.rows)
        following = [period for period in rows if period > start.isoformat()]
        end = date.fromisoformat(following[0]) if following else date.max
        return np.array([inside and _day(day) < end for inside, day in zip(later, days, strict=True)])
    return None


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])
