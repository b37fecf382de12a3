"""Bars of a measure's bands in order, the run that stands out in colour."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, human
from dongcha.report.subject import PARTS, amount, is_subject, quantity


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of `value` by band, from low to high; the axis has 0 in it."""
    name, subject = insight.subject.breakdown[0], insight.subject
    values: list[dict[str, object]] = [
        {
            "band": str(row.get(name)),
            "value": (value := measured(row, "value") or 0.0),
            "shown": amount(subject, value),
            "rows": row.get("n"),
            "about": is_subject(row),
        }
        for row in insight.evidence.rows
    ]
    heights = [float(str(value["value"])) for value in values] or [0.0]
    biggest = max(map(abs, heights))
    x: Spec = {
        "field": "band",
        "type": "ordinal",
        "sort": None,
        "title": human(name),
        "axis": {"labelAngle": 0, "labelOverlap": False},
    }
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "axis": number_axis(biggest, lang, parts=subject.aggregation in PARTS),
        "scale": {"domainMin": min(0.0, *heights) * 1.12, "domainMax": max(0.0, *heights) * 1.12 or 1.0, "nice": False},
    }
    colour = {"condition": {"test": "datum.about", "value": Ink.ACCENT}, "value": Ink.PLAIN}
    bar: Spec = {"type": "bar", "width": {"band": 0.72}, "cornerRadiusEnd": 2}
    layers: list[Spec] = [{"mark": bar, "encoding": {"x": x, "y": y, "color": colour}}]
    said: Spec = {"x": x, "y": y, "text": {"field": "shown"}}
    text: Spec = {"type": "text", "dy": -8, "fontSize": 11}
    halo: Spec = {**text, "stroke": Ink.PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    layers += [{"mark": mark, "encoding": said} for mark in (halo, text)]
    layers += _sides(insight, values, y)
    return spec(
        insight, _title(insight), lang, layer=layers, subtitle=_under(insight), data={"values": values}, height=240
    )


def _sides(insight: Insight, values: list[dict[str, object]], y: Spec) -> list[Spec]:
    """A rule over the bands of each side at the level of that side."""
    at = next((place for place, value in enumerate(values) if value["about"]), 0)
    layers: list[Spec] = []
    for name, bands in (("below", values[:at]), ("above", values[at + 1 :])):
        level = measured(insight.facts, name)
        if bands and level is not None:
            line = [{"band": band["band"], "value": level} for band in bands]
            tick: Spec = {"type": "tick", "color": Ink.WARM, "thickness": 2, "width": {"band": 0.98}}
            x: Spec = {"field": "band", "type": "ordinal", "sort": None}
            layers.append({"data": {"values": line}, "mark": tick, "encoding": {"x": x, "y": y}})
    return layers


def _title(insight: Insight) -> Words:
    what, name = quantity(insight.subject), human(insight.subject.breakdown[0])
    plain = what.en.removeprefix("the ")
    return Words(f"{plain[:1].upper()}{plain[1:]}, by {name}", f"{what.zh}，按{after_zh(name)}")


def _under(insight: Insight) -> Words:
    facts = Facts(insight)
    below, above = facts.amount("below"), facts.amount("above")
    return Words(
        f"━ all rows below: {below}; all rows above: {above}", f"━ 更低的全部记录：{below}；更高的全部记录：{above}"
    )
