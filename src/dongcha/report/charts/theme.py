"""The look of every chart: few colours that colour-blind readers tell apart, calm axes, fonts with Chinese.

A chart names its colours out of `Ink`; the page maps the same values to its dark colours (see `svg.py`).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.fit import lines

Spec = dict[str, object]
WIDTH = 680
TITLE_ROOM = 88
"""Letters of a line of the title."""
LABEL_ROOM = 44
"""Letters of a group's name beside its bar."""
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'PingFang SC', 'Hiragino Sans GB', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)


class Ink(StrEnum):
    """The colours on paper; blue and vermilion are Okabe and Ito's, darkened a little for thin lines."""

    TEXT = "#1f2a33"
    MUTED = "#646b71"
    GRID = "#e3e7eb"
    PLAIN = "#b4c0ca"
    ACCENT = "#0a6aa6"
    WARM = "#c8500a"
    PAPER = "#ffffff"


def spec(
    insight: Insight,
    title: Words,
    lang: Lang,
    *,
    layer: Iterable[Mapping[str, object]],
    subtitle: Words | None = None,
    **more: object,
) -> Spec:
    """A whole chart with its title and alternative text; both languages of them stand in `usermeta`."""
    told = insight.sentence
    alt = Words(f"Chart: {title.en}. {told.en}".strip(), f"图表：{title.zh}。{told.zh}")
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "usermeta": {"title": title.to_json(), "description": alt.to_json()},
        "title": {
            "text": lines(title.at(lang), TITLE_ROOM),
            **({"subtitle": lines(subtitle.at(lang), TITLE_ROOM)} if subtitle else {}),
        },
        "description": alt.at(lang),
        "width": WIDTH,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [dict(part) for part in layer],
        "config": config(),
        **more,
    }


def config() -> Spec:
    """Vega-Lite's `config`: type, axes and spacing."""
    axis = {
        "labelColor": Ink.MUTED,
        "titleColor": Ink.MUTED,
        "gridColor": Ink.GRID,
        "domainColor": Ink.GRID,
        "tickColor": Ink.GRID,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "labelPadding": 6,
        "labelLimit": 0,  # texts are cut before (fit.py): measuring each takes long
    }
    title = {
        "anchor": "start",
        "frame": "bounds",
        "color": Ink.TEXT,
        "fontSize": 13,
        "fontWeight": 600,
        "offset": 14,
        "subtitleColor": Ink.MUTED,
        "subtitleFontSize": 12,
        "subtitlePadding": 5,
    }
    return {
        "background": "transparent",
        "padding": {"left": 0, "right": 10, "top": 6, "bottom": 6},
        "font": FONTS,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"domain": False, "ticks": False},
        "title": title,
        "text": {"fontSize": 12, "color": Ink.TEXT},
        "legend": {"labelColor": Ink.MUTED, "titleColor": Ink.MUTED, "labelFontSize": 12, "symbolStrokeWidth": 2},
    }


def number_axis(biggest: float, lang: Lang, *, parts: bool = False) -> Spec:
    """An axis for amounts up to `biggest`, or for parts of a whole: per cent, thousands, 万 and 亿."""
    if parts:
        return {"format": "~%", "tickCount": 5}
    if lang == "zh" and biggest >= 1e5:
        unit, name = (1e8, "亿") if biggest >= 1e9 else (1e4, "万")
        return {"labelExpr": f"format(datum.value / {unit:.0f}, ',~r') + (datum.value ? '{name}' : '')", "tickCount": 5}
    return {"format": "~s" if biggest >= 1e5 else ",~r", "tickCount": 5}


def time_axis(grain: str | None, lang: Lang) -> Spec:
    """An axis of periods at `grain`."""
    formats = {
        "year": ("%Y", "%Y年"),
        "quarter": ("Q%q %Y", "%Y年%q季"),
        "month": ("%b %Y", "%Y年%-m月"),
    }
    en, zh = formats.get(grain or "", ("%-d %b %Y", "%Y-%m-%d"))
    return {"format": zh if lang == "zh" else en, "tickCount": 8, "labelOverlap": True, "grid": False}
