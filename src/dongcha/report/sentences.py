"""Say an insight in a sentence of English and of Chinese: one small function a pattern.

Every number comes from `facts`, which are cells of the evidence; nothing is computed here but the choice of a verb.
"""

from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.insight.insight import Insight, Say
from dongcha.report.checked import evenness, homogeneity, no_correlation, no_trend
from dongcha.report.facts import Facts
from dongcha.report.grain import opening
from dongcha.report.measures import band, latest, middle, shift, top_two, total
from dongcha.report.names import after_zh, column, condition, quoted, zh_column
from dongcha.report.paired import lead_lag, together
from dongcha.report.season import seasonality
from dongcha.report.subject import opened, quantity, within
from dongcha.report.subsets import association, exception, missing, reversal
from dongcha.report.texts import growing, text_driver

SENTENCES: Registry[Say] = Registry("sentence")
for _part in (
    *(evenness, homogeneity, no_trend, no_correlation, seasonality, band, latest, shift, top_two),
    *(lead_lag, together, missing, reversal, exception, association, growing, text_driver),
):
    SENTENCES(_part.__name__)(_part)


def say(insight: Insight) -> Words:
    """The sentence of an insight; raises `UnknownName` for a pattern that has none."""
    before, body = opening(insight, within(insight.subject)), SENTENCES.get(insight.pattern)(insight)
    return opened(Words(before.en + body.en, before.zh + body.zh))


@SENTENCES("outstanding")
def outstanding(insight: Insight) -> Words:
    """One group differs from the rest."""
    facts, subject = Facts(insight), insight.subject
    group, here, rest = facts.group(), facts.amount("value"), facts.amount("rest")
    own = {"rate": _rate, "sum": total, "median": middle}.get(subject.aggregation)
    if own is not None:
        return own(insight)
    what, beside = quantity(subject), _beside(facts)
    if subject.aggregation == "mean":
        rows = facts.count("n")
        return Words(
            f"{what.en} is {here} over the {rows} rows where {group.en}, against {rest} elsewhere{_as(facts, 'high')}.",
            f"{group.zh}的 {rows} 条记录中，{what.zh}为 {here}{beside}。",
        )
    if subject.measure is None or subject.aggregation == "distinct":
        return Words(
            f"{what.en} is {here} where {group.en}, against at most {rest} in any other group{_as(facts, 'many')}.",
            f"{group.zh}时，{what.zh}为 {here}，其余各组至多为 {rest}。",
        )
    return Words(
        f"{what.en} is {here} where {group.en}, against {rest} in the other groups{_as(facts, 'much')}.",
        f"{group.zh}时，{what.zh}为 {here}{beside}。",
    )


def _rate(insight: Insight) -> Words:
    """A category is more or less common in one group."""
    facts, subject = Facts(insight), insight.subject
    group, here, rest, rows = facts.group(), facts.amount("value"), facts.amount("rest"), facts.count("n")
    met, value = condition(subject.measure or "", subject.category), facts.number("value")
    part = "none of the" if value == 0 else "all" if value == 1 else f"{here} of the"
    few = "仅" if facts.number("rest") < 0.5 else ""
    if value == 0:
        zh = f"{group.zh}的 {rows} 条记录中，没有一条{after_zh(met.zh)}，而其余记录中占 {rest}。"
    elif value == 1:
        all_of = f"{zh_column(subject.measure or '')}全部为{quoted(subject.category)}"
        zh = f"{group.zh}的 {rows} 条记录中，{all_of}，而其余记录中{few}占 {rest}。"
    else:
        zh = f"{group.zh}的 {rows} 条记录中，{met.zh}的占 {here}{_beside(facts)}。"
    corrected = _corrected(facts)
    against = f"against {rest} elsewhere{_as(facts, 'often')}{corrected.en}"
    return Words(
        f"{met.en} in {part} {rows} rows where {group.en}, {against}.",
        f"{zh.removesuffix('。')}{corrected.zh}。",
    )


def _corrected(facts: Facts) -> Words:
    """What the rates come to when the model's errors of reading are corrected for; empty where nothing was read."""
    if not facts.has("corrected"):
        return Words("", "")
    low, high, rest = (facts.share(f"corrected{part}") for part in ("_low", "_high", "_rest"))
    en, zh = (low, low) if low == high else (f"{low} to {high}", f"{low} 至 {high}")
    return Words(
        f" (corrected for errors of reading: {en}, against {rest})", f"（校正读取误差后为 {zh}，其余为 {rest}）"
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
            f"取值已知的 {rows} 条记录中，{group.zh}的占 {part}（{value} 条）。",
        )
    name, zh = column(subject.measure), zh_column(subject.measure)
    return Words(
        f"rows where {group.en} hold {part} of the total of {name} ({value}).",
        f"{group.zh}的记录占{after_zh(zh)}合计的 {part}（{value}）。",
    )


@SENTENCES("trend")
def trend(insight: Insight) -> Words:
    """A measure rises or falls over the whole time."""
    facts, what = Facts(insight), quantity(insight.subject)
    first, last = facts.when("first_period"), facts.when("last_period")
    before, after = facts.amount("first_value"), facts.amount("last_value")
    up, change = facts.rises("first_value", "last_value"), facts.change("first_value", "last_value")
    verb = Words("rises", "上升") if up else Words("falls", "下降")
    return Words(
        f"{what.en} {verb.en} over time, from {before} {first.en} to {after} {last.en}{change.en}.",
        f"{what.zh}随时间{verb.zh}：{first.zh}为 {before}，{last.zh}为 {after}{change.zh}。",
    )


@SENTENCES("change_point")
def change_point(insight: Insight) -> Words:
    """The level of a measure shifts at a period."""
    facts, what = Facts(insight), quantity(insight.subject)
    at, before, after = facts.when("period"), facts.amount("before"), facts.amount("after")
    up, change = facts.rises("before", "after"), facts.change("before", "after")
    return Words(
        f"{what.en} {'rises' if up else 'falls'} to a new level {at.en}: "
        f"{before} on average before, {after} since{change.en}.",
        f"{what.zh}自{at.zh}起{'上升' if up else '下降'}到新的水平：此前平均为 {before}，此后为 {after}{change.zh}。",
    )


@SENTENCES("outlier")
def outlier(insight: Insight) -> Words:
    """One period or group lies outside what the others lead one to expect."""
    facts, what = Facts(insight), quantity(insight.subject)
    value, low, high = facts.amount("value"), facts.amount("low"), facts.amount("high")
    above = Words("above", "高于") if facts.rises("expected", "value") else Words("below", "低于")
    group = facts.group()
    place = facts.when("period") if facts.has("period") else Words(f"where {group.en}", f"{group.zh}时")
    return Words(
        f"{place.en}, {what.en} is {value}, {above.en} the {low} to {high} that one would expect.",
        f"{place.zh}，{what.zh}为 {value}，{above.zh} {low} 至 {high} 的预期范围。",
    )


@SENTENCES("correlation")
def correlation(insight: Insight) -> Words:
    """Two measures rise together, or one falls as the other rises."""
    facts = Facts(insight)
    x, y, n = facts.text("x"), facts.text("y"), facts.count("n")
    up, r = facts.number("r") >= 0, f"{facts.number('r'):.2f}".replace("-", "−")
    return Words(
        f"rows with a higher {column(x)} tend to have a {'higher' if up else 'lower'} {column(y)} "
        f"(r = {r} over {n} rows).",
        f"{zh_column(x)}越高，{zh_column(y)}往往越{'高' if up else '低'}（r = {r}，共 {n} 条记录）。",
    )


@SENTENCES("driver")
def driver(insight: Insight) -> Words:
    """One group accounts for much of a change between two periods."""
    facts, what = Facts(insight), quantity(insight.subject)
    group, first, last = facts.group(), facts.when("before_period"), facts.when("after_period")
    up = facts.rises("total_before", "total_after")
    verb, way = (Words("rises", "升"), Words("rise", "增量")) if up else (Words("falls", "降"), Words("fall", "降幅"))
    before, after = facts.amount("value_before"), facts.amount("value_after")
    total_before, total_after = facts.amount("total_before"), facts.amount("total_after")
    part_of = Words(f"{facts.share('share_of_change')} of", f"其中 {facts.share('share_of_change')} 的")
    if facts.number("share_of_change") > 1:
        part_of = Words("more than all of", "全部")
    return Words(
        f"{what.en} {verb.en} from {total_before} {first.en} to {total_after} {last.en}; "
        f"{part_of.en} the {way.en} comes from rows where {group.en} ({before} → {after}).",
        f"{what.zh}由{first.zh}的 {total_before} {verb.zh}至{last.zh}的 {total_after}，"
        f"{part_of.zh}{way.zh}来自{after_zh(group.zh)}的记录（{before} → {after}）。",
    )


@SENTENCES("phrase")
def phrase(insight: Insight) -> Words:
    """A group of texts says something more often than the others."""
    facts, said = Facts(insight), quoted(insight.facts["phrase"])
    group, inside, outside = facts.group(), facts.share("inside_rate"), facts.share("outside_rate")
    times = f"（前者为后者的 {facts.ratio()} 倍）" if facts.ratio() else ""
    return Words(
        f"where {group.en}, {inside} of the texts say {said}, against {outside} elsewhere{_as(facts, 'often')}.",
        f"{group.zh}的文本中，{inside} 提到{said}，其余文本中为 {outside}{times}。",
    )


def _as(facts: Facts, much: str) -> str:
    """How many times, or what part, in English; empty where the two are near."""
    said = facts.part_of().en or (f"{facts.ratio()} times" if facts.ratio() else "")
    return f": {said} as {much}" if said else ""


def _beside(facts: Facts) -> str:
    """The rest beside a value, in Chinese: with the ratio where it tells something."""
    rest = facts.amount("rest")
    if facts.part_of().zh:
        return f"，{facts.part_of().zh.replace('不到', f'不到其余记录（{rest}）的')}"
    return f"，是其余记录（{rest}）的 {facts.ratio()} 倍" if facts.ratio() else f"，其余记录为 {rest}"
