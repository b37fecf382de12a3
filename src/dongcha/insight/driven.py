"""One row, or a few, drive it: a caveat where leaving them out takes most of a difference away or turns it round.

Asked of the findings that were chosen, on all rows; the tests of means and correlations use ranks, so that it is the
figures told that a huge value moves, not whether there is a difference.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.insight.cube import Cube
from dongcha.insight.driving import FEW, Both, held, without_highest
from dongcha.insight.insight import Insight

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT = 0.5
"""Part of a difference under which what is left of it is called little."""


def driven(found: Insight, table: Table, cube: Cube | None = None) -> Insight:
    """The insight, with a caveat where it rests on one row or on a hundredth of the rows, those of `cube`."""
    said = None
    if found.pattern == "outstanding" and len(found.subject.breakdown) == 1 and not found.subject.where:
        if found.subject.aggregation == "mean":
            said = _mean(found, table.expr, cube)
        elif found.subject.aggregation == "sum":
            said = _sum(found, table.expr, cube)
    elif found.pattern == "correlation":
        said = _correlation(found, table.expr, cube)
    return found if said is None else replace(found, caveats=(*found.caveats, said))


@dataclass(frozen=True, slots=True)
class Asked:
    """What `driving.Held` gives, asked of the engine by `rows` of `group`, `amount`, `far` and `inside`."""

    rows: "ir.Table"
    ends: dict[str, float]
    compared: "Callable[[ir.Table], Both | None]"

    def farthest(self) -> tuple[int, float]:
        """How many rows are farthest, and the largest amount of these."""
        far = self.rows.filter(self.rows.far == self.ends["most"])
        one = far.aggregate(n=far.count(), amount=far.amount.max()).to_pyarrow().to_pylist()[0]
        return one["n"], one["amount"]

    def whole(self) -> "Both | None":
        """The figure of the group and that of the rest; None where a side has no rows."""
        return self.compared(self.rows)

    def without_one(self) -> "Both | None":
        """The same without the rows that are farthest."""
        return self.compared(self.rows.filter(self.rows.far < self.ends["most"]))

    def without_few(self) -> "Both | None":
        """The same without the hundredth that is farthest."""
        return self.compared(self.rows.filter(self.rows.far <= self.ends["few"]))


def _asked(found: Insight, expr: "ir.Table", compared: "Callable[[ir.Table], Both | None]", *, mean: bool) -> Asked:
    measure, breakdown = str(found.subject.measure), found.subject.breakdown[0]
    known = expr.filter(expr[measure].notnull() & expr[breakdown].notnull())
    group = known[breakdown].cast("string")
    rows = known.select(group=group, amount=known[measure].cast("float64"), inside=group == found.facts["group"])
    rows = rows.mutate(far=(rows.amount - rows.amount.mean().over()).abs() if mean else rows.amount.abs())
    ends = rows.aggregate(most=rows.far.max(), few=rows.far.quantile(1 - FEW)).to_pyarrow().to_pylist()[0]
    return Asked(rows, ends, compared)


def _mean(found: Insight, expr: "ir.Table", cube: Cube | None) -> Words | None:
    measure, breakdown = str(found.subject.measure), found.subject.breakdown[0]
    known = held(cube, measure, breakdown, found.facts["group"], mean=True, low=False)
    rows = known or _asked(found, expr, _means, mean=True)
    whole, what = rows.whole(), Words("averages", "平均值")
    many, amount = rows.farthest()
    if many == 1 and _little(left := rows.without_one(), whole):
        return _one_row(amount, what, left)
    if _little(left := rows.without_few(), whole):
        return _few_rows(Words("from the average", "离平均值最远的"), what, left)
    return None


def _means(cut: "ir.Table") -> "Both | None":
    sides = cut.aggregate(here=cut.amount.mean(where=cut.inside), rest=cut.amount.mean(where=~cut.inside))
    row = sides.to_pyarrow().to_pylist()[0]
    return None if None in row.values() else (row["here"], row["rest"])


def _sum(found: Insight, expr: "ir.Table", cube: Cube | None) -> Words | None:
    measure, breakdown, low = str(found.subject.measure), found.subject.breakdown[0], _below(found)
    known = held(cube, measure, breakdown, found.facts["group"], mean=False, low=low)
    rows = known or _asked(found, expr, partial(_totals, low=low), mean=False)
    whole, what = rows.whole(), Words("totals", "合计")
    many, amount = rows.farthest()
    if many == 1 and _little(left := rows.without_one(), whole):
        return _one_row(amount, what, left, beside=True)
    if _little(left := rows.without_few(), whole):
        return _few_rows(Words("from zero", "绝对值最大的"), what, left, beside=True)
    return None


def _below(found: Insight) -> bool:
    here, rest = found.facts.get("value"), found.facts.get("rest")
    return isinstance(here, int | float) and isinstance(rest, int | float) and here < rest


def _totals(cut: "ir.Table", *, low: bool) -> "Both | None":
    """The subject's total, and the largest (where `low`: the smallest) of the others."""
    sums = cut.group_by("group", "inside").agg(total=cut.amount.sum()).to_pyarrow().to_pylist()
    here = [row["total"] for row in sums if row["inside"]]
    others = [row["total"] for row in sums if not row["inside"]]
    return (here[0], (min if low else max)(others)) if here and others else None


def _little(left: Both | None, whole: Both | None) -> bool:
    """Whether less than half of the difference is left, or it is turned round."""
    if left is None or whole is None or whole[0] == whole[1]:
        return False
    return (left[0] - left[1]) / (whole[0] - whole[1]) < KEPT


def _correlation(found: Insight, expr: "ir.Table", cube: Cube | None) -> Words | None:
    x, y, r = str(found.facts["x"]), str(found.facts["y"]), found.facts["r"]
    known = without_highest(cube, x, y)
    left = _spearman(expr, x, y) if known is None else known[0]
    if left is None or not isinstance(r, int | float) or left / r >= KEPT:
        return None
    told = f"{left:.2f}".replace("-", "−")
    return Words(
        f"A few rows drive it: without the highest 1% of either column r is {told}.",
        f"少数记录左右了结论：去掉两列各自最高的 1% 后，r 为 {told}。",
    )


def _spearman(expr: "ir.Table", x: str, y: str) -> float | None:
    import ibis

    known = expr.filter(expr[x].notnull() & expr[y].notnull())
    known = known.select(x=known[x].cast("float64"), y=known[y].cast("float64"))
    ends = known.aggregate(x=known.x.quantile(1 - FEW), y=known.y.quantile(1 - FEW)).to_pyarrow().to_pylist()[0]
    rows = known.filter((known.x <= ends["x"]) & (known.y <= ends["y"]))
    ranks = {name: ibis.percent_rank().over(ibis.window(order_by=rows[name])) for name in ("x", "y")}
    ranked = rows.select(**ranks)
    r = ranked.aggregate(r=ranked.x.corr(ranked.y, how="pop")).to_pyarrow().to_pylist()[0]["r"]
    return None if r is None or r != r else float(r)


_NEXT = Words(" of the group and of the next", "（本组与下一组）")
_ELSEWHERE = Words(" here and elsewhere", "（此处与其余）")


def _one_row(amount: float, what: Words, left: Both | None, *, beside: bool = False) -> Words:
    here, rest = _both(left)
    other = _NEXT if beside else _ELSEWHERE
    return Words(
        f"One row drives it: without the value {_figure(amount)}, the {what.en}{other.en} are {here} and {rest}.",
        f"一条记录左右了结论：去掉取值 {_figure(amount)} 后，{what.zh}{other.zh}为 {here} 和 {rest}。",
    )


def _few_rows(far: Words, what: Words, left: Both | None, *, beside: bool = False) -> Words:
    here, rest = _both(left)
    other = _NEXT if beside else _ELSEWHERE
    return Words(
        f"A few rows drive it: without the 1% farthest {far.en}, the {what.en}{other.en} are {here} and {rest}.",
        f"少数记录左右了结论：去掉{far.zh} 1% 的记录后，{what.zh}{other.zh}为 {here} 和 {rest}。",
    )


def _both(left: Both | None) -> tuple[str, str]:
    assert left is not None
    return _figure(left[0]), _figure(left[1])


def _figure(value: float) -> str:
    """Four digits, thousands separated.

    >>> _figure(1234567.8), _figure(12.3456), _figure(-0.5)
    ('1,234,568', '12.35', '−0.5')
    """
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}").replace("-", "−")
