"""The outcome among texts that say each phrase, and among all others."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.dots import dots
from dongcha.report.charts.theme import LABEL_ROOM, Spec, number_axis, spec
from dongcha.report.fit import cut
from dongcha.report.names import value_text
from dongcha.report.subject import amount, quantity


def chart(insight: Insight, lang: Lang) -> Spec:
    """Two dots a phrase: filled where texts say it, hollow where they do not."""
    subject, rate = insight.subject, insight.subject.aggregation == "rate"
    values: list[dict[str, object]] = [
        {
            "phrase": cut(value_text(row.get("phrase")), LABEL_ROOM),
            "inside": (here := measured(row, "value") or 0.0),
            "outside": measured(row, "rest") or 0.0,
            "in": amount(subject, here),
        }
        for row in insight.evidence.rows
    ]
    what = quantity(subject)
    plain = what.en.removeprefix("the ")
    title = Words(f"{plain[:1].upper()}{plain[1:]}, by what texts say", f"{what.zh}，按文本所提到的短语")
    under = Words("● texts that say it   ○ all others", "● 提到该短语的文本   ○ 其余文本")
    biggest = max((abs(float(str(value[side]))) for value in values for side in ("inside", "outside")), default=1.0)
    axis = number_axis(biggest, lang, parts=rate)
    return spec(
        insight, title, lang, subtitle=under, layer=dots(axis, zero=rate), data={"values": values}, height={"step": 30}
    )
