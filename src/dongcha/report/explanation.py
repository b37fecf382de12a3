"""An explanation of a difference as a page of its own, or as Markdown."""

from collections.abc import Mapping

from dongcha.core.words import Lang, Words
from dongcha.insight.change.answer import Explanation
from dongcha.report.charts.inline import inline_svg
from dongcha.report.contents.explanation import LABELS as OWN
from dongcha.report.contents.explanation import explained
from dongcha.report.contents.finding import Finding
from dongcha.report.labels import LABELS
from dongcha.report.markdown import bullets, claimed, escaped, evidence, folded, phrases, table
from dongcha.report.rendered import rendered

ALL: Mapping[str, Words] = {**LABELS, **OWN}


def explanation_html(found: Explanation, lang: Lang) -> str:
    """The page, as self-contained as the report: the decomposition as a waterfall, segments, phrases, caveats."""
    from markupsafe import Markup

    def chart(one: Finding) -> Markup:
        return Markup(inline_svg(one.insight, f"chart-{one.number}", lang))

    return rendered("explanation.html.j2", lang, ALL, c=explained(found, lang), chart=chart)


def explanation_markdown(found: Explanation, lang: Lang) -> str:
    """The same as Markdown for GitHub, tables instead of charts."""
    told = explained(found, lang)
    blocks = [f"# {escaped(told.title)}", escaped(told.sides), *map(escaped, told.said)]
    if told.caveats:
        blocks += [f"## {_label('warnings', lang)}", bullets(told.caveats)]
    blocks += [f"## {_label('comes_from', lang)}", _label("segments_hint" if told.findings else "no_segment", lang)]
    for one, segments in told.findings:
        head, *rest = claimed(one, lang)
        blocks += [f"### {one.number}. {escaped(one.badge)}", head, table(segments), *rest, *evidence(one, lang)]
    if told.phrases:
        rates = _label("later", lang), _label("earlier", lang)
        blocks += [f"## {_label('later_says', lang)}", phrases(told.phrases, rates, lang)]
    blocks += [f"## {_label('method', lang)}", bullets(told.method), *folded(told.sql, told.rows, lang)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _label(name: str, lang: Lang) -> str:
    return ALL[name].at(lang)
