"""How often a column is missing: bars by group, or a line over time with the period in colour."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts import outstanding
from dongcha.report.charts.series import amounts, label, line, named, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.numbers import day_of


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of groups; over time the line, a rule at the level of the other periods, and the point."""
    day = day_of(insight.facts.get("period"))
    if day is None:
        return outstanding.chart(insight, lang)
    facts, data = Facts(insight), points(insight)
    x, y = time(insight, lang), amounts(insight, data, lang)
    rule = {"type": "rule", "color": Ink.WARM, "strokeDash": [5, 3], "strokeWidth": 1.5}
    layers = line(insight, data, lang)
    layers.append({"data": {"values": [{}]}, "mark": rule, "encoding": {"y": {"datum": facts.number("rest")}}})
    for point in (p for p in data if p["at"] == day.isoformat()):
        mark = {"type": "point", "filled": True, "size": 130, "color": Ink.ACCENT, "opacity": 1}
        layers.append({"data": {"values": [point]}, "mark": mark, "encoding": {"x": x, "y": y}})
        at = named(insight, day.isoformat(), lang)
        said = Words(f"{at}: {facts.amount('value')}", f"{at}：{facts.amount('value')}").at(lang)
        layers.append(label(point, said, x, y, dy=-14))
    rest = facts.amount("rest")
    under = Words(f"┄ the other periods: {rest}", f"┄ 其余时期：{rest}")
    part = partly(insight, data)
    if part:
        under = Words(f"{under.en}; {part.en}", f"{under.zh}；{part.zh}")
    return spec(insight, over_time(insight), lang, subtitle=under, layer=layers, height=240)
