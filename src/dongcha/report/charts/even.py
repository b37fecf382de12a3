"""Groups that are alike: a bar each, and a rule at the level of the whole."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import STEP, bars, chosen, grouped_by, which
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.subject import quantity


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of `value` by group."""
    what, by, facts = quantity(insight.subject), grouped_by(insight), Facts(insight)
    plain = what.en.removeprefix("the ")
    title = Words(f"{plain[:1].upper()}{plain[1:]}, by {by.en}", f"{what.zh}，按{by.zh}")
    rows = chosen(insight, "value")
    whole = "even" if facts.has("even") else "whole"
    level = facts.number(whole)
    layers, data = bars(insight, rows, "value", lang=lang, beside=level)
    said = Words(f"all: {facts.amount(whole)}", f"全部：{facts.amount(whole)}").at(lang)
    if whole == "even":
        said = Words(f"if equal: {facts.amount(whole)}", f"若完全相等：{facts.amount(whole)}").at(lang)
    at: Spec = {"datum": level, "type": "quantitative"}
    rule = {"type": "rule", "color": Ink.WARM, "strokeDash": [5, 3], "strokeWidth": 1.5}
    text = {"type": "text", "color": Ink.WARM, "align": "right", "dx": -4, "y": -8, "text": said}
    layers[1:1] = [{"data": {"values": [{}]}, "mark": mark, "encoding": {"x": at}} for mark in (rule, text)]
    return spec(insight, title, lang, layer=layers, subtitle=which(insight, rows), data=data, height={"step": STEP})
