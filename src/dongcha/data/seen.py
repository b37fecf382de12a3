"""The different values of a text column, with how often each is there: what is asked of all rows is asked of few.

Knows texts and how often they are there.  Knows nothing of what is asked.
"""

from collections.abc import Sequence
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
AT_ONCE = 40
"""Columns that are grouped by one query."""


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


@dataclass(frozen=True, slots=True)
class Groups:
    """The different values of the columns `names` in one table `rows`, the first seen of each column first.

    A row is the place `at` of a column in `asked`, a `value` of it, and how `many` rows of the table have it.
    """

    rows: "ir.Table"
    asked: tuple[str, ...]
    names: tuple[str, ...]

    def of(self, name: str) -> "ir.Table":
        """The values of one column."""
        return self.rows.filter(self.rows.at == self.asked.index(name))

    def drop(self) -> None:
        """Forget the table."""
        engine().drop_table(self.rows.op().name)


def grouped(expr: "ir.Table", names: Sequence[str]) -> Groups:
    """The groups of the columns `names`; left out are those that have more than `MOST`."""
    import ibis

    parts = []
    for at, name in enumerate(names):
        groups = expr.group_by(value=expr[name]).agg(many=expr.count(), first=expr[ROW].min())
        parts.append(groups.limit(MOST + 1).mutate(at=ibis.literal(at, "int32")))
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    made = engine().create_table(fresh_name("seen"), every.order_by("at", "first"))
    sizes = made.group_by("at").agg(n=made.count()).to_pyarrow().to_pydict()
    kept = {at for at, n in zip(sizes["at"], sizes["n"], strict=True) if n <= MOST}
    return Groups(made, tuple(names), tuple(name for at, name in enumerate(names) if at in kept))


def few(expr: "ir.Table", names: list[str], sampled: "ir.Table") -> list[Groups]:
    """The groups of the columns whose values repeat, by what a sample of the rows says."""
    asked = {str(at): sampled[name].nunique() for at, name in enumerate(names)}
    different = sampled.aggregate(**asked).to_pyarrow().to_pylist()[0]
    repeat = [name for at, name in enumerate(names) if different[str(at)] <= FEW]
    return [grouped(expr, repeat[at : at + AT_ONCE]) for at in range(0, len(repeat), AT_ONCE)]
