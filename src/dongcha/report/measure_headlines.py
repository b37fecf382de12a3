"""Headlines of totals, bands, shifts and the latest period."""

from dongcha.core.words import Words
from dongcha.insight.insight import Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, quoted, value_words, zh_column
from dongcha.report.subject import group_pairs, quantity


def total(insight: Insight, rows: str) -> Words:
    """Where a total is largest or lowest."""
    what, (name, value) = quantity(insight.subject), group_pairs(insight)[0]
    said, facts = value_words(value), Facts(insight)
    low = facts.number("value") < facts.number("rest")
    way = Words("lowest", "最低") if low else Words("highest", "最高")
    return Words(
        f"{what.en} is {way.en} for {column(name)} {said.en}",
        f"{zh_column(name)}{said.zh}的{after_zh(what.zh)}{way.zh}",
    )


def top_two(insight: Insight, rows: str) -> Words:
    """Which two groups hold most."""
    name, measure = insight.subject.breakdown[0], insight.subject.measure
    one, two = (quoted(insight.facts[key]) for key in ("first", "second"))
    of = Words(f"the {rows}", "记录")
    if measure is not None:
        of = Words(f"the total of {column(measure)}", f"{zh_column(measure)}合计")
    return Words(
        f"{column(name)} {one} and {two} together hold most of {of.en}",
        f"{zh_column(name)}{one}和{two}共占{after_zh(of.zh)}的大部分",
    )


def band(insight: Insight, rows: str) -> Words:
    """Something is higher or lower in the middle of a measure's range."""
    facts, what, name = Facts(insight), quantity(insight.subject), insight.subject.breakdown[0]
    up = Words("higher", "更高") if facts.rises("below", "value") else Words("lower", "更低")
    return Words(
        f"{what.en} is {up.en} for a middling {column(name)} than for a low or a high one",
        f"{zh_column(name)}居中时，{what.zh}比两端{up.zh}",
    )


def shift(insight: Insight, rows: str) -> Words:
    """A measure lies otherwise in a group."""
    name, (part, value) = str(insight.subject.measure), group_pairs(insight)[0]
    said = value_words(value)
    return Words(
        f"{column(name)} is spread otherwise for {column(part)} {said.en}, at about the same middle",
        f"{zh_column(part)}{said.zh}的{after_zh(zh_column(name))}中间水平相近，分布不同",
    )


def latest(insight: Insight, rows: str) -> Words:
    """The last complete period has more or fewer rows."""
    facts = Facts(insight)
    at, up = facts.when("period"), facts.number("change") > 0
    if facts.has("year_change") and insight.effect.value * facts.number("change") <= 0:
        up = insight.effect.value > 0
    return Words(f"there are {'more' if up else 'fewer'} {rows} {at.en}", f"{at.zh}的记录数{'增加' if up else '减少'}")
