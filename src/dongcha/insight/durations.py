"""Durations: the days from one time column to another, as measures of their own.

Knows which pairs of time columns are a start and an end.  The evidence works a duration out in its query, so that what
is shown runs on the table as it is.  An end before its start is an error of the data and counts as not known.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.schema import Column, Role
from dongcha.data.table import Table
from dongcha.insight.derived import derived
from dongcha.insight.insight import Insight

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST = 30
"""Rows with both times."""

IN_ORDER = 0.85
"""Part of them in which the end is not before the start; of two times that have nothing to do with each other, half."""

TWINS = 0.8
"""Part of them from which two times are copies of each other, so that only one of the two is used."""

MOST_TIMES = 6
_BOOKKEEPING = re.compile(r"updat|modif|sync|load|etl|ingest|更新|修改|同步|入库", re.IGNORECASE)


def with_durations(table: Table) -> Table:
    """The table with a measure `days from A to B` for each pair of times that are a start and an end."""
    times = [column.name for column in table.schema.of(Role.TIME)][:MOST_TIMES]
    # What happened comes before the stamp that says when the row was written: of twins the first is kept.
    times.sort(key=lambda name: bool(_BOOKKEEPING.search(name)))
    pairs = _start_and_end(table.expr, times) if len(times) > 1 else []
    schema = table.schema
    for start, end in pairs:
        name = f"days from {start} to {end}"
        if name not in schema.names:
            reason = Words("worked out from two times", "由两个时间列计算")
            schema = schema.with_column(Column(name, "DOUBLE", Role.MEASURE, reason, 0.9, between=(start, end)))
    return replace(table, expr=derived(table.expr, schema), schema=schema)


def left_out(found: Insight, table: Table) -> Insight:
    """The insight, with a caveat where its duration is not known in some rows or ends before it starts."""
    name = found.subject.measure
    column = table.schema[name] if name in table.schema.names else None
    if column is None or column.between is None:
        return found
    start, end = (table.expr[name] for name in column.between)
    wrong, unknown = (table.expr.filter(rows).count().to_pyarrow().as_py() for rows in (end < start, end.isnull()))
    said = list(found.caveats)
    if unknown:
        said.append(
            Words(f"{unknown:,} rows have no end yet and are left out.", f"{unknown:,} 条记录尚无结束时间，未计入。")
        )
    if wrong:
        said.append(
            Words(
                f"In {wrong:,} rows the end is before the start; they are left out.",
                f"{wrong:,} 条记录的结束时间早于开始时间，未计入。",
            )
        )
    return replace(found, caveats=tuple(said))


def _start_and_end(expr: "ir.Table", times: Sequence[str]) -> list[tuple[str, str]]:
    facts = _facts(expr, times)
    kept: list[str] = []
    for name in times:
        if not any(facts[other, name][2] > TWINS for other in kept):
            kept.append(name)
    return [pair for pair in itertools.permutations(kept, 2) if _ordered(*facts[pair])]


def _ordered(rows: int, in_order: float, same: float) -> bool:
    return rows >= FEWEST and in_order >= IN_ORDER and same <= TWINS


def _facts(expr: "ir.Table", times: Sequence[str]) -> dict[tuple[str, str], tuple[int, float, float]]:
    """Of each ordered pair: rows with both times, and the parts in which the second is not before, and is the same."""
    pairs = list(itertools.permutations(times, 2))
    asked: dict[str, ir.Value] = {}
    for at, (start, end) in enumerate(pairs):
        first, last = expr[start], expr[end]
        asked |= {f"n{at}": (first.notnull() & last.notnull()).sum()}
        asked |= {f"order{at}": (last >= first).sum(), f"same{at}": (last == first).sum()}
    row = expr.aggregate(**asked).to_pyarrow().to_pylist()[0]
    found = {}
    for at, pair in enumerate(pairs):
        n = row[f"n{at}"] or 0
        found[pair] = n, (row[f"order{at}"] or 0) / max(n, 1), (row[f"same{at}"] or 0) / max(n, 1)
    return found
