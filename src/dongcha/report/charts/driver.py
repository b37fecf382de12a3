"""What each group adds to a change between two periods."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import STEP, about, apart, chosen, extent, grouped_by, labelled, measured
from dongcha.report.charts.theme import Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.numbers import number, percent
from dongcha.report.subject import PARTS


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of `contribution` to both sides of zero, the subject's in colour."""
    facts, by = Facts(insight), grouped_by(insight)
    parts = insight.subject.aggregation in PARTS
    values = []
    rows = chosen(insight, "contribution", abs)
    for row, name in zip(rows, apart([labelled(insight, row, lang) for row in rows]), strict=True):
        amount = measured(row, "contribution") or 0.0
        shown = ("+" if amount >= 0 else "−") + (percent if parts else number)(abs(amount))
        values.append({"group": name, "value": amount, "shown": shown, "about": about(insight, row), "up": amount >= 0})
    first, last = facts.period("before_period"), facts.period("after_period")
    totals = f"{facts.amount('total_before')} → {facts.amount('total_after')}"
    title = Words(
        f"Change from {first.en} to {last.en} by {by.en} (total {totals})",
        f"{first.zh}到{last.zh}的变化，按{by.zh}（合计 {totals}）",
    )
    biggest = max((abs(float(str(v["value"]))) for v in values), default=1.0)
    around: Spec = {"title": None, "minExtent": extent([str(v["group"]) for v in values])}
    y: Spec = {"field": "group", "type": "nominal", "sort": None, "axis": around}
    scale, axis = {"padding": 40, "nice": False}, number_axis(biggest, lang, parts=parts)
    x: Spec = {"field": "value", "type": "quantitative", "axis": axis, "title": None, "scale": scale}
    colour = {
        "condition": [
            {"test": "datum.about && datum.up", "value": Ink.ACCENT},
            {"test": "datum.about", "value": Ink.WARM},
        ],
        "value": Ink.PLAIN,
    }
    zero: Spec = {"datum": 0, "type": "quantitative"}
    bar = {"type": "bar", "height": {"band": 0.68}, "cornerRadiusEnd": 2}
    layers: list[Spec] = [
        {"mark": bar, "encoding": {"y": y, "x": x, "color": colour}},
        *(_amounts(x, y, up=up) for up in (True, False)),
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": Ink.MUTED}, "encoding": {"x": zero}},
    ]
    return spec(insight, title, lang, layer=layers, data={"values": values}, height={"step": STEP})


def _amounts(x: Spec, y: Spec, *, up: bool) -> Spec:
    """The amounts outside the ends of the bars that go one way."""
    return {
        "transform": [{"filter": "datum.up" if up else "!datum.up"}],
        "mark": {"type": "text", "align": "left" if up else "right", "dx": 6 if up else -6},
        "encoding": {
            "y": y,
            "x": x,
            "text": {"field": "shown"},
            "fontWeight": {"condition": {"test": "datum.about", "value": 600}, "value": 400},
        },
    }
