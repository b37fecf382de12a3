"""One row, or a few, drive it: a caveat where leaving them out takes most of a difference away or turns it round.

Asked of the findings that were chosen, on all rows; the tests of means and correlations use ranks, so that it is the
figures told that a huge value moves, not whether there is a difference.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.insight.insight import Insight

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT = 0.5
"""Part of a difference under which what is left of it is called little."""

FEW = 0.01
"""Part of the rows that is left out at most."""


def driven(found: Insight, table: Table) -> Insight:
    """The insight, with a caveat where it rests on one row or on a hundredth of the rows."""
    said = None
    if found.pattern == "outstanding" and len(found.subject.breakdown) == 1 and not found.subject.where:
        if found.subject.aggregation == "mean":
            said = _mean(found, table.expr)
        elif found.subject.aggregation == "sum":
            said = _sum(found, table.expr)
    elif found.pattern == "correlation":
        said = _correlation(found, table.expr)
    return found if said is None else replace(found, caveats=(*found.caveats, said))


def _known(found: Insight, expr: "ir.Table") -> "ir.Table":
    """The rows that the insight is about: `group`, `amount` and whether they are `inside`."""
    measure, breakdown = str(found.subject.measure), found.subject.breakdown[0]
    known = expr.filter(expr[measure].notnull() & expr[breakdown].notnull())
    group = known[breakdown].cast("string")
    return known.select(group=group, amount=known[measure].cast("float64"), inside=group == found.facts["group"])


def _mean(found: Insight, expr: "ir.Table") -> Words | None:
    rows = _known(found, expr)
    rows = rows.mutate(far=(rows.amount - rows.amount.mean().over()).abs())
    ends = rows.aggregate(most=rows.far.max(), few=rows.far.quantile(1 - FEW)).to_pyarrow().to_pylist()[0]
    whole = _means(rows, None)
    far = rows.filter(rows.far == ends["most"])
    one = far.aggregate(n=far.count(), amount=far.amount.max()).to_pyarrow().to_pylist()[0]
    if one["n"] == 1 and _little(left := _means(rows, rows.far < ends["most"]), whole):
        return _one_row(one["amount"], Words("averages", "平均值"), left)
    if _little(left := _means(rows, rows.far <= ends["few"]), whole):
        return _few_rows(Words("from the average", "离平均值最远的"), Words("averages", "平均值"), left)
    return None


def _means(rows: "ir.Table", kept: "ir.BooleanValue | None") -> tuple[float, float] | None:
    cut = rows if kept is None else rows.filter(kept)
    sides = cut.aggregate(here=cut.amount.mean(where=cut.inside), rest=cut.amount.mean(where=~cut.inside))
    row = sides.to_pyarrow().to_pylist()[0]
    return None if None in row.values() else (row["here"], row["rest"])


def _sum(found: Insight, expr: "ir.Table") -> Words | None:
    rows = _known(found, expr)
    rows = rows.mutate(far=rows.amount.abs())
    ends = rows.aggregate(most=rows.far.max(), few=rows.far.quantile(1 - FEW)).to_pyarrow().to_pylist()[0]
    low = _below(found)
    whole = _totals(rows, None, low=low)
    far = rows.filter(rows.far == ends["most"])
    one = far.aggregate(n=far.count(), amount=far.amount.max()).to_pyarrow().to_pylist()[0]
    if one["n"] == 1 and _little(left := _totals(rows, rows.far < ends["most"], low=low), whole):
        return _one_row(one["amount"], Words("totals", "合计"), left, beside=True)
    if _little(left := _totals(rows, rows.far <= ends["few"], low=low), whole):
        return _few_rows(Words("from zero", "绝对值最大的"), Words("totals", "合计"), left, beside=True)
    return None


def _below(found: Insight) -> bool:
    here, rest = found.facts.get("value"), found.facts.get("rest")
    return isinstance(here, int | float) and isinstance(rest, int | float) and here < rest


def _totals(rows: "ir.Table", kept: "ir.BooleanValue | None", *, low: bool) -> tuple[float, float] | None:
    """The subject's total, and the largest (where `low`: the smallest) of the others."""
    cut = rows if kept is None else rows.filter(kept)
    sums = cut.group_by("group", "inside").agg(total=cut.amount.sum()).to_pyarrow().to_pylist()
    here = [row["total"] for row in sums if row["inside"]]
    others = [row["total"] for row in sums if not row["inside"]]
    return (here[0], (min if low else max)(others)) if here and others else None


def _little(left: tuple[float, float] | None, whole: tuple[float, float] | None) -> bool:
    """Whether less than half of the difference is left, or it is turned round."""
    if left is None or whole is None or whole[0] == whole[1]:
        return False
    return (left[0] - left[1]) / (whole[0] - whole[1]) < KEPT


def _correlation(found: Insight, expr: "ir.Table") -> Words | None:
    x, y, r = str(found.facts["x"]), str(found.facts["y"]), found.facts["r"]
    known = expr.filter(expr[x].notnull() & expr[y].notnull())
    known = known.select(x=known[x].cast("float64"), y=known[y].cast("float64"))
    ends = known.aggregate(x=known.x.quantile(1 - FEW), y=known.y.quantile(1 - FEW)).to_pyarrow().to_pylist()[0]
    kept = known.filter((known.x <= ends["x"]) & (known.y <= ends["y"]))
    left = _spearman(kept)
    if left is None or not isinstance(r, int | float) or left / r >= KEPT:
        return None
    told = f"{left:.2f}".replace("-", "−")
    return Words(
        f"A few rows drive it: without the highest 1% of either column r is {told}.",
        f"少数记录左右了结论：去掉两列各自最高的 1% 后，r 为 {told}。",
    )


def _spearman(rows: "ir.Table") -> float | None:
    import ibis

    ranks = {name: ibis.percent_rank().over(ibis.window(order_by=rows[name])) for name in ("x", "y")}
    ranked = rows.select(**ranks)
    r = ranked.aggregate(r=ranked.x.corr(ranked.y, how="pop")).to_pyarrow().to_pylist()[0]["r"]
    return None if r is None or r != r else float(r)


_NEXT = Words(" of the group and of the next", "（本组与下一组）")
_ELSEWHERE = Words(" here and elsewhere", "（此处与其余）")


def _one_row(amount: float, what: Words, left: tuple[float, float] | None, *, beside: bool = False) -> Words:
    here, rest = _both(left)
    other = _NEXT if beside else _ELSEWHERE
    return Words(
        f"One row drives it: without the value {_figure(amount)}, the {what.en}{other.en} are {here} and {rest}.",
        f"一条记录左右了结论：去掉取值 {_figure(amount)} 后，{what.zh}{other.zh}为 {here} 和 {rest}。",
    )


def _few_rows(far: Words, what: Words, left: tuple[float, float] | None, *, beside: bool = False) -> Words:
    here, rest = _both(left)
    other = _NEXT if beside else _ELSEWHERE
    return Words(
        f"A few rows drive it: without the 1% farthest {far.en}, the {what.en}{other.en} are {here} and {rest}.",
        f"少数记录左右了结论：去掉{far.zh} 1% 的记录后，{what.zh}{other.zh}为 {here} 和 {rest}。",
    )


def _both(left: tuple[float, float] | None) -> tuple[str, str]:
    assert left is not None
    return _figure(left[0]), _figure(left[1])


def _figure(value: float) -> str:
    """Four digits, thousands separated.

    >>> _figure(1234567.8), _figure(12.3456), _figure(-0.5)
    ('1,234,568', '12.35', '−0.5')
    """
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}").replace("-", "−")
