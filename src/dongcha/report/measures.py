"""Sentences of totals, bands, shifts and the latest period."""

from dongcha.core.words import Words
from dongcha.insight.insight import Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, condition, zh_column
from dongcha.report.numbers import number
from dongcha.report.subject import quantity


def total(insight: Insight) -> Words:
    """The largest total of a breakdown, or the smallest."""
    facts, what = Facts(insight), quantity(insight.subject)
    group, value, rest = facts.group(), signed(facts, "value"), signed(facts, "rest")
    part = Words("", "")
    if facts.has("share"):
        share = facts.share("share")
        part = Words(f", {share} of all", f"，占全部的 {share}")
    if facts.rises("value", "rest") and facts.number("value") != facts.number("rest"):
        rows = facts.share("share_of_rows")
        held = Words(f" from {rows} of the rows", f"（记录占 {rows}）") if facts.has("share") else Words("", "")
        return Words(
            f"{what.en} is the lowest where {group.en}: {value}{part.en}{held.en}, against {rest} in the next lowest group.",
            f"{group.zh}时，{what.zh}最低：{value}{part.zh}{held.zh}，次低的一组为 {rest}。",
        )
    ratio = facts.ratio()
    beside = Words(f"{ratio} times the next ({rest})", f"是第二名（{rest}）的 {ratio} 倍")
    if not ratio:
        beside = Words(f"against {rest} in the next", f"第二名为 {rest}")
    return Words(
        f"{what.en} is the largest where {group.en}: {value}{part.en}, {beside.en}.",
        f"{group.zh}时，{what.zh}最大：{value}{part.zh}，{beside.zh}。",
    )


def top_two(insight: Insight) -> Words:
    """Two groups that hold most between them."""
    facts, subject = Facts(insight), insight.subject
    name = subject.breakdown[0]
    first, second = (condition(name, insight.facts.get(key)) for key in ("first", "second"))
    both, rest = facts.share("both"), facts.share("rest_share")
    what = Words("all rows", "全部记录")
    if subject.measure is not None:
        what = Words(f"the total of {column(subject.measure)}", f"{zh_column(subject.measure)}合计")
    return Words(
        f"rows where {first.en} or {second.en} hold {both} of {what.en}; the next group has {rest}.",
        f"{first.zh}或{after_zh(second.zh)}的记录共占{after_zh(what.zh)}的 {both}；再下一组占 {rest}。",
    )


def band(insight: Insight) -> Words:
    """The middle of a measure's range lies above, or below, both of its sides."""
    facts, what = Facts(insight), quantity(insight.subject)
    name = insight.subject.breakdown[0]
    low, high, value = signed(facts, "low"), signed(facts, "high"), _level(facts, "value")
    below, above, rows = _level(facts, "below"), _level(facts, "above"), facts.count("n")
    up = Words("higher", "高于") if facts.rises("below", "value") else Words("lower", "低于")
    return Words(
        f"{what.en} is {up.en} where {column(name)} is from {low} to {high} than on either side: "
        f"{value} over {rows} rows, against {below} below and {above} above.",
        f"{zh_column(name)}在 {low} 至 {high} 之间的 {rows} 条记录中，{what.zh}为 {value}，{up.zh}两侧"
        f"（更低处 {below}，更高处 {above}）。",
    )


def shift(insight: Insight) -> Words:
    """A measure lies otherwise in one group though its middle is about the same."""
    facts, name = Facts(insight), str(insight.subject.measure)
    group, rows = facts.group(), facts.count("n")
    wide = _wide(facts)
    if wide is None:
        limit, here, rest = signed(facts, "limit"), facts.share("up_to"), facts.share("rest_up_to")
        return Words(
            f"{column(name)} is spread otherwise over the {rows} rows where {group.en}: {here} lie at or below {limit}, "
            f"against {rest} elsewhere; the median is {signed(facts, 'value')}, against {signed(facts, 'rest')}.",
            f"{group.zh}的 {rows} 条记录中，{zh_column(name)}的分布形状不同：{here} 不超过 {limit}，其余记录为 {rest}；"
            f"中位数为 {signed(facts, 'value')}，其余为 {signed(facts, 'rest')}。",
        )
    q1, q3, rest_q1, rest_q3 = (signed(facts, part) for part in ("q1", "q3", "rest_q1", "rest_q3"))
    return Words(
        f"{column(name)} varies {wide.en} over the {rows} rows where {group.en}: half of them lie from {q1} to {q3}, "
        f"against {rest_q1} to {rest_q3} elsewhere; the median is {signed(facts, 'value')}, "
        f"against {signed(facts, 'rest')}.",
        f"{group.zh}的 {rows} 条记录中，{zh_column(name)}的波动{wide.zh}：中间一半在 {q1} 至 {q3}，其余记录在 {rest_q1} 至 "
        f"{rest_q3}；中位数为 {signed(facts, 'value')}，其余为 {signed(facts, 'rest')}。",
    )


WIDER = 1.1
"""Ratio of the widths of the middle halves from which on one is called wider."""


def _wide(facts: Facts) -> Words | None:
    """Whether the group varies more or less; None where it is the shape that differs."""
    here, rest = (facts.number(f"{side}q3") - facts.number(f"{side}q1") for side in ("", "rest_"))
    if here > WIDER * rest:
        return Words("more", "更大")
    return Words("less", "更小") if rest > WIDER * here else None


def latest(insight: Insight) -> Words:
    """The last complete period against the one before, and the same one a year before."""
    facts, what = Facts(insight), quantity(insight.subject)
    at, value = facts.when("period"), facts.count("value")
    said = [_than(facts, "before", "change")]
    if facts.has("year_change"):
        said.append(_than(facts, "year_before", "year_change"))
    return Words(
        f"{at.en}, the last complete period, {what.en} is {value}: {' and '.join(part.en for part in said)}.",
        f"在最近一个完整时期{at.zh}，{what.zh}为 {value}，{'，'.join(part.zh for part in said)}。",
    )


def _than(facts: Facts, before: str, change: str) -> Words:
    period, count = facts.period("year_period" if before == "year_before" else "before_period"), facts.count(before)
    value = facts.number(change)
    if value == 0:
        return Words(f"as many as in {period.en}", f"与{period.zh}相同")
    much = facts.share(change).removeprefix("-")
    more = Words("more", "增加") if value > 0 else Words("fewer", "减少")
    preposition = "on" if facts.insight.subject.grain == "day" else "in"
    return Words(
        f"{much} {more.en} than {preposition} {period.en} ({count})", f"比{period.zh}（{count}）{more.zh} {much}"
    )


def signed(facts: Facts, name: str) -> str:
    """The fact as a number with a true minus sign."""
    return number(facts.number(name)).replace("-", "−")


def _level(facts: Facts, name: str) -> str:
    return facts.amount(name).replace("-", "−")


def middle(insight: Insight) -> Words:
    """One group's median against the rest's, with the interval of the difference and, where it matters, the tail."""
    facts, what = Facts(insight), quantity(insight.subject)
    group, rows = facts.group(), facts.count("n")
    here, rest = signed(facts, "value"), signed(facts, "rest")
    low, high, level = signed(facts, "low"), signed(facts, "high"), facts.share("level")
    tail = _tail(facts)
    return Words(
        f"{what.en} is {here} over the {rows} rows where {group.en}, against {rest} elsewhere "
        f"({level} interval of the difference: {low} to {high}){tail.en}.",
        f"{group.zh}的 {rows} 条记录中，{what.zh}为 {here}，其余记录为 {rest}（差值的 {level} 区间：{low} 至 {high}）{tail.zh}。",
    )


OTHERWISE = 1.5
"""Ratio of the ratios of the highest tenths and of the medians from which on the tail tells something of its own."""


def _tail(facts: Facts) -> Words:
    """The value that a tenth of the rows pass, where the groups differ in it otherwise than in the median."""
    here, rest, top, other = (facts.number(name) for name in ("value", "rest", "tenth", "rest_tenth"))
    if min(here, rest, top, other) <= 0:
        return Words("", "")
    ratio = (top / other) / (here / rest)
    if 1 / OTHERWISE < ratio < OTHERWISE:
        return Words("", "")
    return Words(
        f"; the highest tenth starts at {signed(facts, 'tenth')}, against {signed(facts, 'rest_tenth')}",
        f"；最高的十分之一从 {signed(facts, 'tenth')} 起，其余为 {signed(facts, 'rest_tenth')}",
    )
