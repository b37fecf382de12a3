"""Charts as SVG for the inside of an HTML page."""

import re

from dongcha.core.words import Lang
from dongcha.insight.insight import Insight
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import svg
from dongcha.report.charts.theme import Spec

_NAMESPACE = re.compile(r' xmlns(?::xlink)?="[^"]*"')


def inline(chart: Spec, name: str) -> str:
    """The chart as one `<svg>` element without namespaces, which HTML does not need.

    `name` keeps its identifiers apart from those of other charts on the page.
    """
    head, rest = svg(chart, name).split(">", 1)
    return f"{_NAMESPACE.sub('', head)}>{rest}"


def inline_svg(insight: Insight, name: str, lang: Lang) -> str:
    """The finding's chart as `inline` gives it; empty for a pattern without chart."""
    return inline(draw(insight, lang), name) if insight.pattern in CHARTS else ""
