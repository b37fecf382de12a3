"""A line over time with its incomplete periods hollow and dashed: shared by the patterns about time."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, time_axis
from dongcha.report.numbers import day_of, period
from dongcha.report.subject import PARTS, quantity

GRAINS = {
    "day": Words("day", "日"),
    "week": Words("week", "周"),
    "month": Words("month", "月"),
    "quarter": Words("quarter", "季度"),
    "year": Words("year", "年"),
}


def points(insight: Insight, *extra: str) -> list[dict[str, object]]:
    """One point a row of evidence: `at` (ISO date), `value`, `complete` and the `extra` numbers."""
    rows: list[dict[str, object]] = []
    for row in insight.evidence.rows:
        day = day_of(row.get("period"))
        if day is not None:
            rows.append(
                {
                    "at": day.isoformat(),
                    "value": measured(row, "value"),
                    "complete": row.get("complete") is not False,
                    **{name: measured(row, name) for name in extra},
                }
            )
    return sorted(rows, key=lambda point: str(point["at"]))


def over_time(insight: Insight) -> Words:
    """The title of a chart over time: `Number of rows by month`."""
    what, grain = quantity(insight.subject), GRAINS.get(insight.subject.grain or "", Words("period", "期"))
    plain = what.en.removeprefix("the ")
    return Words(f"{plain[:1].upper()}{plain[1:]} by {grain.en}", f"{what.zh}（按{grain.zh}）")


def time(insight: Insight, lang: Lang) -> Spec:
    """The encoding of the horizontal axis; UTC, so that no time zone moves a day."""
    return {
        "field": "at",
        "type": "temporal",
        "scale": {"type": "utc", "padding": 16},
        "axis": time_axis(insight.subject.grain, lang),
        "title": None,
    }


def amounts(insight: Insight, data: list[dict[str, object]], lang: Lang, field: str = "value") -> Spec:
    """The encoding of the vertical axis; counts and sums start at 0, other values where the data does."""
    parts = insight.subject.aggregation in PARTS
    biggest = max((abs(float(str(p["value"]))) for p in data if p["value"] is not None), default=1.0)
    return {
        "field": field,
        "type": "quantitative",
        "axis": number_axis(biggest, lang, parts=parts),
        "scale": {"zero": insight.subject.aggregation != "mean", "nice": 5},
        "title": None,
    }


def line(insight: Insight, data: list[dict[str, object]], lang: Lang) -> list[Spec]:
    """Layers of the measured line: solid through whole periods, dashed into one that is not complete yet."""
    x, y = time(insight, lang), amounts(insight, data, lang)
    last = next((i for i, point in enumerate(data) if not point["complete"]), len(data))
    tail = data[max(last - 1, 0) :] if last == len(data) - 1 else []
    layers: list[Spec] = [_stroke(data[:last] if tail else data, x, y)]
    if tail:
        layers.append(_stroke(tail, x, y, strokeDash=[4, 4]))
    layers.append(
        {
            "data": {"values": data},
            "mark": {"type": "point", "filled": False, "size": 40, "strokeWidth": 1.6, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "stroke": {"value": Ink.MUTED},
                "fill": {"condition": {"test": "datum.complete", "value": Ink.MUTED}, "value": Ink.PAPER},
            },
        }
    )
    if tail:
        layers.append(_note(tail[-1:], x, y, lang))
    return layers


def label(point: dict[str, object], text: str, x: Spec, y: Spec, **mark: object) -> Spec:
    """A layer with one text at a point."""
    return {
        "data": {"values": [{**point, "text": text}]},
        "mark": {"type": "text", "fontSize": 12, "fontWeight": 600, "color": Ink.ACCENT, **mark},
        "encoding": {"x": x, "y": y, "text": {"field": "text"}},
    }


def named(insight: Insight, at: object, lang: Lang) -> str:
    """A period's name at the subject's grain."""
    return period(at, insight.subject.grain).at(lang)


def _stroke(data: list[dict[str, object]], x: Spec, y: Spec, **mark: object) -> Spec:
    return {
        "data": {"values": data},
        "mark": {"type": "line", "color": Ink.PLAIN, "strokeWidth": 2, **mark},
        "encoding": {"x": x, "y": y},
    }


def _note(data: list[dict[str, object]], x: Spec, y: Spec, lang: Lang) -> Spec:
    said = Words("incomplete", "未完整").at(lang)
    return label(data[0], said, x, y, dy=18, align="right", dx=4, color=Ink.MUTED, fontWeight=400)
