"""The past of a series, its forecast, and the interval about it."""

import itertools

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.series import amounts, label, line, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.numbers import percent
from dongcha.report.subject import amount, opened

AHEAD = ("forecast", "low", "high")
MOST_PAST, SEASONS = 90, 4
"""Periods of the past that are drawn at most, and how many times as many as are forecast at least."""


def chart(insight: Insight, lang: Lang) -> Spec:
    """The line of what was, in grey; dashed and in colour the forecast, with the interval shaded."""
    data = points(insight, *AHEAD)
    coming = [point for point in data if point["forecast"] is not None]
    past = [point for point in data if point["value"] is not None][-max(MOST_PAST, SEASONS * len(coming)) :]
    past = list(itertools.dropwhile(lambda point: not point["complete"], past))
    known = [point for point in past if point["complete"] and (not coming or str(point["at"]) < str(coming[0]["at"]))]
    x, y = time(insight, lang), amounts(insight, _all(past, coming), lang)
    joined = [{**known[-1], **dict.fromkeys(AHEAD, known[-1]["value"])}, *coming] if known else coming
    layers: list[Spec] = [
        {
            "data": {"values": joined},
            "mark": {"type": "area", "color": Ink.ACCENT, "opacity": 0.2},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        *line(insight, past, lang),
        {
            "data": {"values": joined},
            "mark": {"type": "line", "color": Ink.ACCENT, "strokeWidth": 2.5, "strokeDash": [6, 3]},
            "encoding": {"x": x, "y": {**y, "field": "forecast"}},
        },
    ]
    if coming:
        last = {**coming[-1], "value": coming[-1]["forecast"]}
        said = amount(insight.subject, float(str(last["value"]))).replace("-", "−")
        layers.append(label(last, said, x, y, align="right", dy=-10))
    return spec(insight, _title(insight), lang, subtitle=_under(insight, past), layer=layers, height=260)


def _all(past: list[dict[str, object]], coming: list[dict[str, object]]) -> list[dict[str, object]]:
    return [*past, *({**point, "value": point["high"]} for point in coming)]


def _title(insight: Insight) -> Words:
    told = over_time(insight)
    return Words(f"{told.en}: past and forecast", f"{told.zh}：历史与预测")


def _under(insight: Insight, past: list[dict[str, object]]) -> Words:
    """Under the title: what is shaded, and which periods are not complete."""
    level = percent(Facts(insight).number("level"))
    band = Words(f"dashed: forecast; shaded: {level} interval", f"虚线：预测；阴影：{level} 区间")
    part = partly(insight, past)
    return Words(f"{part.en}; {band.en}", f"{part.zh}；{band.zh}") if part else opened(band)
