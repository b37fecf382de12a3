"""What was not examined because the time for mining was up, in words."""

from collections.abc import Sequence

from dongcha.core.words import Words
from dongcha.insight.insight import Left
from dongcha.report.labels import PATTERNS
from dongcha.report.numbers import number

KINDS: dict[str, Words] = {
    "association": Words("categories that depend on each other", "类别之间的关联"),
    "correlation": Words("correlations", "相关"),
    "distinct": Words("numbers of different values", "不同取值数"),
    "driver": Words("drivers of changes", "变化来源"),
    "evenness_of_counts": Words("evenness of counts", "数量是否均匀"),
    "evenness_of_rates": Words("evenness of rates", "比例是否相近"),
    "exception": Words("exceptions", "例外"),
    "latest": Words("the latest period", "最近一期"),
    "lead_lag": Words("series that follow others", "先后关系"),
    "leader": Words("largest groups", "最大的组"),
    "majority": Words("majorities", "占多数者"),
    "mean_trend": Words("trends of means", "均值趋势"),
    "measured": Words("bands and spreads of measures", "度量的区间与分布"),
    "missing": Words("what is missing", "缺失"),
    "opposite": Words("opposite directions in groups", "各组方向相反"),
    "outstanding": Words("outstanding rates", "突出的比例"),
    "outstanding_mean": Words("outstanding means", "突出的均值"),
    "over_time": Words("changes over time", "随时间的变化"),
    "pair": Words("pairs of categories", "类别的组合"),
    "reversal": Words("Simpson's reversals", "辛普森反转"),
    "seasonality": Words("seasons", "周期性"),
}
"""What each pattern looks for, by the name under which it is registered."""


def unexamined(left: Left) -> Words | None:
    """A sentence on what is left; None where all was examined."""
    if not left:
        return None
    parts = []
    if left.untouched:
        parts.append(_listed(Words("not examined", "未检查"), left.untouched))
    if left.partly:
        parts.append(_listed(Words("examined in part", "只检查了一部分"), left.partly))
    if left.unproved:
        many = number(left.unproved)
        verb = "findings hold and are" if left.unproved > 1 else "finding holds and is"
        parts.append(Words(f"{many} more {verb} not shown", f"另有 {many} 条成立的发现未展示"))
    told = "; ".join(part.en for part in parts), "；".join(part.zh for part in parts)
    return Words(f"The time was up before all was mined: {told[0]}.", f"时间已到，挖掘尚未完成：{told[1]}。")


def _listed(what: Words, names: Sequence[str]) -> Words:
    kinds = [KINDS.get(name) or PATTERNS.get(name) or Words(name, name) for name in names]
    return Words(
        f"{what.en}: {', '.join(kind.en for kind in kinds)}", f"{what.zh}：{'、'.join(kind.zh for kind in kinds)}"
    )
