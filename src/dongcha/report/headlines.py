"""An insight in one short line without figures: the title above the sentence that has them.

Says what is higher, where or when.  A pattern without a headline of its own has its sentence for one.
"""

from collections.abc import Callable

from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.insight.equivalence import FINE
from dongcha.insight.insight import Insight, Subject
from dongcha.report.facts import Facts
from dongcha.report.measure_headlines import band, latest, shift, top_two, total
from dongcha.report.names import after_zh, column, moments, plural, quoted, value_words, zh_column
from dongcha.report.paired import titled
from dongcha.report.subject import group_pairs, opened, quantity, where_of
from dongcha.report.subset_headlines import association, exception, missing, reversal
from dongcha.report.texts import growing_headline, text_driver_headline

HEADLINES: Registry[Callable[[Insight, str], Words]] = Registry("headline")
for _part in (band, latest, shift, top_two, missing, reversal, exception, association):
    HEADLINES(_part.__name__)(_part)
HEADLINES("growing")(growing_headline)
HEADLINES("text_driver")(text_driver_headline)


def headline(insight: Insight, rows: str = "rows") -> Words:
    """The short line of an insight; `rows` is what its reader calls the rows, in English and for several."""
    if insight.pattern not in HEADLINES:
        return insight.sentence
    said = HEADLINES.get(insight.pattern)(insight, rows)
    return opened(Words(f"{said.en}.", f"{said.zh}。"))


@HEADLINES("outstanding")
def outstanding(insight: Insight, rows: str) -> Words:
    """What is higher or lower in a group."""
    facts, subject = Facts(insight), insight.subject
    group, among = _group(insight), _among(subject)
    up = facts.number("value") >= facts.number("rest")
    if subject.aggregation == "rate":
        return _rate(insight, rows, up=up)
    if subject.aggregation == "sum":
        return total(insight, rows)
    if subject.measure is None:
        return Words(f"the number of {rows} is higher for {group.en} than for any other", f"{group.zh}的记录数最多")
    way = Words("higher", "高") if up else Words("lower", "低")
    what = _bare(subject, rows)
    return Words(
        f"{what.en} is {way.en} for {group.en} than for {_others(subject).en}{among.en}",
        f"{among.zh}{group.zh}的{after_zh(what.zh)}比其余{way.zh}",
    )


def _rate(insight: Insight, rows: str, *, up: bool) -> Words:
    """A category is more or less common in a group; said as most of the group where it is."""
    facts, subject = Facts(insight), insight.subject
    group, name = _group(insight), subject.measure or ""
    met = Words(f"{column(name)} {quoted(subject.category)}", f"{zh_column(name)}{quoted(subject.category)}")
    if up and facts.number("value") > 0.5:
        most = Words("All", "全部") if facts.number("value") == 1 else Words("Most", "大多数")
        return Words(
            f"{most.en} {rows} with {group.en} have {met.en}",
            f"{group.zh}的记录{most.zh}为{after_zh(met.zh)}",
        )
    more = Words("more", "高") if up else Words("less", "低")
    return Words(
        f"{met.en} is {more.en} common for {group.en} than for {_others(subject).en}",
        f"{met.zh}在{after_zh(group.zh)}中的占比比其余{more.zh}",
    )


@HEADLINES("majority")
def majority(insight: Insight, rows: str) -> Words:
    """Most rows are in one group."""
    group = _group(insight)
    if insight.subject.measure is None:
        return Words(
            f"the number of {rows} is higher for {group.en} than for all others together",
            f"{group.zh}的记录数超过其余之和",
        )
    name = insight.subject.measure
    return Words(
        f"most of the total of {column(name)} is in {rows} with {group.en}",
        f"{zh_column(name)}合计的大部分来自{after_zh(group.zh)}",
    )


@HEADLINES("trend")
def trend(insight: Insight, rows: str) -> Words:
    """A measure rises or falls over time."""
    what, up = _bare(insight.subject, rows), Facts(insight).rises("first_value", "last_value")
    among = _among(insight.subject)
    return Words(
        f"{what.en}{among.en} is {'increasing' if up else 'decreasing'} over time",
        f"{among.zh}{what.zh}随时间{'上升' if up else '下降'}",
    )


@HEADLINES("change_point")
def change_point(insight: Insight, rows: str) -> Words:
    """The level shifts at a period."""
    facts, what, among = Facts(insight), _bare(insight.subject, rows), _among(insight.subject)
    up, at = facts.rises("before", "after"), facts.when("period")
    return Words(
        f"{what.en}{among.en} {'increases' if up else 'decreases'} to a new level {at.en}",
        f"{among.zh}{what.zh}自{at.zh}起{'上升' if up else '下降'}到新的水平",
    )


@HEADLINES("outlier")
def outlier(insight: Insight, rows: str) -> Words:
    """One period or group is off."""
    facts, what, among = Facts(insight), _bare(insight.subject, rows), _among(insight.subject)
    up, group = facts.rises("expected", "value"), _group(insight)
    place = facts.when("period") if facts.has("period") else Words(f"for {group.en}", group.zh)
    return Words(
        f"there is a {'spike' if up else 'drop'} in {what.en}{among.en} {place.en}",
        f"{among.zh}{place.zh}的{what.zh}异常{'偏高' if up else '偏低'}",
    )


@HEADLINES("correlation")
def correlation(insight: Insight, rows: str) -> Words:
    """Two measures go together."""
    facts = Facts(insight)
    x, y = facts.text("x"), facts.text("y")
    sign = Words("positive", "正") if facts.number("r") >= 0 else Words("negative", "负")
    return Words(
        f"there is a {sign.en} correlation between {column(x)} and {column(y)}",
        f"{zh_column(x)}与{after_zh(zh_column(y))}呈{sign.zh}相关",
    )


@HEADLINES("driver")
def driver(insight: Insight, rows: str) -> Words:
    """Much of a change comes from one group."""
    facts, what, group = Facts(insight), _bare(insight.subject, rows), _group(insight)
    up, last = facts.rises("total_before", "total_after"), facts.when("after_period")
    return Words(
        f"{group.en} drives the {'increase' if up else 'decrease'} in {what.en} {last.en}",
        f"{last.zh}{what.zh}的{'上升' if up else '下降'}主要来自{after_zh(group.zh)}",
    )


@HEADLINES("phrase")
def phrase(insight: Insight, rows: str) -> Words:
    """A group's texts say something more often."""
    facts, group = Facts(insight), _group(insight)
    said, text = quoted(insight.facts["phrase"]), insight.subject.measure or ""
    often = facts.number("inside_rate") > 0.5
    return Words(
        f"{'most ' if often else ''}{rows} with {group.en} mention {said} in the {column(text)}"
        + ("" if often else ", more often than others"),
        f"{group.zh}的{after_zh(zh_column(text))}{'大多' if often else '更常'}提到{said}",
    )


@HEADLINES("evenness")
def evenness(insight: Insight, rows: str) -> Words:
    """The groups of a breakdown are alike."""
    subject = insight.subject
    name, zh = plural(column(subject.breakdown[0])), zh_column(subject.breakdown[0])
    if subject.measure is None:
        few = Words("roughly ", "大致") if Facts(insight).number("margin") > FINE.ratio else Words("", "")
        return Words(
            f"the {rows} are {few.en}evenly distributed across all {name}", f"记录在各{after_zh(zh)}中分布{few.zh}均匀"
        )
    what = _bare(subject, rows)
    return Words(f"{what.en} is about the same across all {name}", f"{what.zh}在各{after_zh(zh)}中相近")


@HEADLINES("homogeneity")
def homogeneity(insight: Insight, rows: str) -> Words:
    """A whole outcome is distributed alike."""
    outcome, name = insight.subject.measure or "", insight.subject.breakdown[0]
    return Words(
        f"the {plural(column(outcome))} of {rows} are distributed alike across all {plural(column(name))}",
        f"{zh_column(outcome)}在各{after_zh(zh_column(name))}中分布相近",
    )


@HEADLINES("no_trend")
def no_trend(insight: Insight, rows: str) -> Words:
    """A series neither rises nor falls."""
    what, among = _bare(insight.subject, rows), _among(insight.subject)
    return Words(
        f"there is no significant increase or decrease in {what.en}{among.en} over time",
        f"{among.zh}{what.zh}没有随时间明显升降",
    )


@HEADLINES("no_correlation")
def no_correlation(insight: Insight, rows: str) -> Words:
    """Two measures do not go together."""
    facts = Facts(insight)
    x, y = facts.text("x"), facts.text("y")
    return Words(
        f"there is no correlation between {column(x)} and {column(y)}",
        f"{zh_column(x)}与{after_zh(zh_column(y))}不相关",
    )


def _bare(subject: Subject, rows: str) -> Words:
    """The quantity as a title names it."""
    if subject.measure is None and subject.aggregation == "count":
        return Words(f"the number of {rows}", "记录数")
    if subject.aggregation == "rate":
        name, value = subject.measure or "", quoted(subject.category)
        return Words(f"the share of {column(name)} {value}", f"{zh_column(name)}{value}的占比")
    between = moments(subject.measure or "")
    if between and subject.aggregation == "mean":
        start, end = between
        return Words(f"average time from {start} to {end}", f"从{after_zh(start)} 到{after_zh(end)} 的平均时间")
    what = quantity(subject)
    return Words(what.en.removeprefix("the ") if subject.aggregation == "mean" else what.en, what.zh)


def _group(insight: Insight) -> Words:
    """The group as a title names it: `state “TX”`."""
    pairs = group_pairs(insight)
    said = [(column(name), zh_column(name), value_words(value)) for name, value in pairs]
    return Words(
        " and ".join(f"{en} {value.en}" for en, _, value in said), "且".join(f"{zh}{value.zh}" for _, zh, value in said)
    )


def _others(subject: Subject) -> Words:
    """The groups beside one."""
    names = subject.breakdown
    return Words(f"other {plural(column(names[0]))}" if len(names) == 1 else "others", "其余")


def _among(subject: Subject) -> Words:
    """The subset that the subject holds in, after a noun."""
    met = where_of(subject)
    return Words(f" for {met.en}" if met.en else "", f"{met.zh}的记录中，" if met.zh else "")


for _name, _said in titled(_bare).items():
    HEADLINES(_name)(_said)
