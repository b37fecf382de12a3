"""A reversal: one line for each value of the third category, from the other rows to the group, and one for all rows."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.fit import cut
from dongcha.report.names import after_zh, human, value_text
from dongcha.report.subject import quantity

MOST = 10
"""Lines that a chart shows, those of the most rows; the evidence has all."""

NAME_ROOM = 26
OTHERS, ALL = Words("others", "其余"), Words("all rows", "全部记录")


def chart(insight: Insight, lang: Lang) -> Spec:
    """Two places on the horizontal axis: the others on the left, the group on the right."""
    breakdown, by = insight.subject.breakdown
    sides = OTHERS.at(lang), cut(value_text(insight.facts.get("group")), NAME_ROOM)
    values = _points(insight, sides, lang)
    what = quantity(insight.subject)
    plain = what.en.removeprefix("the ")
    title = Words(
        f"{plain[:1].upper()}{plain[1:]}, by {human(breakdown)}, within each {human(by)}",
        f"{what.zh}，按{after_zh(human(breakdown))}，分{after_zh(human(by))}",
    )
    x: Spec = {"field": "side", "type": "nominal", "sort": list(sides), "title": None}
    x |= {"axis": {"labelAngle": 0}, "scale": {"type": "point", "padding": 0.6}}
    y: Spec = {"field": "value", "type": "quantitative", "title": None, "axis": number_axis(1.0, lang, parts=True)}
    y |= {"scale": {"zero": False, "nice": True}}
    layers = [layer for whole in (False, True) for layer in _lines(values, x, y, whole=whole)]
    shown = {str(v["name"]) for v in values if not v["whole"]}
    left = len(insight.evidence.rows) - len(shown)
    under = Words(
        f"Orange: all rows; blue: within one {human(by)} against the whole; grey: within one {human(by)} with it",
        f"橙色：全部记录；蓝色：与总体方向相反的{after_zh(human(by))}；灰色：与总体方向相同",
    )
    if left > 0:
        under = Words(f"{under.en}; {left} not shown", f"{under.zh}；另有 {left} 个未显示")
    return spec(insight, title, lang, layer=layers, subtitle=under, height=320)


def _points(insight: Insight, sides: tuple[str, str], lang: Lang) -> list[Spec]:
    facts = Facts(insight)
    found: list[Spec] = []
    rows = sorted(insight.evidence.rows, key=lambda row: -(measured(row, "n") or 0) - (measured(row, "rest_n") or 0))
    for row in rows[:MOST]:
        ends = measured(row, "rest"), measured(row, "value")
        if None not in ends:
            name = cut(value_text(row.get("stratum")), NAME_ROOM)
            found += _line((name, ends), sides, about=bool(row.get("is_subject")), whole=False)
    whole = facts.number("overall_rest"), facts.number("overall")
    return [*found, *_line((ALL.at(lang), whole), sides, about=False, whole=True)]


def _line(
    named: tuple[str, tuple[float | None, float | None]], sides: tuple[str, str], *, about: bool, whole: bool
) -> list[Spec]:
    name, ends = named
    return [
        {"name": name, "side": side, "value": end, "about": about, "whole": whole, "last": side == sides[1]}
        for side, end in zip(sides, ends, strict=True)
    ]


def _lines(values: list[Spec], x: Spec, y: Spec, *, whole: bool) -> list[Spec]:
    """The lines with a point at either end and the name at the right one."""
    data: Spec = {"values": [value for value in values if value["whole"] == whole]}
    colour: Spec = {"value": Ink.WARM}
    if not whole:
        colour = {"condition": {"test": "datum.about", "value": Ink.ACCENT}, "value": Ink.PLAIN}
    width, size = (4, 90) if whole else (1.8, 45)
    detail: Spec = {"field": "name", "type": "nominal"}
    encoding: Spec = {"x": x, "y": y, "detail": detail, "color": colour}
    text: Spec = {"type": "text", "align": "left", "dx": 10, "fontWeight": 600 if whole else 400}
    ends: Spec = {"values": [value for value in values if value["whole"] == whole and value["last"]]}
    return [
        {"data": data, "mark": {"type": "line", "strokeWidth": width}, "encoding": encoding},
        {"data": data, "mark": {"type": "point", "filled": True, "size": size, "opacity": 1}, "encoding": encoding},
        {"data": ends, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "name"}}},
    ]
