"""The different values of a text column, with how often each is there: what is asked of all rows is asked of few.

Knows one column.  Knows nothing of what is asked.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dongcha.data.engine import engine, fresh_name
from dongcha.data.schema import ROW

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEW = 2_000
"""Different values in a sample up to which a column is grouped."""
MOST = 20_000
"""Different values up to which the groups stand for the rows."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A text column of `rows`; each row stands for `many` rows of the table, or for itself where that is None."""

    rows: "ir.Table"
    text: "ir.StringColumn"
    many: "ir.IntegerColumn | None" = None

    def count(self, which: "ir.BooleanColumn") -> "ir.IntegerScalar":
        """How many rows of the table `which` holds for."""
        import ibis

        if self.many is None:
            return which.sum()
        return cast("ir.IntegerScalar", ibis.coalesce(self.many.sum(where=which), 0))

    def total(self, which: "ir.BooleanColumn") -> int:
        """The same, as a number."""
        return int(self.rows.aggregate(n=self.count(which)).to_pyarrow().column("n")[0].as_py() or 0)


def grouped(expr: "ir.Table", name: str) -> "ir.Table | None":
    """A table of the different values `value` of a column and their rows `many`, the first seen first.

    None where there are more than `MOST`.
    """
    column = expr[name]
    groups = expr.group_by(value=column).agg(many=expr.count(), first=expr[ROW].min())
    made = engine().create_table(fresh_name("seen"), groups.limit(MOST + 1))
    if int(made.count().to_pyarrow().as_py()) > MOST:
        engine().drop_table(made.op().name)
        return None
    ordered = engine().create_table(fresh_name("seen"), made.order_by("first"))
    engine().drop_table(made.op().name)
    return ordered


def few(expr: "ir.Table", names: list[str], sampled: "ir.Table") -> "dict[str, ir.Table]":
    """The groups of each column whose values repeat, by what a sample of the rows says."""
    asked = {str(at): sampled[name].nunique() for at, name in enumerate(names)}
    different = sampled.aggregate(**asked).to_pyarrow().to_pylist()[0]
    found = {name: grouped(expr, name) for at, name in enumerate(names) if different[str(at)] <= FEW}
    return {name: groups for name, groups in found.items() if groups is not None}
