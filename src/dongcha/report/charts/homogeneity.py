"""An outcome that is distributed alike in all groups: a category a line, from its lowest to its highest share."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.bars import MOST, STEP, apart, extent, measured
from dongcha.report.charts.theme import LABEL_ROOM, Ink, Spec, number_axis, spec
from dongcha.report.fit import cut
from dongcha.report.names import after_zh, human, value_text
from dongcha.report.numbers import percent


def chart(insight: Insight, lang: Lang) -> Spec:
    """A band from the lowest to the highest share over the groups, and a tick at the share in all rows."""
    outcome, by = insight.subject.measure or "", human(insight.subject.breakdown[0])
    what = human(outcome)
    title = Words(f"{what[:1].upper()}{what[1:]}, alike in every {by}", f"{what}在各{after_zh(by)}中的分布")
    rows = sorted(insight.evidence.rows[:MOST], key=lambda row: -(measured(row, "value") or 0))
    names = apart([cut(value_text(row.get(outcome)), LABEL_ROOM) for row in rows])
    values = [
        {
            "category": name,
            **{part: measured(row, part) or 0.0 for part in ("lowest", "highest", "value")},
            "shown": _range(percent(measured(row, "lowest") or 0.0), percent(measured(row, "highest") or 0.0)),
        }
        for name, row in zip(names, rows, strict=True)
    ]
    top = max((measured(row, "highest") or 0.0 for row in rows), default=1.0)
    y: Spec = {
        "field": "category",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "minExtent": extent(names)},
    }
    x: Spec = {
        "field": "lowest",
        "type": "quantitative",
        "title": None,
        "axis": number_axis(top, lang, parts=True),
        "scale": {"domainMin": 0.0, "domainMax": top * 1.25 or 1.0, "nice": False},
    }
    beside = Words(
        f"Lowest to highest share, by {by}; the line is the share in all rows",
        f"各{after_zh(by)}中占比的最低至最高；竖线为全部记录中的占比",
    )
    return spec(
        insight, title, lang, layer=_layers(y, x), subtitle=beside, data={"values": values}, height={"step": STEP}
    )


def _layers(y: Spec, x: Spec) -> list[Spec]:
    """The bands, the ticks and the ranges as texts."""
    return [
        {
            "mark": {"type": "bar", "height": {"band": 0.5}, "color": Ink.PLAIN, "cornerRadius": 2},
            "encoding": {"y": y, "x": x, "x2": {"field": "highest"}},
        },
        {
            "mark": {"type": "tick", "color": Ink.ACCENT, "thickness": 2, "height": {"band": 0.7}},
            "encoding": {"y": y, "x": {**x, "field": "value"}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {"y": y, "x": {**x, "field": "highest"}, "text": {"field": "shown"}},
        },
    ]


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"
