"""What is drawn as one: rows that belong together are no independent rows.

Rows of one customer, or copies of one row, say less than as many rows of their own; they are drawn together (cluster
sampling, Cameron & Miller 2015, https://doi.org/10.3368/jhr.50.2.317).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST = 50
"""Units that a half can be drawn of."""

REPEATED = 1.2
"""Rows a unit from which on an identifier repeats."""

COPIES = 0.05
"""Part of the rows that are copies of another from which on copies are drawn together."""

TELLING = 0.5
"""A column with so many values, for each different row, tells rows apart: equal rows are then no coincidence."""

MOST_ROWS = 2_000_000
"""Rows up to which copies are looked for."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows with the same value of `column`, or copies of one row where that is None; `size`: see below.

    `size` is the rows of a unit as its rows see them, on average: what units of unequal sizes cost (Kish 1965).
    """

    column: str | None
    size: float

    def key(self, table: Table) -> "ir.IntegerValue":
        """A number that the rows of a unit share; a row whose identifier is missing is a unit of its own."""
        import ibis

        rows = table.expr
        if self.column is None:
            return _content(table)
        found = ibis.coalesce(rows[self.column].cast("string"), "\x1e" + rows[ROW].cast("string"))
        return found.hash()


def unit_of(table: Table) -> Unit | None:
    """The identifier that repeats, of several the one with the fewest values; else copies, where there are many."""
    # An identifier of a joined table is that of its own rows; the column that refers to it is the table's own.
    ids = [column.name for column in table.schema.of(Role.ID) if column.table is None]
    marks = [
        column.name for column in table.schema.of(Role.TEXT, Role.MEASURE, Role.ID, Role.TIME) if not column.between
    ]
    if table.rows > MOST_ROWS:
        marks = ids  # copies are not looked for
    if not marks:
        return None
    wanted: dict[str, ir.Value] = {"rows": table.expr.count()}
    for at, name in enumerate(marks):
        wanted |= {f"n{at}": table.expr[name].count(), f"values{at}": table.expr[name].nunique()}
    found = table.expr.aggregate(**wanted).to_pyarrow().to_pylist()[0]
    rows, values = found["rows"], {name: found[f"values{at}"] for at, name in enumerate(marks)}
    units = []
    for name in ids:
        alone = rows - found[f"n{marks.index(name)}"]
        size = rows / max(values[name] + alone, 1)
        if values[name] >= FEWEST and size >= REPEATED:
            units.append((values[name], Unit(name, size)))
    if units:
        return _seen(table, min(units, key=lambda pair: (pair[0], pair[1].column))[1])
    return _copies(table, rows, values)


def _copies(table: Table, rows: int, values: Mapping[str, int]) -> Unit | None:
    """Copies of rows, where there are many; `values` counts those of the columns that may tell rows apart."""
    most = max(values.values())
    if not FEWEST <= rows <= MOST_ROWS or most < TELLING * FEWEST or most > (1 - COPIES) * rows:
        return None
    if _different(table, sorted(values, key=lambda name: (-values[name], name))[:2]) > (1 - COPIES) * rows:
        return None  # rows that differ in two columns differ
    different = int(_content(table).nunique().to_pyarrow().as_py())
    alike = different >= FEWEST and most >= TELLING * different and different <= (1 - COPIES) * rows
    return _seen(table, Unit(None, rows / different)) if alike else None


def _seen(table: Table, unit: Unit) -> Unit:
    """The unit with its size as its rows see it."""
    rows = table.expr.select(key=unit.key(table))
    sizes = rows.group_by("key").agg(n=rows.count())
    found = sizes.aggregate(rows=sizes.n.sum(), squares=(sizes.n.cast("float64") ** 2).sum()).to_pyarrow().to_pylist()
    return replace(unit, size=float(found[0]["squares"]) / float(found[0]["rows"]))


def _different(table: Table, names: Sequence[str]) -> int:
    """How many different rows the columns leave, as they are: no texts are made."""
    return int(table.expr.select(*names).distinct().count().to_pyarrow().as_py())


def _content(table: Table) -> "ir.IntegerValue":
    """A number that rows with the same values in every column share."""
    given = [column.name for column in table.schema if not (column.between or column.ratio_of)]
    found = table.expr[given[0]].cast("string").hash()
    for name in given[1:]:
        found = (found.cast("string") + "\x1f" + table.expr[name].cast("string").fill_null("\x1e")).hash()
    return found
