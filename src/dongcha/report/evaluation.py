"""How good a model is, as one HTML page that stands alone.

Knows plain objects: a model's `dongcha.json` with what `train`, `tune` or `evaluate --json` prints laid over it, and

    gives      what an answer is: class, labels, tags, number or score
    chosen_on  the name of the main figure
    names      {figure: {en, zh}}
    versus     {against, p_value, …}: the paired test with one of `baselines`
    file       the name of the file that was measured on; left out for the test rows of a training

A missing key is left out of the page.
"""

from collections.abc import Mapping

from dongcha.core.words import Lang
from dongcha.report.charts.inline import inline
from dongcha.report.contents.answers import believed, classes, confusions, numbers
from dongcha.report.contents.faults import errors, slices
from dongcha.report.contents.grid import short
from dongcha.report.contents.headline import headline
from dongcha.report.contents.section import Drawing
from dongcha.report.contents.training import curve, training
from dongcha.report.labels import EVALUATION, LABELS
from dongcha.report.rendered import rendered

SECTIONS = (headline, classes, confusions, believed, numbers, slices, errors, curve, training)


def evaluation_page(found: Mapping[str, object], lang: Lang) -> str:
    """The page in one language."""
    from markupsafe import Markup

    name = str(found.get("label") or found.get("name") or "")
    made = [part for make in SECTIONS if (part := make(found, lang))]

    def chart(drawing: Drawing, name: str) -> Markup:
        return Markup(inline(drawing.chart, name))

    return rendered(
        "evaluation.html.j2", lang, {**LABELS, **EVALUATION}, heading=short(name, 120), sections=made, chart=chart
    )
