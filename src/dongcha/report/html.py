"""The report as one HTML file that stands alone: no script, no network, light and dark, on screen and on paper."""

from dongcha.report.charts.inline import inline, inline_svg
from dongcha.report.contents.contents import contents
from dongcha.report.contents.finding import Finding
from dongcha.report.contents.section import Drawing
from dongcha.report.labels import EVALUATION, JOINS, LABELS
from dongcha.report.rendered import rendered
from dongcha.report.report import Report


def html(report: Report) -> str:
    """The report as one HTML page."""
    from markupsafe import Markup

    lang = report.lang

    def chart(found: Finding, name: str = "chart") -> Markup:
        return Markup(inline_svg(found.insight, f"{name}-{found.number}", lang))

    def drawn(drawing: Drawing) -> Markup:
        return Markup(inline(drawing.chart, "reliability"))

    told = {name: words.at(lang) for name, words in JOINS.items()}
    return rendered(
        "report.html.j2", lang, {**EVALUATION, **LABELS}, c=contents(report), chart=chart, drawn=drawn, join=told
    )
