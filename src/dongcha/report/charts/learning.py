"""The chart of a simulated labelling: a line a strategy, the score by the number of labels, and the goal."""

from collections.abc import Mapping, Sequence

from dongcha.core.words import Lang, Words
from dongcha.report.charts.theme import WIDTH, Ink, Spec, config, number_axis

INKS = (Ink.ACCENT, Ink.WARM, Ink.TEXT)
DASHES: tuple[list[int], ...] = ([], [6, 3], [2, 2], [8, 3, 2, 3])
"""Lines are told apart by both, so that twelve can be without colours that some eyes take for one another."""

BASELINE = "random"


def learning(curves: Sequence[Mapping[str, object]], goal: float, figure: Words, lang: Lang) -> Spec:
    """`curves` hold one line a point: strategy, labels, value, low, high; the grey band is of the baseline's seeds."""
    names = list(dict.fromkeys(str(row["strategy"]) for row in curves))
    others = [name for name in names if name != BASELINE]
    inks = {name: str(INKS[i % len(INKS)]) for i, name in enumerate(others)} | {BASELINE: str(Ink.MUTED)}
    dashes = {name: DASHES[i // len(INKS) % len(DASHES)] for i, name in enumerate(others)} | {BASELINE: []}
    most = max((float(str(row["labels"])) for row in curves), default=1.0)
    x = _axis("labels", Words("Labels", "标注数"), lang, {**number_axis(most, lang), "grid": False})
    y = {**_axis("value", figure, lang, {"format": "~%", "tickCount": 6}), "scale": {"zero": False}}
    colour: Spec = {
        "field": "strategy",
        "type": "nominal",
        "scale": {"domain": names, "range": [inks[name] for name in names]},
        "legend": {"title": None, "orient": "bottom", "columns": 4},
    }
    dash: Spec = {**colour, "scale": {"domain": names, "range": [dashes[name] for name in names]}}
    band: Spec = {
        "transform": [{"filter": f"datum.strategy == '{BASELINE}'"}],
        "mark": {"type": "area", "color": Ink.GRID, "opacity": 0.7},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    rule: Spec = {
        "data": {"values": [{"goal": goal}]},
        "mark": {"type": "rule", "color": Ink.TEXT, "strokeDash": [4, 4]},
        "encoding": {"y": {"field": "goal", "type": "quantitative"}},
    }
    line: Spec = {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
    }
    alt = Words("Chart: the score by the number of labels, for each strategy", "图表：各策略的得分随标注数的变化")
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": alt.at(lang),
        "width": WIDTH,
        "height": 340,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": [dict(row) for row in curves]},
        "layer": [band, rule, line],
        "config": config(),
    }


def _axis(field: str, title: Words, lang: Lang, axis: Spec) -> Spec:
    return {"field": field, "type": "quantitative", "title": title.at(lang), "axis": axis}
