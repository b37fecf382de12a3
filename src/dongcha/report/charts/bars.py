"""Horizontal bars, the subject's one in colour: shared by the patterns that compare groups."""

from collections.abc import Callable, Mapping, Sequence

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Cell, Insight
from dongcha.report.charts.theme import Ink, Spec, number_axis
from dongcha.report.names import MISSING, human, value_text
from dongcha.report.numbers import number, percent
from dongcha.report.subject import PARTS, group_pairs, is_subject

MOST = 12
"""Bars that a chart shows; the evidence table has all."""
STEP = 26

TEXTS: tuple[Spec, ...] = (
    {"type": "text", "align": "left", "dx": 6, "stroke": Ink.PAPER, "strokeWidth": 4, "strokeJoin": "round"},
    {"type": "text", "align": "left", "dx": 6},
)
"""An amount at the end of a bar: first its halo, so that a rule behind does not cross it, then the text."""

Row = Mapping[str, Cell]


def measured(row: Row, name: str) -> float | None:
    """The cell as a number; None where it is none."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def labelled(insight: Insight, row: Row, lang: Lang) -> str:
    """The group of a row in a few characters: values of the breakdown columns with a dot between."""
    names = [part for part in insight.subject.breakdown if part in row] or ["group"]
    shown = (MISSING.at(lang) if row.get(name) is None else value_text(row.get(name)) for name in names)
    return " · ".join(shown)


def chosen(insight: Insight, value: str, size: Callable[[float], float] = float) -> list[Row]:
    """The rows with the largest `value` (by `size`), largest first, the subject's row always among them."""
    rows = [row for row in insight.evidence.rows if measured(row, value) is not None]
    rows.sort(key=lambda row: -size(measured(row, value) or 0))
    top = rows[:MOST]
    return top + [row for row in rows[MOST:] if about(insight, row)]


def about(insight: Insight, row: Row) -> bool:
    """Whether the row is the group that the insight is about."""
    if "is_subject" in row:
        return is_subject(row)
    pairs = group_pairs(insight)
    return bool(pairs) and all(row.get(name) == value for name, value in pairs)


def grouped_by(insight: Insight) -> Words:
    """`by “sub product” and “state”`, for a title."""
    names = [human(name) for name in insight.subject.breakdown]
    return Words(" and ".join(names), "、".join(names))


def bars(insight: Insight, rows: Sequence[Row], value: str, *, title: Words, lang: Lang) -> tuple[list[Spec], Spec]:
    """Layers and data of the bars, with the amount written at the end of each."""
    parts = insight.subject.aggregation in PARTS or value == "share"
    write = percent if parts else number
    values = [
        {
            "group": labelled(insight, row, lang),
            "value": (amount := measured(row, value) or 0.0),
            "shown": write(amount),
            "about": about(insight, row),
        }
        for row in rows
    ]
    amounts = [measured(row, value) or 0.0 for row in rows]
    y = {"field": "group", "type": "nominal", "sort": None, "axis": {"title": None}}
    x = {
        "field": "value",
        "type": "quantitative",
        "title": title.at(lang),
        "axis": number_axis(max(map(abs, amounts), default=1.0), lang, parts=parts),
        "scale": {"domainMin": min([0.0, *amounts]), "domainMax": max([0.0, *amounts]) * 1.12 or 1.0, "nice": False},
    }
    colour = {"condition": {"test": "datum.about", "value": Ink.ACCENT}, "value": Ink.PLAIN}
    weight = {"condition": {"test": "datum.about", "value": 600}, "value": 400}
    bar: Spec = {"type": "bar", "height": {"band": 0.68}, "cornerRadiusEnd": 2}
    layers: list[Spec] = [{"mark": bar, "encoding": {"y": y, "x": x, "color": colour}}]
    said = {"y": y, "x": x, "text": {"field": "shown"}, "fontWeight": weight}
    layers += [{"mark": text, "encoding": said} for text in TEXTS]
    return layers, {"values": values}
