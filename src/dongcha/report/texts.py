"""The sentences and headlines of findings about phrases: one that grows or fades, and one that goes with an outcome."""

from dongcha.core.words import Words
from dongcha.insight.insight import Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, condition, quoted, zh_column
from dongcha.report.numbers import number, percent
from dongcha.report.subject import measured


def growing(insight: Insight) -> Words:
    """A phrase is said more, or less, over time or since a period."""
    facts, said = Facts(insight), quoted(insight.facts["phrase"])
    if not facts.has("period"):
        first, last = facts.when("first_period"), facts.when("last_period")
        before, after = facts.share("first_value"), facts.share("last_value")
        more = Words("more", "越来越多") if facts.rises("first_value", "last_value") else Words("less", "越来越少")
        return Words(
            f"{said} is said {more.en} and {more.en}: in {before} of the texts {first.en}, in {after} {last.en}.",
            f"{more.zh}的文本提到{said}：{first.zh}为 {before}，{last.zh}为 {after}。",
        )
    at, before, after = facts.period("period"), facts.share("before"), facts.share("after")
    if facts.number("before") == 0:
        return Words(
            f"{said} is new: no text says it before {at.en}, {after} of the texts do since.",
            f"{said}首次出现：{at.zh}之前没有文本提到，此后的文本中 {after} 提到。",
        )
    return Words(
        f"{said} is said in {after} of the texts since {at.en}, in {before} before.",
        f"自{at.zh}起，{after} 的文本提到{said}，此前为 {before}。",
    )


def growing_headline(insight: Insight, rows: str) -> Words:
    """That a phrase is said more or less."""
    facts, said = Facts(insight), quoted(insight.facts["phrase"])
    if not facts.has("period"):
        up = facts.rises("first_value", "last_value")
        more = Words("more", "越来越多") if up else Words("less", "越来越少")
        return Words(f"{said} is said {more.en} and {more.en}", f"{more.zh}的文本提到{said}")
    at = facts.period("period")
    if facts.number("before") == 0:
        return Words(f"{said} is new since {at.en}", f"{said}自{at.zh}起首次出现")
    more = Words("more", "更多") if facts.rises("before", "after") else Words("less", "更少")
    return Words(f"{said} is said {more.en} often since {at.en}", f"自{at.zh}起，{more.zh}的文本提到{said}")


def text_driver(insight: Insight) -> Words:
    """Texts that say a phrase have an outcome more or less often, or a rating that is higher or lower."""
    facts, said, subject = Facts(insight), quoted(insight.facts["phrase"]), insight.subject
    n, here, rest = facts.count("n"), facts.amount("value"), facts.amount("rest")
    up, beside = facts.number("adjusted") > 0, _beside(facts)
    adds = abs(facts.number("adjusted"))
    if subject.category is None:
        name, zh = measured(subject.measure or "")
        way = Words("higher", "高") if up else Words("lower", "低")
        return Words(
            f"the {n} texts that say {said} have an average {name} of {here}, against {rest} for the others; given "
            f"what else they say and their length, it is {number(adds, 2)} {way.en}.{beside.en}",
            f"提到{said}的 {n} 条文本，{zh}平均为 {here}，其余为 {rest}；"
            f"排除其他短语和篇幅的影响后，仍{way.zh} {number(adds, 2)}。{beside.zh}",
        )
    met = condition(subject.measure or "", subject.category)
    ratio, points = facts.ratio(), percent(adds).removesuffix("%")
    way = Words("more", "高") if up else Words("less", "低")
    times = Words(f": {ratio} times as often", f"（前者为后者的 {ratio} 倍）") if ratio else Words("", "")
    return Words(
        f"{met.en} for {here} of the {n} texts that say {said}, against {rest} of the others{times.en}; given what "
        f"else they say and their length, it is {points} percentage points {way.en}.{beside.en}",
        f"提到{said}的 {n} 条文本中，{met.zh}的占 {here}，其余为 {rest}{times.zh}；"
        f"排除其他短语和篇幅的影响后，仍{way.zh} {points} 个百分点。{beside.zh}",
    )


def _beside(facts: Facts) -> Words:
    """The next strongest phrases of the same direction."""
    told = [
        (quoted(facts.insight.facts[place]), facts.amount(f"{place}_value"))
        for place in ("second", "third")
        if facts.has(place)
    ]
    if not told:
        return Words("", "")
    en, zh = (
        " and ".join(f"{said} ({value})" for said, value in told),
        "、".join(f"{said}（{value}）" for said, value in told),
    )
    return Words(f" Next {'comes' if len(told) == 1 else 'come'} {en}.", f"其次是{zh}。")


def text_driver_headline(insight: Insight, rows: str) -> Words:
    """That a phrase goes with an outcome."""
    facts, said, subject = Facts(insight), quoted(insight.facts["phrase"]), insight.subject
    up = facts.number("adjusted") > 0
    name, zh = column(subject.measure or ""), zh_column(subject.measure or "")
    if subject.category is None:
        way = Words("higher", "更高") if up else Words("lower", "更低")
        return Words(f"{name} is {way.en} where texts say {said}", f"提到{said}的文本，{after_zh(zh)}{way.zh}")
    value, way = quoted(subject.category), Words("more", "更常见") if up else Words("less", "更少见")
    return Words(
        f"{name} {value} is {way.en} common where texts say {said}",
        f"提到{said}的文本中，{zh}为{value}的{way.zh}",
    )
