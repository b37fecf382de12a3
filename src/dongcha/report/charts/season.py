"""One bar a phase of a cycle, the one that differs most in colour, and a rule at the level of the others."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.season import SPANS, phase_name
from dongcha.report.subject import PARTS, amount, is_subject, quantity


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of `value` by phase, in the order of the calendar."""
    facts, cycle = Facts(insight), insight.facts.get("cycle")
    own = cycle == "own"
    values = [
        {
            "phase": _short(phase_name(cycle, int(measured(row, "phase") or 1)), lang),
            "value": (value := measured(row, "value") or 0.0),
            "shown": amount(insight.subject, value),
            "about": is_subject(row),
        }
        for row in insight.evidence.rows
    ]
    rest = facts.number("rest")
    biggest = max((float(str(value["value"])) for value in values), default=1.0)
    parts = insight.subject.aggregation in PARTS
    x: Spec = {"field": "phase", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0}}
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "axis": number_axis(biggest, lang, parts=parts),
        "scale": {"domainMin": 0, "domainMax": max(biggest, rest) * 1.12 or 1.0, "nice": False},
    }
    colour = {"condition": {"test": "datum.about", "value": Ink.ACCENT}, "value": Ink.PLAIN}
    bar: Spec = {"type": "bar", "width": {"band": 0.68}, "cornerRadiusEnd": 2}
    layers: list[Spec] = [{"mark": bar, "encoding": {"x": x, "y": y, "color": colour}}]
    if not own:
        rule: Spec = {"type": "rule", "color": Ink.WARM, "strokeDash": [5, 3], "strokeWidth": 1.5}
        layers.append({"data": {"values": [{}]}, "mark": rule, "encoding": {"y": {"datum": rest}}})
    said: Spec = {"x": x, "y": y, "text": {"field": "shown"}}
    text: Spec = {"type": "text", "dy": -8, "fontSize": 11}
    halo: Spec = {**text, "stroke": Ink.PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    layers += [{"mark": mark, "encoding": said} for mark in (halo, text)]
    under = None if own else Words(f"┄ the others: {facts.amount('rest')}", f"┄ 其余：{facts.amount('rest')}")
    title = _title(insight, own=own)
    return spec(insight, title, lang, layer=layers, subtitle=under, data={"values": values}, height=240)


def _short(name: Words, lang: Lang) -> str:
    """A month or weekday in the three letters that axes have; Chinese names are short."""
    return name.zh if lang == "zh" else name.en[:3]


def _title(insight: Insight, *, own: bool) -> Words:
    what = quantity(insight.subject)
    plain = what.en.removeprefix("the ")
    plain = f"{plain[:1].upper()}{plain[1:]}"
    if own:
        span, length = SPANS.get(insight.subject.grain or "", Words("periods", "期")), Facts(insight).count("length")
        return Words(
            f"{plain} by place in a cycle of {length} {span.en}", f"{what.zh}（按 {length} {span.zh}周期中的位置）"
        )
    if insight.facts.get("cycle") == "weekday":
        mean = Words("", "") if insight.subject.aggregation in PARTS else Words(" a day", "（平均每天）")
        return Words(f"{plain}{mean.en}, by weekday", f"{what.zh}{mean.zh}，按星期")
    mean = Words("", "") if insight.subject.aggregation in PARTS else Words(" a month", "（平均每月）")
    return Words(f"{plain}{mean.en}, by month of the year", f"{what.zh}{mean.zh}，按月份")
