"""The sentence of a season: weekdays, months of the year, or a cycle of its own; and what its phases are called."""

from dongcha.core.words import Words
from dongcha.insight.insight import Cell, Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh
from dongcha.report.numbers import MONTHS
from dongcha.report.subject import quantity

WEEKDAYS = (
    *(Words("Monday", "周一"), Words("Tuesday", "周二"), Words("Wednesday", "周三"), Words("Thursday", "周四")),
    *(Words("Friday", "周五"), Words("Saturday", "周六"), Words("Sunday", "周日")),
)
SPANS = {
    "day": Words("days", "天"),
    "week": Words("weeks", "周"),
    "month": Words("months", "个月"),
    "quarter": Words("quarters", "个季度"),
    "year": Words("years", "年"),
}


def phase_name(cycle: Cell, phase: int) -> Words:
    """What phase 1, 2, … of a cycle is called.

    >>> phase_name("weekday", 7).en, phase_name("month", 2).zh, phase_name("own", 3).en
    ('Sunday', '2月', '3')
    """
    if cycle == "weekday":
        return WEEKDAYS[phase - 1]
    return Words(MONTHS[phase - 1], f"{phase}月") if cycle == "month" else Words(f"{phase}", f"{phase}")


def seasonality(insight: Insight) -> Words:
    """A series is higher or lower in one phase of a cycle than in the others."""
    facts, what = Facts(insight), quantity(insight.subject)
    if insight.facts.get("cycle") == "own":
        span, length = SPANS.get(insight.subject.grain or "", Words("periods", "期")), facts.count("length")
        low, high = facts.amount("lowest"), facts.amount("highest")
        return Words(
            f"{what.en} repeats every {length} {span.en}: from {low} to {high} on average.",
            f"{what.zh}每 {length} {span.zh}重复一次：平均由 {low} 到 {high}。",
        )
    return _shares(insight) if insight.subject.aggregation == "rate" else _rows(insight)


def _shares(insight: Insight) -> Words:
    facts, what, (at, others) = Facts(insight), quantity(insight.subject), _places(insight)
    value, rest, most = facts.amount("value"), facts.amount("rest"), _most(facts)
    en = {"最": "est", "较": "er"}[most]
    up = Words(f"high{en}", f"{most}高") if facts.rises("rest", "value") else Words(f"low{en}", f"{most}低")
    return Words(
        f"{what.en} is {up.en} {at.en}: {value}, against {rest} {others.en}.",
        f"{what.zh}在{after_zh(at.zh)}{up.zh}：{value}，{others.zh}为 {rest}。",
    )


def _rows(insight: Insight) -> Words:
    facts, (at, others) = Facts(insight), _places(insight)
    value, rest, most = facts.amount("value"), facts.amount("rest"), _most(facts)
    each = Words("a day", "每天") if insight.facts.get("cycle") == "weekday" else Words("a month", "每月")
    if facts.number("value") == 0:
        return Words(
            f"no rows {at.en}, against {rest} {each.en} {others.en}.",
            f"{at.zh}没有记录，{others.zh}平均{each.zh} {rest} 条。",
        )
    en = ("most", "fewest") if most == "最" else ("more", "fewer")
    up = Words(en[0], f"{most}多") if facts.rises("rest", "value") else Words(en[1], f"{most}少")
    return Words(
        f"{up.en} rows {at.en}: {value} {each.en} on average, against {rest} {others.en}.",
        f"{at.zh}的记录{up.zh}：平均{each.zh} {value} 条，{others.zh}为 {rest} 条。",
    )


def _most(facts: Facts) -> str:
    """Whether the phase is the highest or lowest of all, or only higher or lower than the others: 最 or 较."""
    return "最" if facts.number("value") in (facts.number("highest"), facts.number("lowest")) else "较"


def _places(insight: Insight) -> tuple[Words, Words]:
    """`on Mondays` and `on the other days`; `in May` and `in the other months`."""
    name = phase_name(insight.facts.get("cycle"), int(Facts(insight).number("phase")))
    if insight.facts.get("cycle") == "weekday":
        return Words(f"on {name.en}s", name.zh), Words("on the other days", "其余各天")
    return Words(f"in {name.en}", name.zh), Words("in the other months", "其余各月")
