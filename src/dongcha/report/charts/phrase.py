"""How often each phrase is said inside a group of texts and outside it."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.dots import dots
from dongcha.report.charts.theme import LABEL_ROOM, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.fit import cut
from dongcha.report.names import value_text
from dongcha.report.numbers import percent

MOST = 8


def chart(insight: Insight, lang: Lang) -> Spec:
    """Two dots a phrase, joined: filled inside the group, hollow outside."""
    values = [
        {
            "phrase": cut(value_text(text), LABEL_ROOM),
            "inside": inside,
            "outside": outside,
            "in": percent(inside),
        }
        for text, inside, outside in _rates(insight)
    ]
    facts = Facts(insight)
    title = Words("Share of texts that say it", "提到该短语的文本占比")
    subtitle = Words(f"● where {facts.group().en}   ○ elsewhere", f"● {facts.group().zh}   ○ 其余")
    layers = dots({"format": "~%", "tickCount": 5})
    return spec(insight, title, lang, layer=layers, subtitle=subtitle, data={"values": values}, height={"step": 30})


def _rates(insight: Insight) -> list[tuple[str, float, float]]:
    """The phrases with their rates: those of the insight, the one that it is about first."""
    facts = Facts(insight)
    first = [(facts.text("phrase"), facts.number("inside_rate"), facts.number("outside_rate"))]
    others = [
        (p.text, p.inside / p.inside_rows, p.outside / p.outside_rows)
        for p in insight.phrases
        if p.text != facts.text("phrase") and p.inside_rows and p.outside_rows
    ]
    return (first + others)[:MOST]
