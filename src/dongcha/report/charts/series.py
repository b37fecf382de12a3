"""A line over time with its incomplete periods hollow and dashed: shared by the patterns about time."""

import itertools

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
    """Layers of the measured line: solid between whole periods, dashed to and from one that is not complete."""
    x, y = time(insight, lang), amounts(insight, data, lang)
    layers = [_stroke(part, x, y, **({} if whole else {"strokeDash": [4, 4]})) for whole, part in _strokes(data)]
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
    layers += [_note(point, x, y, lang, first=point is data[0]) for point in data if not point["complete"]]
    return layers


def partly(insight: Insight, data: list[dict[str, object]]) -> Words | None:
    """Under the title: which periods are not complete, and that the finding does not rest on them."""
    named_each = [period(point["at"], insight.subject.grain) for point in data if not point["complete"]]
    if not named_each:
        return None
    en, zh = " and ".join(name.en for name in named_each), "、".join(name.zh for name in named_each)
    verb = "are" if len(named_each) > 1 else "is"
    return Words(f"○ {en[:1].upper()}{en[1:]} {verb} incomplete and not counted", f"○ {zh}的数据不完整，未计入")


def _strokes(data: list[dict[str, object]]) -> list[tuple[bool, list[dict[str, object]]]]:
    """The line in runs: whether all points of a run are complete, and its points; runs share their ends."""
    runs: list[tuple[bool, list[dict[str, object]]]] = []
    for one, two in itertools.pairwise(data):
        whole = bool(one["complete"] and two["complete"])
        if runs and runs[-1][0] == whole:
            runs[-1][1].append(two)
        else:
            runs.append((whole, [one, two]))
    return runs


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


def _note(point: dict[str, object], x: Spec, y: Spec, lang: Lang, *, first: bool) -> Spec:
    said, side = Words("incomplete", "不完整").at(lang), ("left", -4) if first else ("right", 4)
    return label(point, said, x, y, dy=18, align=side[0], dx=side[1], color=Ink.MUTED, fontWeight=400)
