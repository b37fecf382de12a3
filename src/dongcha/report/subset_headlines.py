"""Headlines of the patterns that compare subsets: what `subsets.py` says, in one line without figures."""

from dongcha.core.words import Words
from dongcha.insight.insight import Cell, Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, plural, quoted, value_words, zh_column


def missing(insight: Insight, rows: str) -> Words:
    """A column is missing more often somewhere."""
    facts, subject = Facts(insight), insight.subject
    name, (breakdown,) = subject.measure or "", subject.breakdown
    if facts.has("period"):
        at = facts.when("period")
        return Words(
            f"{column(name)} is missing more often {at.en} than at other times",
            f"{at.zh}的{after_zh(zh_column(name))}缺失偏多",
        )
    group = _named(breakdown, insight.facts["group"])
    return Words(
        f"{column(name)} is missing more often for {group.en} than for other {plural(column(breakdown))}",
        f"{group.zh}的{after_zh(zh_column(name))}比其余缺失更多",
    )


def reversal(insight: Insight, rows: str) -> Words:
    """A difference turns round within a third category."""
    facts, subject, (breakdown, by) = Facts(insight), insight.subject, insight.subject.breakdown
    met, group = _named(subject.measure or "", subject.category), _named(breakdown, insight.facts["group"])
    up = facts.rises("overall_rest", "overall")
    more, less = ("more", "less") if up else ("less", "more")
    return Words(
        f"{met.en} is {more} common for {group.en} overall, but {less} common within the same {column(by)}",
        f"总体上{after_zh(group.zh)}的{after_zh(met.zh)}占比更{'高' if up else '低'}，"
        f"但{after_zh(zh_column(by))}相同时反而更{'低' if up else '高'}",
    )


def exception(insight: Insight, rows: str) -> Words:
    """What holds nearly everywhere, and where it does not."""
    subject, facts = insight.subject, insight.facts
    if facts.get("within") is None:
        (breakdown,) = subject.breakdown
        group, name = _named(breakdown, facts["group"]), subject.measure or ""
        return Words(
            f"{quoted(facts['common'])} is the most common {column(name)} for nearly all {plural(column(breakdown))}, "
            f"but {quoted(facts['other'])} is for {group.en}",
            f"几乎所有{after_zh(zh_column(breakdown))}中最常见的{after_zh(zh_column(name))}都是{quoted(facts['common'])}，"
            f"{group.zh}却是{quoted(facts['other'])}",
        )
    breakdown, by = subject.breakdown
    met, group = _named(subject.measure or "", subject.category), _named(breakdown, facts["group"])
    third, more = _named(by, facts["within"]), Facts(insight).rises("value", "rest")
    return Words(
        f"{met.en} is {'more' if more else 'less'} common for {group.en} in nearly all {plural(column(by))}, "
        f"but not for {third.en}",
        f"几乎所有{after_zh(zh_column(by))}中，{group.zh}的{after_zh(met.zh)}占比都更{'高' if more else '低'}，"
        f"{third.zh}却相反",
    )


def association(insight: Insight, rows: str) -> Words:
    """Two categories depend on each other."""
    first, second = insight.subject.breakdown
    return Words(
        f"{column(first)} and {column(second)} depend on each other",
        f"{zh_column(first)}与{after_zh(zh_column(second))}相互关联",
    )


def _named(name: str, value: Cell) -> Words:
    """A condition as a noun: `state “TX”`."""
    said = value_words(value)
    return Words(f"{column(name)} {said.en}", f"{zh_column(name)}{said.zh}")
