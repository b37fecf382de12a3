"""Say an explanation of a difference in sentences of English and Chinese.

Every number comes out of the explanation or the evidence of its findings.
"""

from collections.abc import Iterable, Mapping

from dongcha.core.words import Words
from dongcha.insight.change.answer import Explanation
from dongcha.insight.change.finding import MOST_FACTS, sides
from dongcha.insight.insight import Cell, Insight, Subject
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, condition, conditions, quoted, value_words, zh_column
from dongcha.report.numbers import number, p_value, percent, period
from dongcha.report.statistics import TESTS
from dongcha.report.subject import PARTS, amount, opened, quantity

EFFECTS = {
    "sum": (
        Words("the number of rows (volume)", "记录数（量）"),
        Words("the average per row (rate)", "每条记录的均值（率）"),
    ),
    "mean": (
        Words("the mix of {by} (volume)", "{by}的构成（量）"),
        Words("the averages within the groups (rate)", "各组内的平均值（率）"),
    ),
    "rate": (
        Words("the mix of {by} (volume)", "{by}的构成（量）"),
        Words("the shares within the groups (rate)", "各组内的占比（率）"),
    ),
}


def signed(subject: Subject, value: float) -> Words:
    """A change with its sign; of a rate in percentage points."""
    sign = "+" if value >= 0 else "−"
    if subject.aggregation in PARTS:
        points = percent(abs(value)).removesuffix("%")
        return Words(f"{sign}{points} percentage points", f"{sign}{points} 个百分点")
    text = sign + number(abs(value))
    return Words(text, text)


def side_words(facts: Mapping[str, Cell], name: str, subject: Subject, *, bare: bool = False) -> Words:
    """One side as a place: `in May 2024`, `where region is “West”`, `in the other rows`; `bare` without preposition."""
    first, last = facts.get(f"{name}_first"), facts.get(f"{name}_last")
    if first is None:
        group = facts.get(f"{name}_group")
        if group is None:
            return Words("the other rows" if bare else "in the other rows", "其余记录")
        met = condition(str(facts["x"]), group)
        return Words(quoted(group) if bare else f"where {met.en}", f"{met.zh}的记录")
    if subject.grain or first == last:
        said = period(first, subject.grain or "day")
        on = "on" if (subject.grain or "day") == "day" else "in"
        return said if bare else Words(f"{on} {said.en}", said.zh)
    start, end = period(first, "day"), period(last, "day")
    span = Words(f"{start.en} to {end.en}", f"{start.zh}至{end.zh}")
    return span if bare else Words(f"from {span.en}", span.zh)


def finding_sentence(insight: Insight) -> Words:
    """Which few segments hold how much of the difference."""
    facts, subject = Facts(insight), insight.subject
    what, change = quantity(subject), signed(subject, facts.number("total_difference"))
    first, last = side_words(insight.facts, "before", subject, bare=True), side_words(insight.facts, "after", subject)
    part = Words(f"{facts.share('explained')} of", f" {facts.share('explained')} ")
    if facts.number("explained") > 1:
        part = Words("more than all of", "全部以上")
    named, few = facts.count("named"), _segments(insight)
    by = Words(" and ".join(map(column, subject.breakdown)), _joined(subject.breakdown))
    among = Words(", first of all", "，首先是") if facts.number("named") > MOST_FACTS else Words(":", "：")
    doubt = Words("", "")
    if insight.q_value > 0.999999:
        doubt = Words(
            "; none of them stands out beyond chance and its size", "；均未超出随机波动与自身规模所能解释的范围"
        )
    return opened(
        Words(
            f"{part.en} the difference in {what.en} ({change.en} {last.en} against {first.en}) comes from {named} of the "
            f"{facts.count('groups')} groups of {by.en}{among.en} {few.en}{doubt.en}.",
            f"{last.zh}与{after_zh(first.zh)}相比，{what.zh}之差（{change.zh}）的{part.zh}来自{after_zh(by.zh)}的 {facts.count('groups')} 组"
            f"中的 {named} 组{among.zh}{few.zh}{doubt.zh}。",
        )
    )


def _joined(names: Iterable[str]) -> str:
    """Columns in Chinese, with their spaces."""
    return "与".join(after_zh(zh_column(name)) if at else zh_column(name) for at, name in enumerate(names))


def _segments(insight: Insight) -> Words:
    """The first segments with their contributions."""
    subject, said = insight.subject, []
    for row in [row for row in insight.evidence.rows if row["is_subject"]][:MOST_FACTS]:
        pairs = [(name, row[name]) for name in subject.breakdown]
        name = value_words(pairs[0][1]) if len(pairs) == 1 else conditions(pairs)
        change = signed(subject, float(str(row["contribution"])))
        said.append(Words(f"{name.en} ({change.en})", f"{name.zh}（{change.zh}）"))
    en, zh = [one.en for one in said], [one.zh for one in said]
    glue = ", " if len(subject.breakdown) == 1 else "; "
    return Words(glue.join(en[:-1]) + (" and " if len(en) > 1 else "") + en[-1], "、".join(zh))


def sentences(found: Explanation) -> tuple[Words, ...]:
    """The difference with its interval, whether chance gives it, volume and rate, and where it is spread evenly."""
    figure = found.question.figure
    subject = Subject(figure.column, figure.aggregation, grain=_grain(found), category=figure.category)
    told = [_headline(found, subject), _by_day(found, subject), _chance(found), _effects(found, subject)]
    if not any(one.score for one in found.breakdowns):
        told.append(
            Words(
                "No segment stands out beyond chance and what its size explains: the difference is spread over the rows.",
                "没有任何一组超出随机波动与自身规模所能解释的范围：差异分散在各组之中。",
            )
        )
    return tuple(opened(one) for one in told if one is not None)


def _grain(found: Explanation) -> str | None:
    one, two = found.question.before.period, found.question.after.period
    return one.grain if one and two and one.grain == two.grain else None


def _headline(found: Explanation, subject: Subject) -> Words:
    facts, what = sides(found.question), quantity(subject)
    first, last = (side_words(facts, name, subject) for name in ("before", "after"))
    before, after = (amount(subject, side.value).replace("-", "−") for side in (found.before, found.after))
    change = signed(subject, found.difference)
    more = Words("", "")
    if subject.aggregation not in PARTS and found.before.value > 0:
        relative = ("+" if found.difference >= 0 else "−") + percent(abs(found.difference / found.before.value))
        more = Words(f", {relative}", f"，{relative}")
    bounds = Words("", "")
    if found.low is not None and found.high is not None:
        low, high = signed(subject, found.low), signed(subject, found.high)
        bare = low.en.removesuffix(" percentage points")
        bounds = Words(f"; 95% interval {bare} to {high.en}", f"；95% 区间 {bare} 至 {high.zh}")
    return Words(
        f"{what.en} is {after} {last.en}, against {before} {first.en}: {change.en}{more.en}{bounds.en}.",
        f"{what.zh}：{last.zh}为 {after}，{first.zh}为 {before}，相差 {change.zh}{more.zh}{bounds.zh}。",
    )


def _by_day(found: Explanation, subject: Subject) -> Words | None:
    if found.per_day is None or found.before.days == found.after.days:
        return None
    before, after = (number(value) for value in found.per_day)
    days = number(found.before.days), number(found.after.days)
    return Words(
        f"by day it is {after} (over {days[1]} days), against {before} (over {days[0]} days).",
        f"按日计：后者每日 {after}（{days[1]} 天），前者每日 {before}（{days[0]} 天）。",
    )


def _chance(found: Explanation) -> Words:
    p = p_value(found.p_value)
    p = f"p {p}" if p.startswith("<") else f"p = {p}"
    test = TESTS.get(found.test.lower().replace("’", "'"), Words(found.test, found.test))
    if found.within_chance:
        return Words(
            f"a difference of this size is within chance ({test.en}, {p}).",
            f"这样的差异在随机波动范围之内（{test.zh}，{p}）。",
        )
    return Words(f"this is more than chance ({test.en}, {p}).", f"这超出了随机波动（{test.zh}，{p}）。")


def _effects(found: Explanation, subject: Subject) -> Words | None:
    named = EFFECTS.get(subject.aggregation)
    if named is None or (subject.aggregation != "sum" and not found.findings):
        return None
    by = found.findings[0].subject.breakdown if found.findings else ()
    en, zh = " and ".join(map(column, by)), _joined(by)
    volume, rate = signed(subject, found.volume), signed(subject, found.rate)
    return Words(
        f"{volume.en} of it comes from {named[0].en.format(by=en)}, {rate.en} from {named[1].en}.",
        f"其中{after_zh(named[0].zh.format(by=zh))}贡献 {volume.zh}，{named[1].zh}贡献 {rate.zh}。",
    )


def key_words(value: Cell, kind: str) -> Words:
    """One place of a segment's key, for a table."""
    if kind == "value":
        return Words(quoted(value)[1:-1], quoted(value)[1:-1])
    return Words("(missing)", "（缺失）") if kind == "missing" else Words("(other)", "（其他）")


def tested(found: Explanation) -> Words:
    """How much was tried, and what the rate of false ones is held to."""
    many, tried = f"{found.tested:,}", f"{len(found.breakdowns):,}"
    return Words(
        f"{many} segments of {tried} breakdowns tested, false discoveries held at {found.question.fdr:.0%}.",
        f"检验了 {tried} 个维度及维度对中的 {many} 组，错误发现率控制在 {found.question.fdr:.0%}。",
    )


def asked(found: Explanation) -> tuple[Words, Words]:
    """What is explained, for a title: the figure, and the two sides."""
    figure, facts = found.question.figure, sides(found.question)
    subject = Subject(figure.column, figure.aggregation, grain=_grain(found), category=figure.category)
    what = quantity(subject)
    first, last = (side_words(facts, name, subject, bare=True) for name in ("before", "after"))
    return (
        opened(Words(f"why {what.en} differs", f"{what.zh}为何不同")),
        opened(Words(f"{last.en} against {first.en}", f"{last.zh}与{after_zh(first.zh)}相比")),
    )
