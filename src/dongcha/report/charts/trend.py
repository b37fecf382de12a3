"""A measure over time with the fitted line through it."""

from dongcha.core.words import Lang
from dongcha.insight.insight import Insight
from dongcha.report.charts.series import amounts, line, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec


def chart(insight: Insight, lang: Lang) -> Spec:
    """The measured line in grey, the fitted one in colour."""
    data = points(insight, "fitted")
    fitted: Spec = {
        "data": {"values": [point for point in data if point["fitted"] is not None and point["complete"]]},
        "mark": {"type": "line", "color": Ink.ACCENT, "strokeWidth": 2.5},
        "encoding": {"x": time(insight, lang), "y": amounts(insight, data, lang, "fitted")},
    }
    return spec(
        insight,
        over_time(insight),
        lang,
        subtitle=partly(insight, data),
        layer=[*line(insight, data, lang), fitted],
        height=240,
    )
