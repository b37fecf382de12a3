"""Charts of how good a model is, out of binned figures: scores, numbers, rows and their forecast."""

from collections.abc import Mapping, Sequence

from dongcha.core.words import Lang, Words
from dongcha.report.charts.theme import WIDTH, Ink, Spec, config, number_axis

Row = Mapping[str, object]
NARROW = 440
"""Width of a chart whose axes are alike."""

UNIT: Spec = {"domain": [0, 1], "nice": False}
PER_CENT: Spec = {"format": "~%", "tickCount": 5}


def reliability(bins: Mapping[str, Sequence[Row]], lang: Lang) -> Spec:
    """The share right by score, for each of the named series of bins; on the diagonal, scores are what they say."""
    rows = [{**one, "series": name} for name, series in bins.items() for one in series]
    inks = [Ink.PLAIN, Ink.ACCENT] if len(bins) > 1 else [Ink.ACCENT]
    colour: Spec = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(bins), "range": inks},
        "legend": {"title": None, "orient": "top"} if len(bins) > 1 else None,
    }
    x = _axis("confidence", Words("Score", "得分"), lang, axis=PER_CENT, scale=UNIT)
    y = _axis("accuracy", Words("Share right", "正确比例"), lang, axis=PER_CENT, scale=UNIT)
    size: Spec = {"field": "rows", "type": "quantitative", "legend": None, "scale": {"range": [25, 260]}}
    layers: Sequence[Spec] = (
        _diagonal(0, 1),
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": {"type": "circle", "opacity": 1}, "encoding": {"x": x, "y": y, "color": colour, "size": size}},
    )
    return _chart(Words("Score and share right", "得分与正确比例"), lang, layers, rows, width=NARROW, height=300)


def histogram(binned: Row, title: Words, lang: Lang, *, parts: bool = False) -> Spec:
    """How many values lie in which bin; `parts` for shares."""
    edges, counts = _numbers(binned["edges"]), _numbers(binned["counts"])
    rows = [{"low": edges[i], "high": edges[i + 1], "count": n} for i, n in enumerate(counts)]
    axis = number_axis(max(map(abs, edges), default=1.0), lang, parts=parts)
    x = _axis("low", title, lang, axis={**axis, "grid": False}, scale={"domain": [edges[0], edges[-1]], "nice": False})
    y = _axis("count", Words("Rows", "记录数"), lang, axis=number_axis(max(counts, default=1.0), lang), scale={})
    bar: Spec = {
        "mark": {"type": "rect", "color": Ink.ACCENT, "stroke": Ink.PAPER},
        "encoding": {"x": x, "x2": {"field": "high"}, "y": y, "y2": {"datum": 0}},
    }
    layers = [bar]
    if edges[0] < 0 < edges[-1]:
        layers.append({"mark": {"type": "rule", "color": Ink.TEXT}, "encoding": {"x": {"datum": 0}}})
    return _chart(title, lang, layers, rows, width=WIDTH, height=220)


def against(binned: Row, lang: Lang) -> Spec:
    """True numbers beside answered ones: the stronger a field, the more rows; right answers lie on the diagonal."""
    edges = _numbers(binned["edges"])
    grid = binned["counts"] if isinstance(binned["counts"], Sequence) else ()
    rows = [
        {"true": edges[t], "true_to": edges[t + 1], "said": edges[s], "said_to": edges[s + 1], "count": count}
        for t, line in enumerate(grid)
        for s, count in enumerate(_numbers(line))
        if count
    ]
    axis = number_axis(max(map(abs, edges)), lang)
    whole: Spec = {"domain": [edges[0], edges[-1]], "nice": False}
    x = _axis("said", Words("Predicted", "预测值"), lang, axis=axis, scale=whole)
    y = _axis("true", Words("True", "真实值"), lang, axis=axis, scale=whole)
    most = max((float(str(row["count"])) for row in rows), default=1.0)
    depth: Spec = {
        "field": "count",
        "type": "quantitative",
        "legend": None,
        "scale": {"type": "sqrt", "domain": [0, most], "range": [0.12, 0.95]},
    }
    field: Spec = {
        "mark": {"type": "rect", "color": Ink.ACCENT},
        "encoding": {"x": x, "x2": {"field": "said_to"}, "y": y, "y2": {"field": "true_to"}, "opacity": depth},
    }
    layers = (field, _diagonal(edges[0], edges[-1]))
    return _chart(Words("True and predicted", "真实值与预测值"), lang, layers, rows, width=NARROW, height=360)


def learning_curve(points: Sequence[Row], forecast: Sequence[Row], figure: Words, lang: Lang, *, parts: bool) -> Spec:
    """The figure by train rows with its bounds, and dashed what more rows would bring."""
    kinds = {"measured": points, "forecast": [*points[-1:], *forecast]}
    rows = [{**point, "kind": kind} for kind, line in kinds.items() for point in line]
    biggest = max((float(str(point["rows"])) for point in rows), default=1.0)
    axis = {**number_axis(biggest, lang), "grid": False, "values": sorted({float(str(p["rows"])) for p in rows})}
    x = _axis("rows", Words("Train rows", "训练记录"), lang, axis=axis, scale={"type": "log", "nice": False})
    values = [float(str(row[name])) for row in rows for name in ("low", "high")]
    y = _axis(
        "value", figure, lang, axis=number_axis(max(values, default=1.0), lang, parts=parts), scale={"zero": False}
    )
    dash: Spec = {"condition": {"test": "datum.kind == 'forecast'", "value": [5, 4]}, "value": [1, 0]}
    band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "detail": {"field": "kind"}}
    ink: Spec = {"condition": {"test": "datum.kind == 'forecast'", "value": Ink.WARM}, "value": Ink.ACCENT}
    line = {"x": x, "y": y, "strokeDash": dash, "detail": {"field": "kind"}, "color": ink}
    layers: Sequence[Spec] = (
        {"mark": {"type": "area", "opacity": 0.5, "color": Ink.GRID}, "encoding": band},
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": line},
        {"mark": {"type": "circle", "size": 45, "opacity": 1}, "encoding": {"x": x, "y": y, "color": ink}},
    )
    return _chart(figure, lang, layers, rows, width=WIDTH, height=260)


def _diagonal(low: float, high: float) -> Spec:
    ends = [{"a": low, "b": low}, {"a": high, "b": high}]
    line = {"type": "line", "color": Ink.MUTED, "strokeDash": [4, 4], "strokeWidth": 1}
    places = {name: {"field": field, "type": "quantitative"} for name, field in (("x", "a"), ("y", "b"))}
    return {"data": {"values": ends}, "mark": line, "encoding": places}


def _axis(field: str, title: Words, lang: Lang, *, axis: Spec, scale: Spec) -> Spec:
    return {"field": field, "type": "quantitative", "title": title.at(lang), "axis": axis, "scale": scale}


def _numbers(values: object) -> list[float]:
    return [float(value) for value in values] if isinstance(values, Sequence) else []


def _chart(alt: Words, lang: Lang, layers: Sequence[Spec], rows: Sequence[Row], *, width: int, height: int) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": f"{Words('Chart: ', '图表：').at(lang)}{alt.at(lang)}",
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": [dict(row) for row in rows]},
        "layer": list(layers),
        "config": config(),
    }
