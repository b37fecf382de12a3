"""One period or group outside the expected band."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts import outstanding
from dongcha.report.charts.series import amounts, label, line, named, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.numbers import day_of

BAND = ("low", "high")


def chart(insight: Insight, lang: Lang) -> Spec:
    """Over time: the line, the band and the point in colour; over groups: bars."""
    day = day_of(insight.facts.get("period"))
    if day is None:
        return outstanding.chart(insight, lang)
    facts, data = Facts(insight), points(insight, *BAND)
    for point in data:
        for name in BAND:
            point[name] = facts.number(name) if point[name] is None else point[name]
    x, y = time(insight, lang), amounts(insight, data, lang)
    band: Spec = {
        "data": {"values": data},
        "mark": {"type": "area", "color": Ink.ACCENT, "opacity": 0.12},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    layers = [band, *line(insight, data, lang)]
    for point in (p for p in data if p["at"] == day.isoformat()):
        mark = {"type": "point", "filled": True, "size": 130, "color": Ink.WARM, "opacity": 1}
        layers.append({"data": {"values": [point]}, "mark": mark, "encoding": {"x": x, "y": y}})
        said = Words(f"{named(insight, day.isoformat(), 'en')}: ", f"{named(insight, day.isoformat(), 'zh')}：").at(
            lang
        )
        layers.append(label(point, said + facts.amount("value"), x, y, dy=-14, color=Ink.WARM))
    return spec(insight, over_time(insight), lang, subtitle=partly(insight, data), layer=layers, height=240)
