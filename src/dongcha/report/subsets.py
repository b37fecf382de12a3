"""Sentences of the patterns that compare subsets: missing values, reversals, exceptions, and what goes together."""

from dongcha.core.words import Words
from dongcha.insight.insight import Insight
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, condition, plural, quoted, zh_column
from dongcha.report.numbers import number, times


def missing(insight: Insight) -> Words:
    """A column is missing more often in one group, or in one period."""
    facts, gone = Facts(insight), condition(insight.subject.measure or "", None)
    here, rest, rows = facts.amount("value"), facts.amount("rest"), facts.count("n")
    ratio = facts.ratio()
    often = f": {ratio} times as often" if ratio else ""
    beside = f"，是其余记录（{rest}）的 {ratio} 倍" if ratio else f"，其余记录为 {rest}"
    if facts.has("period"):
        place, others = facts.when("period"), "in the other periods"
    else:
        group = facts.group()
        place, others = Words(f"where {group.en}", group.zh), "elsewhere"
    return Words(
        f"{gone.en} in {here} of the {rows} rows {place.en}, against {rest} {others}{often}.",
        f"{place.zh}的 {rows} 条记录中，{gone.zh}的占 {here}{beside}。",
    )


def reversal(insight: Insight) -> Words:
    """An outcome is more common in a group overall, and less common within nearly every value of a third category."""
    facts, (breakdown, by) = Facts(insight), insight.subject.breakdown
    group = condition(breakdown, insight.facts["group"])
    met = condition(insight.subject.measure or "", insight.subject.category)
    here, rest = facts.amount("overall"), facts.amount("overall_rest")
    against, strata = facts.count("against"), facts.count("strata")
    up = facts.rises("overall_rest", "overall")
    more, less = ("more", "less") if up else ("less", "more")
    odds = Words("", "")
    if facts.has("odds_ratio"):
        ratio = times(facts.number("odds_ratio"))
        odds = Words(
            f": with {column(by)} held the same, the odds are {ratio} times as high",
            f"：控制{after_zh(zh_column(by))}后，优势比为 {ratio}",
        )
    return Words(
        f"{met.en} {more} often where {group.en} than elsewhere ({here} against {rest}), "
        f"but {less} often within {against} of {strata} {plural(column(by))}{odds.en}.",
        f"{group.zh}的记录中，{met.zh}的占 {here}，{'高' if up else '低'}于其余记录的 {rest}；"
        f"但在{after_zh(zh_column(by))}的 {strata} 个取值中，有 {against} 个恰好相反{odds.zh}。",
    )


def exception(insight: Insight) -> Words:
    """What holds in nearly all groups, and where it breaks."""
    return _way(insight) if insight.facts.get("within") is not None else _most_common(insight)


def _most_common(insight: Insight) -> Words:
    facts, (breakdown,) = Facts(insight), insight.subject.breakdown
    name, zh = column(insight.subject.measure or ""), zh_column(insight.subject.measure or "")
    group = condition(breakdown, insight.facts["group"])
    common, other = (quoted(insight.facts[key]) for key in ("common", "other"))
    holds, groups, part, rows = facts.count("holds"), facts.count("groups"), facts.share("part"), facts.count("n")
    return Words(
        f"the most common {name} is {common} in {holds} of {groups} {plural(column(breakdown))}; "
        f"where {group.en} it is {other} ({part} of {rows} rows).",
        f"{zh_column(breakdown)}的 {groups} 个取值中，有 {holds} 个最常见的{after_zh(zh)}是{common}；"
        f"而{after_zh(group.zh)}时，最常见的是{other}（{rows} 条记录中占 {part}）。",
    )


def _way(insight: Insight) -> Words:
    facts, (breakdown, by) = Facts(insight), insight.subject.breakdown
    met = condition(insight.subject.measure or "", insight.subject.category)
    group, third = condition(breakdown, insight.facts["group"]), condition(by, insight.facts["within"])
    holds, groups, here, rest = facts.count("holds"), facts.count("groups"), facts.amount("value"), facts.amount("rest")
    more, zh = ("less", "低") if facts.rises("rest", "value") else ("more", "高")
    return Words(
        f"in {holds} of {groups} {plural(column(by))}, {met.en} {more} often where {group.en} than elsewhere; "
        f"where {third.en} it is the other way round ({here} against {rest}).",
        f"{zh_column(by)}的 {groups} 个取值中，有 {holds} 个在{after_zh(group.zh)}时{after_zh(met.zh)}的占比更{zh}；"
        f"而{after_zh(third.zh)}时恰好相反（{here}，其余为 {rest}）。",
    )


def association(insight: Insight) -> Words:
    """Two categories depend on each other, and the values that come together more and less often than by chance."""
    facts, (first, second) = Facts(insight), insight.subject.breakdown
    v, rows = number(facts.number("v"), 2), facts.count("rows")
    one, two, few, fewer = (quoted(insight.facts[key]) for key in ("first", "second", "less_first", "less_second"))
    n, m = facts.count("together"), facts.count("less_together")
    expected, wanted = (number(facts.number(key), 3) for key in ("expected", "less_expected"))
    return Words(
        f"{column(first)} and {column(second)} depend on each other (Cramér's V {v} over {rows} rows): "
        f"{one} comes with {two} in {n} rows where chance would give {expected}, "
        f"{few} with {fewer} in {m} where it would give {wanted}.",
        f"{zh_column(first)}与{after_zh(zh_column(second))}相互关联（Cramér's V 为 {v}，共 {rows} 条记录）："
        f"{one}与{two}同时出现 {n} 次，而随机情形下为 {expected} 次；"
        f"{few}与{fewer}出现 {m} 次，随机情形下为 {wanted} 次。",
    )
