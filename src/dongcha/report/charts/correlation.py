"""The mean of one measure within each tenth of the other."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, human


def chart(insight: Insight, lang: Lang) -> Spec:
    """Ten points and the line between them: a large table in a picture that no crowd of dots hides."""
    facts = Facts(insight)
    x, y = human(facts.text("x")), human(facts.text("y"))
    zh = [f"{after_zh(name)} " if name[-1:].isascii() else after_zh(name) for name in (x, y)]
    rows = [(measured(row, "mean_x"), measured(row, "mean_y")) for row in insight.evidence.rows]
    values = [{"x": a, "y": b} for a, b in rows if a is not None and b is not None]
    values.sort(key=lambda point: point["x"])
    encoding = {
        axis: {
            "field": axis,
            "type": "quantitative",
            "axis": {**number_axis(max((abs(v[axis]) for v in values), default=1.0), lang), "grid": axis == "y"},
            "scale": {"zero": False, "nice": True, "padding": 12},
            "title": Words(f"mean {name}", f"{name}（平均）").at(lang),
        }
        for axis, name in (("x", x), ("y", y))
    }
    layers: list[Spec] = [
        {"mark": {"type": "line", "color": Ink.PLAIN, "strokeWidth": 2}, "encoding": encoding},
        {
            "mark": {"type": "point", "filled": True, "size": 70, "color": Ink.ACCENT, "opacity": 1},
            "encoding": encoding,
        },
    ]
    title = Words(f"Mean {y} in each tenth of the rows by {x}", f"按{zh[0]}分十等份，各份{zh[1]}的平均值")
    return spec(insight, title, lang, layer=layers, data={"values": values}, height=260)
