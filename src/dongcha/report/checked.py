"""Sentences of what was checked and is even or flat."""

from dongcha.core.words import Words
from dongcha.insight.equivalence import FINE
from dongcha.insight.insight import Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, quoted, zh_column
from dongcha.report.numbers import number
from dongcha.report.subject import quantity


def evenness(insight: Insight) -> Words:
    """The groups of a breakdown are alike: in their number of rows, in a rate or in a mean."""
    facts, subject = Facts(insight), insight.subject
    name, zh = column(subject.breakdown[0]), after_zh(zh_column(subject.breakdown[0]))
    groups, what = facts.count("groups"), quantity(subject)
    if subject.measure is None:
        between = _between(facts.count("lowest"), facts.count("highest"))
        few = Words("roughly ", "大致") if facts.number("margin") > FINE.ratio else Words("", "")
        return Words(
            f"the rows are spread {few.en}evenly over the {groups} values of {name}: {between.en} rows each.",
            f"记录在{zh}的 {groups} 个取值上分布{few.zh}均匀：每个 {between.zh} 条。",
        )
    between = _between(facts.amount("lowest"), facts.amount("highest"))
    every = _every(facts)
    return Words(
        f"{what.en} is about the same for {every.en} values of {name}: {between.en}.",
        f"{what.zh}在{zh}的{every.zh}取值中相近：{between.zh}。",
    )


def homogeneity(insight: Insight) -> Words:
    """A whole outcome is distributed alike in the groups of a breakdown."""
    facts, subject = Facts(insight), insight.subject
    outcome, zh_outcome = column(subject.measure or ""), zh_column(subject.measure or "")
    name, zh = column(subject.breakdown[0]), after_zh(zh_column(subject.breakdown[0]))
    every, between = _every(facts), _between(facts.amount("lowest"), facts.amount("highest"))
    widest = quoted(insight.facts["category"])
    return Words(
        f"{outcome} is distributed alike for {every.en} values of {name}: "
        f"{widest}, which varies most, is {between.en}.",
        f"{zh_outcome}在{zh}的{every.zh}取值中分布相近：差异最大的{widest}占 {between.zh}。",
    )


def no_trend(insight: Insight) -> Words:
    """A series neither rises nor falls over its time."""
    facts, what = Facts(insight), quantity(insight.subject)
    first, last = facts.period("first_period"), facts.period("last_period")
    before, after = facts.amount("first_fitted"), facts.amount("last_fitted")
    en, zh = f"goes from {before} to {after}", f"由 {before} 到 {after}"
    if before == after:
        en, zh = f"stays at {before}", f"保持在 {before}"
    return Words(
        f"{what.en} shows no trend from {first.en} to {last.en}: the fitted line {en}.",
        f"{what.zh}自{first.zh}至{last.zh}没有升降趋势：拟合线{zh}。",
    )


def no_correlation(insight: Insight) -> Words:
    """Two measures neither rise nor fall together."""
    facts = Facts(insight)
    x, y, n, value = facts.text("x"), facts.text("y"), facts.count("n"), facts.number("r")
    r = f"{'−' if value < 0 else ''}{number(abs(value), 2)}"
    return Words(
        f"there is no rising or falling relation between {column(x)} and {column(y)} (r = {r} over {n} rows).",
        f"{zh_column(x)}与{after_zh(zh_column(y))}之间没有升降关系（r = {r}，共 {n} 条记录）。",
    )


def _every(facts: Facts) -> Words:
    """All groups, or those that were large enough."""
    groups = facts.count("groups")
    if facts.number("left_out") > 0:
        return Words(f"the {groups} largest", f"最大的 {groups} 个")
    return Words("both", "两个") if facts.number("groups") == 2 else Words(f"all {groups}", f"全部 {groups} 个")


def _between(low: str, high: str) -> Words:
    return Words(low, low) if low == high else Words(f"{low} to {high}", f"{low} 至 {high}")
