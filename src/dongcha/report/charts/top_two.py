"""Bars of the groups' parts of a total, the two that hold most in colour."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import STEP, bars, chosen, grouped_by
from dongcha.report.charts.theme import Spec, spec
from dongcha.report.names import human


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of `share` by group."""
    of, by = insight.subject.measure, grouped_by(insight)
    title = Words(
        f"Share of the total of {human(of)}, by {by.en}" if of else f"Share of rows, by {by.en}",
        f"{human(of)}合计的占比，按{by.zh}" if of else f"记录占比，按{by.zh}",
    )
    layers, data = bars(insight, chosen(insight, "share"), "share", lang=lang)
    return spec(insight, title, lang, layer=layers, data=data, height={"step": STEP})
