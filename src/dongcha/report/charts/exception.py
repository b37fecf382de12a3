"""A rule and its exception: bars of the common value's rate; of a difference two points a group, a rule between."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import STEP, TEXTS, apart, bars, chosen, extent, grouped_by, measured, which
from dongcha.report.charts.theme import LABEL_ROOM, Ink, Spec, number_axis, spec
from dongcha.report.facts import Facts
from dongcha.report.fit import cut
from dongcha.report.names import after_zh, human, quoted, value_text
from dongcha.report.numbers import percent
from dongcha.report.subject import quantity

MOST = 14
"""Groups that a chart of differences shows; the evidence has all."""

WIDER = 1.3
"""Room on the right for the two rates."""

ROOM = 24
"""Letters of the value that is most common instead."""


def chart(insight: Insight, lang: Lang) -> Spec:
    """By what the exception is to: a most common value, or the way a difference goes."""
    return _ways(insight, lang) if insight.facts.get("within") is not None else _most_common(insight, lang)


def _plain(insight: Insight) -> Words:
    what = quantity(insight.subject)
    plain = what.en.removeprefix("the ")
    return Words(f"{plain[:1].upper()}{plain[1:]}", what.zh)


def _most_common(insight: Insight, lang: Lang) -> Spec:
    """Bars of the common value's rate; where another value is the most common, it stands beside the bar."""
    by, what, facts = grouped_by(insight), _plain(insight), Facts(insight)
    rows = chosen(insight, "value")
    layers, data = bars(insight, rows, "value", lang=lang, beside=facts.number("rest") * 1.5)
    for row, value in zip(rows, data["values"], strict=True):  # type: ignore[call-overload]
        if row.get("most_common") != insight.facts.get("common"):
            other = quoted(cut(value_text(row.get("most_common")), ROOM))
            value["shown"] += Words(f"; most common: {other}", f"；最常见：{other}").at(lang)
    under = which(insight, rows)
    title = Words(f"{what.en}, by {by.en}", f"{what.zh}，按{by.zh}")
    return spec(insight, title, lang, layer=layers, subtitle=under, data=data, height={"step": STEP})


def _ways(insight: Insight, lang: Lang) -> Spec:
    """For each group of the third category the rate in the group asked about and elsewhere."""
    breakdown, by = insight.subject.breakdown
    what, values = _plain(insight), _values(insight)
    title = Words(f"{what.en}, within each {human(by)}", f"{what.zh}，分{after_zh(human(by))}")
    group = quoted(cut(value_text(insight.facts.get("group")), ROOM))
    under = Words(
        f"● {human(breakdown)} {group}, ○ others; orange: the other way round",
        f"● {human(breakdown)} {group}，○ 其余；橙色：方向相反",
    )
    names = [str(one["name"]) for one in values]
    y: Spec = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": None, "minExtent": extent(names)}}
    most = max((float(str(one[end])) for one in values for end in ("value", "rest")), default=1.0)
    x: Spec = {"field": "value", "type": "quantitative", "title": None, "axis": number_axis(1.0, lang, parts=True)}
    x |= {"scale": {"domainMin": 0, "domainMax": most * WIDER or 1.0, "nice": False}}
    colour: Spec = {"condition": {"test": "datum.about", "value": Ink.WARM}, "value": Ink.ACCENT}
    rule: Spec = {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.5}}
    rule |= {"encoding": {"y": y, "x": x, "x2": {"field": "rest"}, "color": colour}}
    hollow: Spec = {"type": "point", "filled": True, "size": 60, "opacity": 1, "strokeWidth": 1.6}
    other: Spec = {"y": y, "x": {**x, "field": "rest"}, "stroke": colour, "fill": {"value": Ink.PAPER}}
    full: Spec = {"type": "point", "filled": True, "size": 80, "opacity": 1}
    said: Spec = {"y": y, "x": {**x, "field": "most"}, "text": {"field": "shown"}}
    layers: list[Spec] = [
        rule,
        {"mark": hollow, "encoding": other},
        {"mark": full, "encoding": {"y": y, "x": x, "color": colour}},
    ]
    layers += [{"mark": {**text, "dx": 10}, "encoding": said} for text in TEXTS]
    return spec(insight, title, lang, layer=layers, subtitle=under, data={"values": values}, height={"step": STEP})


def _values(insight: Insight) -> list[Spec]:
    """The groups of the third category, the exceptions first, as far as there is room."""
    rows = [row for row in insight.evidence.rows if None not in (row.get("value"), row.get("rest"))]
    rows = sorted(rows, key=lambda row: row.get("outcome") != "breaks")[:MOST]
    names = apart([cut(value_text(row.get("within")), LABEL_ROOM) for row in rows])
    found: list[Spec] = []
    for name, row in zip(names, rows, strict=True):
        value, rest = measured(row, "value") or 0.0, measured(row, "rest") or 0.0
        shown = f"{percent(value)} / {percent(rest)}"
        about = row.get("outcome") == "breaks"
        found.append(
            {"name": name, "value": value, "rest": rest, "most": max(value, rest), "shown": shown, "about": about}
        )
    return found
