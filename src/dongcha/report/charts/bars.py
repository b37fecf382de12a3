"""Horizontal bars, the subject's one in colour: shared by the patterns that compare groups."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Cell, Insight
from dongcha.insight.patterns.outstanding import MIN_GROUP
from dongcha.report.charts.theme import LABEL_ROOM, Ink, Spec, number_axis
from dongcha.report.facts import Facts
from dongcha.report.fit import cut, room
from dongcha.report.names import MISSING, after_zh, human, value_text
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
    """The group of a row in a few characters: its values with a dot between, its rows in brackets."""
    names = [part for part in insight.subject.breakdown if part in row] or ["group"]
    shown = (MISSING.at(lang) if row.get(name) is None else value_text(row.get(name)) for name in names)
    rows = _rows_of(insight, row)
    size = f" ({number(rows)})" if rows < float("inf") else ""
    return cut(" · ".join(shown), LABEL_ROOM - room(size)) + size


def extent(labels: Sequence[str]) -> float:
    """Pixels that the labels take in a wide font, so that they stay inside whichever font the reader has."""
    return 6.6 * max(map(room, labels), default=0)


def apart(labels: Sequence[str]) -> list[str]:
    """The labels, those that are the same made different without being seen, so that each keeps its own bar."""
    seen: Counter[str] = Counter()
    found = []
    for label in labels:
        found.append(label + "\u200b" * seen[label])
        seen[label] += 1
    return found


def chosen(insight: Insight, value: str, size: Callable[[float], float] = float) -> list[Row]:
    """The rows with the largest `value` (by `size`), largest first, the subject's row always among them.

    Of a subject below the rest, those with the smallest.  Groups too small to be tested are left out.
    """
    rows = [row for row in compared(insight) if measured(row, value) is not None]
    rows.sort(key=lambda row: -size(measured(row, value) or 0))
    if is_low(insight):
        return [row for row in rows[:-MOST] if about(insight, row)] + rows[-MOST:]
    return rows[:MOST] + [row for row in rows[MOST:] if about(insight, row)]


def is_low(insight: Insight) -> bool:
    """Whether the subject lies below the rest."""
    here, rest = (measured(insight.facts, name) for name in ("value", "rest"))
    return here is not None and rest is not None and here < rest


def compared(insight: Insight) -> list[Row]:
    """The rows of groups that are large enough to be compared, and the subject's."""
    rows = insight.evidence.rows
    return [row for row in rows if _rows_of(insight, row) >= MIN_GROUP or about(insight, row)]


def _rows_of(insight: Insight, row: Row) -> float:
    """Rows of the group; infinity where the evidence does not tell (`n` of a majority is that of all groups)."""
    n = None if "share" in row else measured(row, "n")
    return float("inf") if n is None else n


def which(insight: Insight, shown: Sequence[Row]) -> Words | None:
    """Under the title: what the brackets hold, and which groups are not shown; None where nothing is to be said."""
    all_rows, large = insight.evidence.rows, compared(insight)
    said = (
        [Words("in brackets: rows", "括号内为记录数")]
        if any("n" in row and "share" not in row for row in shown)
        else []
    )
    if len(large) > len(shown):
        many, most = len(shown), Words("lowest", "最低") if is_low(insight) else Words("highest", "最高")
        said.append(Words(f"the {many} {most.en} groups", f"仅显示{most.zh}的 {many} 组"))
    if len(all_rows) > len(large):
        said.append(Words(f"groups of fewer than {MIN_GROUP} rows left out", f"未显示不足 {MIN_GROUP} 条记录的组"))
    if not said:
        return None
    en = "; ".join(part.en for part in said)
    return Words(en[:1].upper() + en[1:], "；".join(part.zh for part in said))


def about(insight: Insight, row: Row) -> bool:
    """Whether the row is the group that the insight is about."""
    if "is_subject" in row:
        return is_subject(row)
    pairs = group_pairs(insight)
    return bool(pairs) and all(row.get(name) == value for name, value in pairs)


def grouped_by(insight: Insight) -> Words:
    """`sub product and state`, for a title."""
    held = insight.evidence.rows[0] if insight.evidence.rows else {}
    names = [human(name) for name in insight.subject.breakdown if name in held]
    return Words(" and ".join(names), after_zh("、".join(names)))


def bars(
    insight: Insight, rows: Sequence[Row], value: str, *, lang: Lang, beside: float | None = None
) -> tuple[list[Spec], Spec]:
    """Layers and data of the bars, with the amount written at the end of each; the axis reaches `beside` too."""
    parts = insight.subject.aggregation in PARTS or value == "share"
    digits = Facts(insight).digits
    names = apart([labelled(insight, row, lang) for row in rows])
    values = [
        {
            "group": name,
            "value": (amount := measured(row, value) or 0.0),
            "shown": percent(amount) if parts else number(amount, digits),
            "about": about(insight, row),
        }
        for name, row in zip(names, rows, strict=True)
    ]
    amounts = [*(measured(row, value) or 0.0 for row in rows), *([] if beside is None else [beside])]
    y = {"field": "group", "type": "nominal", "sort": None, "axis": {"title": None, "minExtent": extent(names)}}
    x = {
        "field": "value",
        "type": "quantitative",
        "title": None,
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
