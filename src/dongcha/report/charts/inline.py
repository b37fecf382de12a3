"""A finding's chart as SVG for the inside of an HTML page."""

import re

from dongcha.core.words import Lang
from dongcha.insight.insight import Insight
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import svg

_NAMESPACE = re.compile(r' xmlns(?::xlink)?="[^"]*"')


def inline_svg(insight: Insight, name: str, lang: Lang) -> str:
    """The chart as one `<svg>` element without namespaces, which HTML does not need; empty for a pattern without chart.

    `name` keeps its identifiers apart from those of other charts on the page.
    """
    if insight.pattern not in CHARTS:
        return ""
    head, rest = svg(draw(insight, lang), name).split(">", 1)
    return f"{_NAMESPACE.sub('', head)}>{rest}"
