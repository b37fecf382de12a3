"""The series with its last complete period, the one before and the same one a year before marked."""

from dongcha.core.words import Lang
from dongcha.insight.insight import Insight
from dongcha.report.charts.series import amounts, label, line, named, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec


def chart(insight: Insight, lang: Lang) -> Spec:
    """The line with its three periods named."""
    data = points(insight)
    x, y = time(insight, lang), amounts(insight, data, lang)
    layers = line(insight, data, lang)
    for name, colour in (("period", Ink.ACCENT), ("before_period", Ink.WARM), ("year_period", Ink.WARM)):
        at = insight.facts.get(name)
        for point in (point for point in data if point["at"] == at):
            dot: Spec = {"type": "point", "filled": True, "size": 90, "color": colour, "opacity": 1}
            layers.append({"data": {"values": [point]}, "mark": dot, "encoding": {"x": x, "y": y}})
            side = "left" if data.index(point) < len(data) / 3 else "right"
            layers.append(label(point, named(insight, at, lang), x, y, color=colour, dy=-14, align=side))
    return spec(insight, over_time(insight), lang, layer=layers, subtitle=partly(insight, data), height=260)
