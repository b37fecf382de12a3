"""What to keep in mind about a difference: unequal or incomplete periods, missing amounts, one row that decides."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.periods import Coverage, coverage
from dongcha.data.span import Span
from dongcha.data.table import Table
from dongcha.insight.change.answer import Explanation
from dongcha.insight.change.question import Question, where
from dongcha.insight.change.sums import MOST_DIMENSIONS, Summed, amounts

if TYPE_CHECKING:
    import ibis.expr.types as ir

NEARLY = 0.03
"""Part of a period that may be uncovered at either end."""
LARGE = 0.5
"""Part of the difference that makes one row decisive."""


def days_covered(table: Table, question: Question) -> tuple[int, int]:
    """The days of each period that the data covers; 1 and 1 for groups."""
    one, two = question.before.period, question.after.period
    if one is None or two is None:
        return 1, 1
    held = coverage(table, question.before.column)
    return _covered(one, held), _covered(two, held)


def _covered(period: Span, held: Coverage | None) -> int:
    if held is None or _whole(period, held):
        return period.days
    return max(1, (min(period.last, held.last) - max(period.start, held.first)).days + 1)


def _whole(period: Span, held: Coverage) -> bool:
    slack = max(held.slack.days, int(NEARLY * period.days))
    return (held.first - period.start).days <= slack and (period.last - held.last).days <= slack


def caveats(table: Table, found: Explanation, asked: Sequence[str], summed: Summed) -> tuple[Words, ...]:
    """All that apply."""
    told = [*_periods(table, found), *_unknown(found), *_one_row(table, found)]
    left = [name for name in asked if name not in summed.kept]
    if found.question.by is not None and left:
        named = ", ".join(f"“{name}”" for name in left)
        told.append(
            Words(
                f"Left out, as it has one value in these rows: {named}.", f"这些记录中只有一个取值，未纳入：{named}。"
            )
        )
    elif len(left) and len(summed.kept) == MOST_DIMENSIONS:
        told.append(
            Words(
                f"Only the first {MOST_DIMENSIONS} dimensions were tried; name others with --by.",
                f"只分析了前 {MOST_DIMENSIONS} 个维度；其余可用 --by 指定。",
            )
        )
    return tuple(told)


def _periods(table: Table, found: Explanation) -> list[Words]:
    one, two = found.question.before.period, found.question.after.period
    if one is None or two is None:
        return []
    held = coverage(table, found.question.before.column)
    told = [
        Words(
            f"The data covers {period.text} only in part: it goes from {held.first} to {held.last}.",
            f"数据只覆盖 {period.text} 的一部分：起于 {held.first}，止于 {held.last}。",
        )
        for period in (one, two)
        if held is not None and not _whole(period, held)
    ]
    days = found.before.days, found.after.days
    if days[0] != days[1] and found.per_day is not None:
        told.append(
            Words(
                f"The periods are not equally long ({days[0]:,} and {days[1]:,} days): compare the figures by day.",
                f"两个时段长度不同（{days[0]:,} 天与 {days[1]:,} 天）：请比较日均值。",
            )
        )
    return told


def _unknown(found: Explanation) -> list[Words]:
    rows = found.before.rows + found.after.rows - found.before.known - found.after.known
    if not rows:
        return []
    name = found.question.figure.column
    return [
        Words(f"{rows:,} rows without a value of “{name}” are left out.", f"{rows:,} 条记录缺少“{name}”的值，未计入。")
    ]


def _one_row(table: Table, found: Explanation) -> list[Words]:
    """Of a sum: whether its largest row is as large as half of the difference."""
    question = found.question
    if question.figure.aggregation != "sum" or not found.difference:
        return []

    def sided(data: "ir.Table") -> "ir.BooleanValue":
        return where(data, question.before, question.after) | where(data, question.after, question.before)

    amount = amounts(table.expr, question).abs()
    largest = table.expr.filter(sided(table.expr)).aggregate(most=amount.max()).to_pyarrow().to_pylist()[0]["most"]
    if largest is None or largest < LARGE * abs(found.difference):
        return []
    return [
        Words(
            f"A single row holds {largest:,.6g}, as much as half of the difference or more.",
            f"单条记录即达 {largest:,.6g}，不小于差额的一半。",
        )
    ]
