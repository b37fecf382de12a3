"""The subject of an insight in words: what is measured, in which rows, and how its values are written."""

from collections.abc import Mapping

from dongcha.core.words import Words
from dongcha.insight.insight import Cell, Insight, Subject
from dongcha.report.names import (
    after_zh,
    column,
    condition,
    conditions,
    moments,
    plural,
    quoted,
    value_words,
    zh_column,
)
from dongcha.report.numbers import number, percent

PARTS = ("share", "rate", "said")
"""Aggregations whose values are parts of a whole, 0..1."""


def quantity(subject: Subject) -> Words:
    """What is measured, as a noun phrase in the singular."""
    if subject.aggregation == "rate":
        met = condition(subject.measure or "", subject.category)
        return Words(f"the share of rows where {met.en}", f"{met.zh}的记录占比")
    if subject.aggregation == "said":
        said = quoted(subject.category)
        return Words(f"the share of texts that say {said}", f"提到{said}的文本占比")
    if subject.measure is None:
        return Words("the share of all rows", "记录占比") if subject.aggregation == "share" else _ROWS
    name, zh = measured(subject.measure)
    named = {
        "sum": Words(f"the total of {name}", f"{zh}的合计"),
        "mean": Words(f"the average {name}", f"{zh}的平均值"),
        "share": Words(f"the share of the total of {name}", f"{zh}合计的占比"),
        "median": Words(f"the median {name}", f"{zh}的中位数"),
        "distinct": Words(f"the number of distinct {plural(name)}", f"不同{after_zh(zh)}的数量"),
        "distribution": Words(f"the distribution of {name}", f"{zh}的分布"),
        "count": _ROWS,
    }
    other = Words(f"the {subject.aggregation} of {name}", f"{zh}的 {subject.aggregation}")
    return named.get(subject.aggregation, other)


def measured(name: str) -> tuple[str, str]:
    """A measure after "the average", in English and Chinese: a duration with its unit."""
    between, parts = moments(name), ratio(name)
    if parts is not None:
        top, bottom = parts
        return f"{column(top)} per {column(bottom)}", f"每单位{after_zh(zh_column(bottom))}的{after_zh(zh_column(top))}"
    if between is None:
        return column(name), zh_column(name)
    start, end = between
    return f"number of days from {start} to {end}", f"从{after_zh(start)} 到{after_zh(end)} 的天数"


def ratio(name: str) -> tuple[str, str] | None:
    """The two columns whose ratio a name of the form `A per B` says; None for any other name.

    >>> ratio("sales per units"), ratio("percent")
    (('sales', 'units'), None)
    """
    top, per, bottom = name.partition(" per ")
    return (top, bottom) if per and top and bottom else None


_ROWS = Words("the number of rows", "记录数")


def within(subject: Subject) -> Words:
    """The opening of a sentence about a subset; empty where the subject is the whole table."""
    if not subject.where:
        return Words("", "")
    met = conditions((f.column, f.value) for f in subject.where)
    return Words(f"Among rows where {met.en}, ", f"{met.zh}的记录中，")


def where_of(subject: Subject) -> Words:
    """The subset as a noun phrase, `state “TX” and kind “loan”`; empty where the subject is the whole table."""
    said = [(column(f.column), zh_column(f.column), value_words(f.value)) for f in subject.where]
    return Words(
        " and ".join(f"{en} {value.en}" for en, _, value in said), "且".join(f"{zh}{value.zh}" for _, zh, value in said)
    )


def amount(subject: Subject, value: Cell) -> str:
    """A value of the subject's aggregation as text: a part of a whole in per cent, anything else as a number."""
    if not isinstance(value, int | float):
        return "–"
    return percent(value) if subject.aggregation in PARTS else number(value, 3 if subject.aggregation == "count" else 4)


def is_subject(row: Mapping[str, Cell]) -> bool:
    """Whether the row of evidence is the one that the insight is about."""
    return bool(row.get("is_subject"))


def group_pairs(insight: Insight, name: str = "group") -> list[tuple[str, Cell]]:
    """The group that the insight is about, as (column, value): out of the subject's row, else out of the facts."""
    breakdown = insight.subject.breakdown
    row = next((r for r in insight.evidence.rows if is_subject(r)), None)
    if row is not None and all(part in row for part in breakdown):
        return [(part, row[part]) for part in breakdown]
    return [(part, insight.facts.get(part, insight.facts.get(name))) for part in breakdown[-1:]]


def opened(sentence: Words) -> Words:
    """The sentence with a capital first letter."""
    return Words(sentence.en[:1].upper() + sentence.en[1:], sentence.zh)
