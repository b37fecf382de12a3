"""Say an insight in a sentence of English and of Chinese: one small function a pattern.

Every number comes from `facts`, which are cells of the evidence; nothing is computed here but the choice of a verb.
"""

from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.insight.insight import Insight, Say
from dongcha.report.facts import Facts
from dongcha.report.names import column, condition, quoted
from dongcha.report.subject import opened, quantity, within

SENTENCES: Registry[Say] = Registry("sentence")


def say(insight: Insight) -> Words:
    """The sentence of an insight; raises `UnknownName` for a pattern that has none."""
    opening, body = within(insight.subject), SENTENCES.get(insight.pattern)(insight)
    return opened(Words(opening.en + body.en, opening.zh + body.zh))


@SENTENCES("outstanding")
def outstanding(insight: Insight) -> Words:
    """One group differs from the rest."""
    facts, subject = Facts(insight), insight.subject
    group, here, rest = facts.group(), facts.amount("value"), facts.amount("rest")
    if subject.aggregation == "rate":
        met, part = condition(subject.measure or "", subject.category), _part(facts)
        return Words(
            f"{met.en} in {part.en} where {group.en}, against {rest} elsewhere{_as(facts, 'often')}.",
            f"{group.zh}的 {facts.count('n')} 条记录中，{met.zh}的{part.zh}，其余记录为 {rest}{_bei(facts)}。",
        )
    what = quantity(subject)
    if subject.aggregation == "mean":
        rows = facts.count("n")
        return Words(
            f"{what.en} is {here} over the {rows} rows where {group.en}, against {rest} elsewhere{_as(facts, 'high')}.",
            f"{group.zh}的 {rows} 条记录中，{what.zh}为 {here}，其余记录为 {rest}{_bei(facts)}。",
        )
    much = "many" if subject.measure is None else "much"
    return Words(
        f"{what.en} is {here} where {group.en}, against {rest} in the other groups{_as(facts, much)}.",
        f"{group.zh}时，{what.zh}为 {here}，其他各组为 {rest}{_bei(facts)}。",
    )


@SENTENCES("majority")
def majority(insight: Insight) -> Words:
    """One group holds more than half."""
    facts, subject = Facts(insight), insight.subject
    group, part, value = facts.group(), facts.share("share"), facts.count("value")
    if subject.measure is None:
        rows = facts.count("n")
        return Words(
            f"{group.en} in {part} of the {rows} rows where it is known ({value}).",
            f"在取值已知的 {rows} 条记录中，{group.zh}的占 {part}（{value} 条）。",
        )
    name = column(subject.measure)
    return Words(
        f"rows where {group.en} hold {part} of the total of {name} ({value}).",
        f"{group.zh}的记录占{name}合计的 {part}（{value}）。",
    )


@SENTENCES("trend")
def trend(insight: Insight) -> Words:
    """A measure rises or falls over the whole time."""
    facts, what = Facts(insight), quantity(insight.subject)
    first, last = facts.period("first_period"), facts.period("last_period")
    before, after = facts.amount("first_value"), facts.amount("last_value")
    up, change = facts.rises("first_value", "last_value"), facts.change("first_value", "last_value")
    verb = Words("rises", "上升") if up else Words("falls", "下降")
    return Words(
        f"{what.en} {verb.en} over time, from {before} in {first.en} to {after} in {last.en}{change.en}.",
        f"{what.zh}随时间{verb.zh}：{first.zh}为 {before}，{last.zh}为 {after}{change.zh}。",
    )


@SENTENCES("change_point")
def change_point(insight: Insight) -> Words:
    """The level of a measure shifts at a period."""
    facts, what = Facts(insight), quantity(insight.subject)
    at, before, after = facts.period("period"), facts.amount("before"), facts.amount("after")
    up, change = facts.rises("before", "after"), facts.change("before", "after")
    return Words(
        f"{what.en} shifts {'up' if up else 'down'} in {at.en}: "
        f"from {before} on average before to {after} since{change.en}.",
        f"{what.zh}自{at.zh}起{'升' if up else '降'}到新的水平：平均由此前的 {before} 变为 {after}{change.zh}。",
    )


@SENTENCES("outlier")
def outlier(insight: Insight) -> Words:
    """One period or group lies outside what the others lead one to expect."""
    facts, what = Facts(insight), quantity(insight.subject)
    value, low, high = facts.amount("value"), facts.amount("low"), facts.amount("high")
    above = Words("above", "高于") if facts.rises("expected", "value") else Words("below", "低于")
    if facts.has("period"):
        at = facts.period("period")
        place = Words(f"in {at.en}", at.zh)
    else:
        place = Words(f"where {facts.group().en}", f"{facts.group().zh}时")
    return Words(
        f"{place.en}, {what.en} is {value}, {above.en} the {low} to {high} that one would expect.",
        f"{place.zh}，{what.zh}为 {value}，{above.zh} {low} 至 {high} 的预期范围。",
    )


@SENTENCES("correlation")
def correlation(insight: Insight) -> Words:
    """Two measures rise together, or one falls as the other rises."""
    facts = Facts(insight)
    x, y, n = column(facts.text("x")), column(facts.text("y")), facts.count("n")
    high = Words("higher", "高") if facts.number("r") >= 0 else Words("lower", "低")
    r = f"{facts.number('r'):.2f}".replace("-", "−")
    return Words(
        f"rows with a higher {x} tend to have a {high.en} {y} (r = {r} over {n} rows).",
        f"{x}较高的记录，{y}往往较{high.zh}（r = {r}，共 {n} 条记录）。",
    )


@SENTENCES("driver")
def driver(insight: Insight) -> Words:
    """One group accounts for much of a change between two periods."""
    facts, what = Facts(insight), quantity(insight.subject)
    group, first, last = facts.group(), facts.period("before_period"), facts.period("after_period")
    verb = Words("rises", "升") if facts.rises("total_before", "total_after") else Words("falls", "降")
    return Words(
        f"{what.en} {verb.en} from {facts.amount('total_before')} in {first.en} to {facts.amount('total_after')} in "
        f"{last.en}. Rows where {group.en} account for {facts.share('share_of_change')} of that change: "
        f"{facts.amount('value_before')} → {facts.amount('value_after')}.",
        f"{what.zh}由{first.zh}的 {facts.amount('total_before')} {verb.zh}至{last.zh}的 {facts.amount('total_after')}，"
        f"其中 {facts.share('share_of_change')} 的变化来自{group.zh}的记录："
        f"{facts.amount('value_before')} → {facts.amount('value_after')}。",
    )


@SENTENCES("phrase")
def phrase(insight: Insight) -> Words:
    """A group of texts says something more often than the others."""
    facts, said = Facts(insight), quoted(insight.facts["phrase"])
    group, inside, outside = facts.group(), facts.share("inside_rate"), facts.share("outside_rate")
    return Words(
        f"where {group.en}, {inside} of the texts say {said}, against {outside} elsewhere{_as(facts, 'often')}.",
        f"{group.zh}的文本中有 {inside} 提到{said}，其余文本为 {outside}{_bei(facts)}。",
    )


def _part(facts: Facts) -> Words:
    """The rows of a group that meet a condition: `12.3% of the 503 rows`, `none of …`, `all …`."""
    rows, value = facts.count("n"), facts.number("value")
    if value == 0:
        return Words(f"none of the {rows} rows", "一条也没有")
    if value == 1:
        return Words(f"all {rows} rows", "占全部")
    return Words(f"{facts.amount('value')} of the {rows} rows", f"占 {facts.amount('value')}")


def _as(facts: Facts, much: str) -> str:
    return f": {facts.ratio()} times as {much}" if facts.ratio() else ""


def _bei(facts: Facts) -> str:
    few = "仅" if facts.number("times") < 1 else ""
    return f"，前者{few}为后者的 {facts.ratio()} 倍" if facts.ratio() else ""
