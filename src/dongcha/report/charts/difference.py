"""A waterfall: what the named segments, and then all others, add up to."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import STEP, apart, extent, grouped_by, measured
from dongcha.report.charts.theme import LABEL_ROOM, Ink, Spec, number_axis, spec
from dongcha.report.difference import side_words
from dongcha.report.facts import Facts
from dongcha.report.fit import cut
from dongcha.report.names import MISSING, value_text
from dongcha.report.numbers import number, percent
from dongcha.report.subject import PARTS

MOST = 10
"""Named segments that have a step of their own."""
WIDER = 1.2
"""Names without a number in brackets are wider than `extent` counts."""
OTHERS, ALL = Words("all others", "其余各组"), Words("difference", "差额")


def chart(insight: Insight, lang: Lang) -> Spec:
    """Floating bars, each from where the one before ended, and the whole difference below."""
    facts, subject, by = Facts(insight), insight.subject, grouped_by(insight)
    values = _steps(insight, lang)
    first, last = side_words(insight.facts, "before", subject, bare=True), side_words(insight.facts, "after", subject)
    totals = f"{facts.amount('total_before')} → {facts.amount('total_after')}"
    title = Words(
        f"What makes the difference {last.en} against {first.en}, by {by.en} (total {totals})",
        f"{last.zh}与{first.zh}之差的来源，按{by.zh}（合计 {totals}）",
    )
    biggest = max((abs(float(str(one[end]))) for one in values for end in ("from", "to")), default=1.0)
    y: Spec = {
        "field": "group",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "minExtent": WIDER * extent([str(one["group"]) for one in values])},
    }
    x: Spec = {
        "field": "from",
        "type": "quantitative",
        "title": None,
        "axis": number_axis(biggest, lang, parts=subject.aggregation in PARTS),
        "scale": {"padding": 60, "nice": False},
    }
    colour = {
        "condition": [
            {"test": "datum.whole", "value": Ink.MUTED},
            {"test": "!datum.about", "value": Ink.PLAIN},
            {"test": "datum.up", "value": Ink.ACCENT},
        ],
        "value": Ink.WARM,
    }
    bar: Spec = {"type": "bar", "height": {"band": 0.68}}
    zero: Spec = {"datum": 0, "type": "quantitative"}
    layers: list[Spec] = [
        {"mark": bar, "encoding": {"y": y, "x": x, "x2": {"field": "to"}, "color": colour}},
        *(_amounts(x, y, up=up) for up in (True, False)),
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": Ink.MUTED}, "encoding": {"x": zero}},
    ]
    return spec(insight, title, lang, layer=layers, data={"values": values}, height={"step": STEP})


def _steps(insight: Insight, lang: Lang) -> list[Spec]:
    """The bars from top to bottom; all others, where there are any, in one."""
    rows = [row for row in insight.evidence.rows if row["is_subject"]][:MOST]
    whole = Facts(insight).number("total_difference")
    changes = [measured(row, "contribution") or 0.0 for row in rows]
    names = apart([_label(insight, row, lang) for row in rows])
    found: list[Spec] = []
    at = 0.0
    rest = whole - sum(changes)
    steps = [*zip(names, changes, strict=True)]
    if Facts(insight).number("groups") > len(rows):
        steps.append((OTHERS.at(lang), rest))
    for place, (name, change) in enumerate(steps):
        found.append(_bar(insight, (name, at, at + change), about=place < len(rows)))
        at += change
    return [*found, {**_bar(insight, (ALL.at(lang), 0.0, whole), about=False), "whole": True}]


def _bar(insight: Insight, step: tuple[str, float, float], *, about: bool) -> Spec:
    name, start, end = step
    written = percent if insight.subject.aggregation in PARTS else number  # a unit would not fit beside the bar
    shown = ("+" if end >= start else "−") + written(abs(end - start))
    return {"group": name, "from": start, "to": end, "shown": shown, "about": about, "up": end >= start, "whole": False}


def _label(insight: Insight, row: object, lang: Lang) -> str:
    assert isinstance(row, dict)
    parts = (row.get(name) for name in insight.subject.breakdown)
    return cut(" · ".join(MISSING.at(lang) if part is None else value_text(part) for part in parts), LABEL_ROOM)


def _amounts(x: Spec, y: Spec, *, up: bool) -> Spec:
    """The amounts outside the ends of the bars that go one way."""
    return {
        "transform": [{"filter": "datum.up" if up else "!datum.up"}],
        "mark": {"type": "text", "align": "left" if up else "right", "dx": 6 if up else -6},
        "encoding": {"y": y, "x": {**x, "field": "to"}, "text": {"field": "shown"}},
    }
