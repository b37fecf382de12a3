"""Two distributions over one range: the group's filled, the others' as a line, with the medians marked."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.names import human
from dongcha.report.numbers import number


def chart(insight: Insight, lang: Lang) -> Spec:
    """Parts of the rows in each piece of the measure's range."""
    name = human(str(insight.subject.measure))
    rows = insight.evidence.rows
    values = [
        {"start": measured(row, "start"), "here": measured(row, "here"), "elsewhere": measured(row, "elsewhere")}
        for row in rows
    ]
    if values:  # a step is drawn from a start on, so that the last one needs an end
        end = {"start": measured(rows[-1], "end"), "here": values[-1]["here"], "elsewhere": values[-1]["elsewhere"]}
        values.append(end)
    biggest = max((abs(value["start"] or 0.0) for value in values), default=1.0)
    x: Spec = {
        "field": "start",
        "type": "quantitative",
        "title": name,
        "axis": {**number_axis(biggest, lang), "grid": False},
        "scale": {"zero": False, "nice": False},
    }
    y: Spec = {"type": "quantitative", "title": None, "axis": number_axis(1.0, lang, parts=True), "stack": None}
    area: Spec = {"type": "area", "interpolate": "step-after", "color": Ink.ACCENT, "opacity": 0.45}
    line: Spec = {"type": "line", "interpolate": "step-after", "color": Ink.WARM, "strokeWidth": 2}
    layers: list[Spec] = [
        {"mark": area, "encoding": {"x": x, "y": {**y, "field": "here"}}},
        {"mark": line, "encoding": {"x": x, "y": {**y, "field": "elsewhere"}}},
        *_medians(insight),
    ]
    title = Words(
        f"How {name} is spread: part of the rows",
        f"{name} 的分布：记录占比" if name[-1:].isascii() else f"{name}的分布：记录占比",
    )
    return spec(insight, title, lang, layer=layers, subtitle=_under(insight), data={"values": values}, height=240)


def _medians(insight: Insight) -> list[Spec]:
    marks = (
        (measured(insight.facts, "value"), Ink.ACCENT, [1, 0]),
        (measured(insight.facts, "rest"), Ink.WARM, [5, 3]),
    )
    return [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": 1.5},
            "encoding": {"x": {"datum": at, "type": "quantitative"}},
        }
        for at, colour, dash in marks
        if at is not None
    ]


def _under(insight: Insight) -> Words:
    facts = Facts(insight)
    group, here, rest = facts.group(), number(facts.number("value")), number(facts.number("rest"))
    return Words(
        f"■ {group.en} (│ median {here}); ━ elsewhere (┆ median {rest}); the ends hold what lies beyond",
        f"■ {group.zh}（│ 中位数 {here}）；━ 其余（┆ 中位数 {rest}）；两端包含更远的值",
    )
