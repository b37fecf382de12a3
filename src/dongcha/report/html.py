"""The report as one HTML file that stands alone: no script, no network, light and dark, on screen and on paper.

Everything that comes from data goes through Jinja's escaping; the style sheet and the charts alone are put in as they
are, and the charts come out of `charts/svg.py`, whose texts are escaped.
"""

from pathlib import Path

from dongcha.report.charts.inline import inline_svg
from dongcha.report.contents.contents import contents
from dongcha.report.contents.finding import Finding
from dongcha.report.contents.model import between
from dongcha.report.labels import LABELS
from dongcha.report.numbers import percent
from dongcha.report.report import Report

PAGE = Path(__file__).with_name("page")


def html(report: Report) -> str:
    """The report as one HTML page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    lang = report.lang

    def chart(found: Finding) -> Markup:
        return Markup(inline_svg(found.insight, f"chart-{found.number}", lang))

    environment = Environment(
        loader=FileSystemLoader(PAGE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": percent, "between": between}
    return environment.get_template("report.html.j2").render(
        c=contents(report),
        label={name: words.at(lang) for name, words in LABELS.items()},
        language="zh-CN" if lang == "zh" else "en",
        style=Markup((PAGE / "style.css").read_text(encoding="utf-8")),
        chart=chart,
    )
