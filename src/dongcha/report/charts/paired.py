"""Two series over time in standard units; the one that follows is moved back by its lag."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import measured
from dongcha.report.charts.series import time
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.fit import cut
from dongcha.report.numbers import day_of
from dongcha.report.paired import leader
from dongcha.report.season import SPANS
from dongcha.report.subject import quantity

NAME_ROOM = 60
INKS = {"first": (Ink.ACCENT, []), "second": (Ink.WARM, [6, 3])}


def chart(insight: Insight, lang: Lang) -> Spec:
    """The first in blue, the second in red and dashed; each named at its end."""
    rows = sorted(
        (row for row in insight.evidence.rows if day_of(row.get("period")) is not None),
        key=lambda row: str(row["period"]),
    )
    lag = int(Facts(insight).number("lag"))
    days = [str(row["period"]) for row in rows]
    x, layers = time(insight, lang), []
    y: Spec = {"field": "value", "type": "quantitative", "axis": {"tickCount": 5}, "title": None}
    for name, (ink, dash) in INKS.items():
        values = _standard([measured(row, name) for row in rows])
        moved = values[lag:] if name == "second" else values
        data = [{"at": day, "value": value} for day, value in zip(days, moved, strict=False) if value is not None]
        layers.append(
            {
                "data": {"values": data},
                "mark": {"type": "line", "color": ink, "strokeWidth": 2, **({"strokeDash": dash} if dash else {})},
                "encoding": {"x": x, "y": y},
            }
        )
    layers += [_named(insight, name, place, lang) for place, name in enumerate(INKS)]
    return spec(insight, _title(insight), lang, subtitle=_under(insight, lag), layer=layers, height=260)


def _standard(values: list[float | None]) -> list[float | None]:
    """The values less their mean, over their standard deviation."""
    known = [value for value in values if value is not None]
    mean = sum(known) / max(1, len(known))
    spread = (sum((value - mean) ** 2 for value in known) / max(1, len(known))) ** 0.5 or 1.0
    return [None if value is None else (value - mean) / spread for value in values]


def _named(insight: Insight, name: str, place: int, lang: Lang) -> Spec:
    """The name of a line in its colour, above the chart at the left."""
    subject = leader(insight) if name == "first" else insight.subject
    said = quantity(subject).at(lang).removeprefix("the ")
    mark = "–– " if name == "first" else "- - "
    return {
        "data": {"values": [{"text": mark + cut(said, NAME_ROOM)}]},
        "mark": {"type": "text", "align": "left", "baseline": "top", "fontWeight": 600, "color": INKS[name][0]},
        "encoding": {"x": {"value": 4}, "y": {"value": 4 + 16 * place}, "text": {"field": "text"}},
    }


def _title(insight: Insight) -> Words:
    return Words("Two series, each in standard deviations from its mean", "两个序列，各以偏离均值的标准差计")


def _under(insight: Insight, lag: int) -> Words | None:
    if not lag:
        return None
    span = SPANS.get(insight.subject.grain or "", Words("periods", "期"))
    unit = span.en.removesuffix("s") if lag == 1 else span.en
    return Words(f"The dashed line is moved {lag} {unit} back", f"虚线前移 {lag} {span.zh}")
