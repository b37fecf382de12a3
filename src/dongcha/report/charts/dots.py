"""Two dots a line, joined: how something is inside a group and outside it."""

from collections.abc import Mapping

from dongcha.report.charts.theme import Ink, Spec


def dots(axis: Mapping[str, object], *, zero: bool = True) -> list[Spec]:
    """Layers over values with `phrase`, `inside`, `outside` and `in`, the label of the filled dot.

    The label stands on the far side of the hollow dot.
    """
    y = {"field": "phrase", "type": "nominal", "sort": None, "title": None}
    scale = {"domainMin": 0, "padding": 40} if zero else {"zero": False, "padding": 50}
    x = {"type": "quantitative", "axis": dict(axis), "scale": scale}
    inside, outside = {**x, "field": "inside", "title": None}, {**x, "field": "outside", "title": None}
    dot = {"type": "point", "size": 90, "strokeWidth": 2, "opacity": 1}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": Ink.PLAIN, "strokeWidth": 2},
            "encoding": {"y": y, "x": outside, "x2": {"field": "inside"}},
        },
        {"mark": {**dot, "stroke": Ink.MUTED, "fill": Ink.PAPER}, "encoding": {"y": y, "x": outside}},
        {"mark": {**dot, "stroke": Ink.ACCENT, "fill": Ink.ACCENT}, "encoding": {"y": y, "x": inside}},
    ]
    for test, side in (("datum.inside >= datum.outside", 1), ("datum.inside < datum.outside", -1)):
        align = "left" if side > 0 else "right"
        layers.append(
            {
                "transform": [{"filter": test}],
                "mark": {"type": "text", "align": align, "dx": 10 * side, "fontWeight": 600},
                "encoding": {"y": y, "x": inside, "text": {"field": "in"}},
            }
        )
    return layers
