"""The table of two categories: rows in each cell, blue where there are more than by chance, orange where fewer."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.fit import cut
from dongcha.report.names import after_zh, human, value_text, zh_column
from dongcha.report.numbers import number

STRONG = 8.0
"""The residual from which on a cell has the full colour."""

NAME_ROOM, ROW_STEP = 14, 34
SIDE_ROOM = 30


def chart(insight: Insight, lang: Lang) -> Spec:
    """A heat map of residuals; the values of both columns that differ most."""
    first, second = insight.subject.breakdown
    values = [
        {
            "first": cut(value_text(row.get("first")), SIDE_ROOM),
            "second": cut(value_text(row.get("second")), NAME_ROOM),
            "residual": (off := measured(row, "residual") or 0.0),
            "shown": number(measured(row, "n") or 0.0),
            "strong": abs(off) > 0.6 * STRONG,
        }
        for row in insight.evidence.rows
    ]
    x: Spec = {"field": "second", "type": "nominal", "title": human(second), "axis": {"labelAngle": 0, "orient": "top"}}
    y: Spec = {"field": "first", "type": "nominal", "title": human(first)}
    colour: Spec = {"field": "residual", "type": "quantitative", "legend": None}
    scale: Spec = {
        "domain": [-STRONG, 0, STRONG],
        "range": [Ink.WARM, Ink.GRID, Ink.ACCENT],
        "clamp": True,
        "interpolate": "rgb",
    }
    written: Spec = {"condition": {"test": "datum.strong", "value": Ink.PAPER}, "value": Ink.TEXT}
    layers: list[Spec] = [
        {
            "mark": {"type": "rect", "cornerRadius": 2},
            "encoding": {"x": x, "y": y, "color": {**colour, "scale": scale}},
        },
        {"mark": {"type": "text"}, "encoding": {"x": x, "y": y, "text": {"field": "shown"}, "color": written}},
    ]
    title = Words(
        f"Rows by {human(first)} and {human(second)}",
        f"按{after_zh(zh_column(first))}与{after_zh(zh_column(second))}的记录数",
    )
    under = Words(
        "Blue: more rows than by chance; orange: fewer; the values that differ most",
        "蓝色：多于随机情形；橙色：少于随机情形；仅列出差异最大的取值",
    )
    return spec(insight, title, lang, layer=layers, subtitle=under, data={"values": values}, height={"step": ROW_STEP})
