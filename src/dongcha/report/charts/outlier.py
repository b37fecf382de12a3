"""One period or group outside the expected band."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts import outstanding
from dongcha.report.charts.series import amounts, label, line, named, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.numbers import day_of
from dongcha.report.subject import opened

BAND = ("low", "high")


def chart(insight: Insight, lang: Lang) -> Spec:
    """Over time: the line, the band and the point in colour; over groups: bars."""
    day = day_of(insight.facts.get("period"))
    if day is None:
        return outstanding.chart(insight, lang)
    facts, data = Facts(insight), points(insight, *BAND)
    expected = [point for point in data if all(point[name] is not None for name in BAND)]
    wide: Spec = {"type": "area"} if len(expected) > 1 else {"type": "rule", "strokeWidth": 14}
    x, y = time(insight, lang), amounts(insight, data, lang)
    band: Spec = {
        "data": {"values": expected},
        "mark": {**wide, "color": Ink.ACCENT, "opacity": 0.2},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    layers = [band, *line(insight, data, lang)]
    for point in (p for p in data if p["at"] == day.isoformat()):
        mark = {"type": "point", "filled": True, "size": 130, "color": Ink.WARM, "opacity": 1}
        layers.append({"data": {"values": [point]}, "mark": mark, "encoding": {"x": x, "y": y}})
        said = Words(f"{named(insight, day.isoformat(), 'en')}: ", f"{named(insight, day.isoformat(), 'zh')}：").at(
            lang
        )
        away = -14 if facts.rises("expected", "value") else 18
        layers.append(label(point, said + facts.amount("value"), x, y, dy=away, color=Ink.WARM))
    return spec(insight, over_time(insight), lang, subtitle=_under(insight, data), layer=layers, height=240)


def _under(insight: Insight, data: list[dict[str, object]]) -> Words:
    """Under the title: what is shaded, and which periods are not complete."""
    part, band = partly(insight, data), Words("shaded: what one would expect", "阴影：预期范围")
    return Words(f"{part.en}; {band.en}", f"{part.zh}；{band.zh}") if part else opened(band)
