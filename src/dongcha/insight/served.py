"""The same questions as `coded.py` answers, asked of another backend: PostgreSQL, Spark, whatever Ibis speaks to.

Nothing is written there.  The server groups the values as they are, and only groups come over; they get codes here.
Ranks by category are summed there too (`percent_rank`).  A correlation of ranks needs two measures side by side: of the
measures, and of nothing else, the rows come over, at most 20 million numbers; of more, rows are drawn at random.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from dongcha.data.periods import Periods, truncated
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight import facts
from dongcha.insight.coded import DATE
from dongcha.insight.facts import Values
from dongcha.insight.ranks import Names, Ranks, Summing

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Array = npt.NDArray[Any]
    Ints = npt.NDArray[np.int64]

MOST_NUMBERS = 20_000_000
"""Numbers of measures that are brought for correlations."""

MOST_GROUPS = 1 << 16
"""Groups that one query may give."""


@dataclass(frozen=True, eq=False)
class Served:
    """A table of a backend: `data` has the dimensions as texts and dates (`d0`, …) and the measures (`m0`, …)."""

    data: "ir.Table"
    rows: int
    values: Mapping[str, Values]
    columns: Mapping[str, str]
    measures: tuple[str, ...]
    _brought: "list[Array]" = field(default_factory=list)

    def size(self, names: Sequence[str]) -> int:
        """How many cells the dimensions have together, the missing values among them."""
        return facts.size(self.values, names)

    def counted(self, names: Sequence[str]) -> "dict[str, Array]":
        """`cell` and the rows `n` of the cells that have rows."""
        return self._grouped(self.data, names, {})

    def averaged(self, names: Sequence[str]) -> "dict[str, Array]":
        """The same with `n0`, `mean0` and `var0`, … of each measure."""
        wanted: dict[str, ir.Value] = {}
        for at in range(len(self.measures)):
            number = self.data[f"m{at}"].cast("float64")
            wanted |= {f"n{at}": number.count(), f"mean{at}": number.mean(), f"var{at}": number.var(how="pop")}
        return self._grouped(self.data, names, wanted)

    def ranked(self, names: Sequence[str]) -> "dict[str, Array]":
        """`cell` and `n`, with the sums of each measure's ranks (0..1) and of their squares: `rank0`, `square0`, …"""
        import ibis

        ranks: dict[str, ir.Value] = {}
        for at in range(len(self.measures)):
            number = self.data[f"m{at}"]
            rank = ibis.percent_rank().over(ibis.window(order_by=number))
            ranks[f"r{at}"] = ibis.ifelse(number.isnull(), 0.0, rank)
        rows = self.data.select(*(self.columns[name] for name in names), **ranks)
        wanted: dict[str, ir.Value] = {}
        for at in range(len(self.measures)):
            rank = cast("ir.NumericColumn", rows[f"r{at}"])
            wanted |= {f"rank{at}": rank.sum(), f"square{at}": (rank * rank).sum()}
        return self._grouped(rows, names, wanted)

    def measure(self, at: int) -> "Array":
        """The values of a measure; the rows of all measures come over when the first is asked for."""
        if not self._brought:
            self._brought.extend(_masked(column) for column in self._numbers())
        return self._brought[at]

    def _numbers(self) -> "list[pa.ChunkedArray]":
        import ibis
        import pyarrow as pa

        names = [f"m{at}" for at in range(len(self.measures))]
        wanted = self.data.select(*names)
        most = MOST_NUMBERS // max(1, len(names))
        if self.rows > most:
            wanted = wanted.filter(ibis.random() < most / self.rows)
        reader = wanted.to_pyarrow_batches(chunk_size=100_000)
        return list(pa.Table.from_batches(list(reader), reader.schema).columns)

    def _grouped(self, rows: "ir.Table", names: Sequence[str], wanted: "Mapping[str, ir.Value]") -> "dict[str, Array]":
        import numpy as np

        keys = [self.columns[name] for name in names]
        asked: dict[str, ir.Value] = {"n": rows.count(), **wanted}
        found = (rows.group_by(*keys).agg(**asked) if keys else rows.aggregate(**asked)).to_pyarrow()
        cells: Ints = np.zeros(found.num_rows, dtype=np.int64)
        for name, key in zip(names, keys, strict=True):
            code = {value: at for at, value in enumerate(self.values[name], 1)}
            # What has come since the values were listed counts as not known.
            codes = [code.get(value, 0) for value in found.column(key).to_pylist()]
            cells = cells * (len(code) + 1) + np.array(codes, dtype=np.int64)
        return {"cell": cells, **{name: _masked(found.column(name)) for name in asked}}


def on_server(served: Served) -> Summing:
    """Sums over ranks that the server works out, a query a block."""

    def summed(_: Ranks, blocks: Sequence[Names]) -> "list[Array]":
        import numpy as np

        made = []
        for block in blocks:
            found, cells = served.ranked(block), served.size(block)
            keys = [f"{what}{at}" for at in range(len(served.measures)) for what in ("rank", "square")]
            made.append(np.array([np.bincount(found["cell"], np.ma.filled(found[key], 0.0), cells) for key in keys]))
        return made

    return summed


def served_facts(
    table: Table, values: Mapping[str, Values], times: Sequence[tuple[str, Periods]], days: Sequence[dt.date]
) -> Served:
    """The dimensions and measures of `table` as `coded` takes them, in the backend that holds the rows."""
    rows = table.expr
    columns: dict[str, str] = {}
    kept: dict[str, ir.Value] = {}
    known = dict(values)
    for name in values:
        columns[name] = f"d{len(columns)}"
        kept[columns[name]] = rows[name].cast("string")
    if times:
        known |= {DATE: tuple(days), **{key: time.starts for key, time in times}}
        columns |= {name: f"d{len(columns) + at}" for at, name in enumerate([DATE, *(key for key, _ in times)])}
        kept[columns[DATE]] = rows[times[0][1].column].cast("timestamp").cast("date")
        kept |= {columns[key]: truncated(rows, time.column, time.grain) for key, time in times}
    measures = tuple(column.name for column in table.schema.of(Role.MEASURE))
    kept |= {f"m{at}": rows[name] for at, name in enumerate(measures)}
    counted = int(rows.count().to_pyarrow().as_py())
    return Served(rows.select(**kept) if kept else rows.select(rows.columns[0]), counted, known, columns, measures)


def _masked(column: "pa.ChunkedArray") -> "Array":
    """Numbers as an array, masked where some are missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    missing = column.is_null().to_numpy()
    if not missing.any():
        return cast("Array", column.to_numpy())
    plain = pc.fill_null(column, pa.scalar(0, column.type)).to_numpy()
    return cast("Array", np.ma.masked_array(plain, missing))
