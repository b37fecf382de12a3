"""One group against the others: its bar in colour, and a rule at the level of the rest."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import STEP, bars, chosen, grouped_by, which
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.subject import quantity


def chart(insight: Insight, lang: Lang) -> Spec:
    """Bars of `value` by group."""
    what, by = quantity(insight.subject), grouped_by(insight)
    plain = what.en.removeprefix("the ")
    title = Words(f"{plain[:1].upper()}{plain[1:]}, by {by.en}", f"{what.zh}，按{by.zh}")
    rows = chosen(insight, "value")
    facts = Facts(insight)
    rest = facts.number("rest") if facts.has("rest") else None
    layers, data = bars(insight, rows, "value", lang=lang, beside=rest)
    if rest is not None:
        next_one = insight.subject.aggregation in ("sum", "distinct")
        name = Words("next", "次位") if next_one else Words("others", "其余")
        said = Words(f"{name.en}: {facts.amount('rest')}", f"{name.zh}：{facts.amount('rest')}").at(lang)
        at: Spec = {"datum": rest, "type": "quantitative"}
        rule = {"type": "rule", "color": Ink.WARM, "strokeDash": [5, 3], "strokeWidth": 1.5}
        text = {"type": "text", "color": Ink.WARM, "align": "left", "dx": 4, "y": -8, "text": said}
        layers[1:1] = [{"data": {"values": [{}]}, "mark": mark, "encoding": {"x": at}} for mark in (rule, text)]
    under = which(insight, rows)
    return spec(insight, title, lang, layer=layers, subtitle=under, data=data, height={"step": STEP})
