"""The rows with every category, day and period as a small whole number: what is counted and averaged at size.

Knows codes.  Knows nothing of which sets are asked for.  Code 0 is a missing value, code k the value `values[k - 1]`.
The engine counts whole numbers many times as fast as texts, and a set of columns is one number, its cell.
"""

import datetime as dt
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from dongcha.data.engine import engine, fresh_name
from dongcha.data.periods import Periods
from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table
from dongcha.insight import facts
from dongcha.insight.facts import Values
from dongcha.insight.recent import Recent

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt
    from duckdb import DuckDBPyConnection
    from sqlglot import exp

    Ints = npt.NDArray[np.int64]

DATE = "__date__"
"""The dimension of the days with rows."""

MOST_VALUES = 400
PERFECT_BITS = 22
"""Cells up to which the engine counts in an array and not in a hash table, as a power of two."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Coded:
    """A table of the engine with a column of codes for each dimension (`columns`), and `m0`, `m1`, … of measures."""

    name: str
    rows: int
    values: Mapping[str, Values]  # of each dimension, in the order of their codes
    columns: Mapping[str, str]
    measures: tuple[str, ...]
    _amounts: "Recent[int, npt.NDArray[Any]]" = field(default_factory=lambda: Recent(2))

    def size(self, names: Sequence[str]) -> int:
        """How many cells the dimensions have together, the missing values among them."""
        return facts.size(self.values, names)

    def cell(self, names: Sequence[str]) -> "exp.Expression":
        """The number of each row's cell of the dimensions, row-major, 0 where there are none."""
        from sqlglot import exp

        found: exp.Expression = exp.Literal.number(0)
        for at, name in enumerate(names):
            code = exp.cast(exp.column(self.columns[name], quoted=True), "BIGINT")
            size = exp.Literal.number(len(self.values[name]) + 1)
            found = exp.Add(this=exp.Mul(this=exp.paren(found), expression=size), expression=code) if at else code
        return found

    def counted(self, names: Sequence[str]) -> "dict[str, npt.NDArray[Any]]":
        """`cell` and the rows `n` of the cells of the dimensions that have rows."""
        return self.grouped(names, {})

    def averaged(self, names: Sequence[str]) -> "dict[str, npt.NDArray[Any]]":
        """The same with `n0`, `mean0` and `var0`, … of each measure."""
        from sqlglot import exp

        wanted: dict[str, exp.Expression] = {}
        for at in range(len(self.measures)):
            column = exp.column(f"m{at}", quoted=True)
            number = exp.cast(column.copy(), "DOUBLE")
            wanted |= {f"n{at}": exp.Count(this=column), f"mean{at}": exp.Avg(this=number)}
            wanted |= {f"var{at}": exp.VariancePop(this=number.copy())}
        return self.grouped(names, wanted)

    def grouped(self, names: Sequence[str], wanted: "Mapping[str, exp.Expression]") -> "dict[str, npt.NDArray[Any]]":
        """`cell`, the rows `n` and each aggregate of `wanted` for the cells of the dimensions that have rows."""
        from sqlglot import exp

        asked = {"n": exp.Count(this=exp.Star()), **wanted}
        inner = exp.select(exp.alias_(self.cell(names), "cell", quoted=True), "*").from_(exp.to_table(self.name))
        query = exp.select(exp.column("cell", quoted=True), *(exp.alias_(e, n, quoted=True) for n, e in asked.items()))
        return self._answer(query.from_(inner.subquery("coded")).group_by(exp.column("cell", quoted=True)))

    def measure(self, at: int) -> "npt.NDArray[Any]":
        """The values of a measure, in the order of the rows; a masked array where some are missing."""
        return self._amounts.of(at, lambda: self._measure(at))

    def _measure(self, at: int) -> "npt.NDArray[Any]":
        from sqlglot import exp

        query = exp.select(exp.column(f"m{at}", quoted=True)).from_(exp.to_table(self.name))
        return self._answer(query)[f"m{at}"]

    def cells(self, names: Sequence[str]) -> "Ints":
        """The cell of each row, in the order of the rows."""
        from sqlglot import exp

        query = exp.select(exp.alias_(self.cell(names), "cell", quoted=True)).from_(exp.to_table(self.name))
        return self._answer(query)["cell"]

    def _answer(self, query: "exp.Expression") -> "dict[str, npt.NDArray[Any]]":
        con = _cursor()
        try:
            found = cast("dict[str, npt.NDArray[Any]]", con.execute(query.sql("duckdb")).fetchnumpy())
        finally:
            con.close()
        return found


def _cursor() -> "DuckDBPyConnection":
    """A connection of its own to the engine, on which small numbers are counted in arrays."""
    con: DuckDBPyConnection = engine().con.cursor()
    con.execute(f"SET perfect_ht_threshold = {PERFECT_BITS}")
    return con


def coded(
    table: Table, values: Mapping[str, Values], times: Sequence[tuple[str, Periods]], days: Sequence[dt.date]
) -> Coded:
    """Write the rows of `table` as codes: the categories of `values`, and the days and periods of `times`.

    `times` are periods of one column, each with the name of its dimension; without any, days are left out.
    """
    columns = {name: f"c{at}" for at, name in enumerate(values)}
    books = {name: _book(columns[name], known) for name, known in values.items()}
    measures = tuple(column.name for column in table.schema.of(Role.MEASURE))
    rows = table.expr
    kept: dict[str, ir.Value] = {f"v:{columns[name]}": rows[name].cast("string") for name in values}
    kept |= {f"m{at}": _number(rows[name]) for at, name in enumerate(measures)}
    if times:
        columns |= {DATE: "t", **{key: f"t{at}" for at, (key, _) in enumerate(times)}}
        books[DATE] = _calendar(days, [time for _, time in times])
        kept |= {"v:t": rows[times[0][1].column].cast("timestamp").cast("date")}
    joined = cut = rows.select(**kept) if kept else rows.select(rows[ROW])  # of identifiers alone there are rows
    for name, book in books.items():
        joined = joined.left_join(book, cut[f"v:{columns[name]}"] == book[f"key:{columns[name]}"])
    codes = {column: _or_missing(joined[column]) for column in columns.values()}
    numbers = {f"m{at}": joined[f"m{at}"] for at in range(len(measures))}
    name = fresh_name("coded")
    made = engine().create_table(name, joined.select(**codes, **numbers) if codes else cut)
    for book in books.values():
        engine().drop_table(book.op().name)
    known = {**values, **({DATE: tuple(days)} if times else {}), **{key: time.starts for key, time in times}}
    found = Coded(name, int(made.count().to_pyarrow().as_py()), known, columns, measures)
    weakref.finalize(found, _drop, name).atexit = False  # the engine goes with the process
    return found


def _drop(name: str) -> None:
    from sqlglot import exp

    con = engine().con.cursor()  # of its own, since the collector may run in the midst of another answer
    con.execute(exp.Drop(this=exp.to_table(name), kind="TABLE", exists=True).sql("duckdb"))
    con.close()


def _book(column: str, values: Values) -> "ir.Table":
    """A table of texts with their codes, in the smallest type that holds them."""
    import pyarrow as pa

    codes = pa.array(range(1, len(values) + 1), _kind(len(values)))
    return engine().create_table(
        fresh_name("book"), pa.table({f"key:{column}": pa.array(values, pa.string()), column: codes})
    )


def _calendar(days: Sequence[dt.date], times: Sequence[Periods]) -> "ir.Table":
    """A table of days with their codes and those of the periods that they lie in."""
    import numpy as np
    import pyarrow as pa

    columns = {"key:t": pa.array(days, pa.date32()), "t": pa.array(range(1, len(days) + 1), _kind(len(days)))}
    for at, time in enumerate(times):
        columns[f"t{at}"] = pa.array(1 + np.array(place(time, days)), _kind(len(time.starts)))
    return engine().create_table(fresh_name("book"), pa.table(columns))


def place(time: Periods, days: Sequence[dt.date]) -> "Ints":
    """The period that each day lies in, from 0 on; days have to lie in periods."""
    import numpy as np

    starts, asked = (np.array(some, dtype="datetime64[D]") for some in (time.starts, days))
    return np.searchsorted(starts, asked, side="right") - 1


def _kind(size: int) -> "Any":
    import pyarrow as pa

    return pa.uint8() if size < 2**8 else pa.uint16() if size < 2**16 else pa.uint32()


def _or_missing(code: "ir.Value") -> "ir.Value":
    import ibis

    return ibis.coalesce(code, ibis.literal(0, code.type().copy(nullable=False)))


def _number(measure: "ir.Value") -> "ir.Value":
    """The measure in a type that ranks as it did: whole numbers stay what they are."""
    return measure if measure.type().is_integer() or measure.type().is_float64() else measure.cast("float64")
