"""`Table`: rows with a schema, the one type that passes between the rooms.

Knows the expression and the roles.  Knows nothing of files, cleaning or models.
"""

import hashlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from dongcha.core.checks import known
from dongcha.core.words import Words
from dongcha.data.schema import ROW, Column, Role, Schema
from dongcha.data.stated import fitted

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import polars as pl
    import pyarrow as pa


DATA = "data"
"""What the SQL of findings calls the table that is mined."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A table that another was joined to, many to one, with its own rows; its columns are called as in the join.

    Of the `rows` rows of the table `parent`, `present` have a key and `matched` find it here.
    """

    table: "Table"
    source: str  # the file, as a person named it
    parent: str
    on: tuple[tuple[str, str], ...]  # columns of the parent's file, each with the column of this one that it equals
    rows: int
    present: int
    matched: int
    declared: bool = False

    @property
    def name(self) -> str:
        """What the table is called."""
        return self.table.name


@dataclass(frozen=True, slots=True)
class Table:
    """A lazy Ibis expression with roles; the expression also holds the hidden columns of `schema.py`.

    `notes` say what was assumed while reading (encoding, delimiter, date order, …), for a person to check.  `joined`
    are the tables that were joined to it, each with its own rows.
    """

    expr: "ir.Table"
    schema: Schema
    name: str = "table"
    notes: tuple[Words, ...] = ()
    joined: tuple[Joined, ...] = ()
    view: str = DATA  # what the SQL of its findings calls it
    made: str = ""  # of a join: the statement that makes that view of the files

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.expr.count().to_pyarrow().as_py())

    @property
    def numbered(self) -> "ir.Table":
        """The expression with `ROW`; a table that lies in a database gets it only where it is asked for."""
        import ibis

        return self.expr if ROW in self.expr.columns else self.expr.mutate(**{ROW: ibis.row_number()})

    def with_roles(self, roles: Mapping[str, Role | str | None]) -> "Table":
        """The same rows with roles that a person stated: `table.with_roles({"amount": "measure"})`.

        A column that the role needs in another type is converted; raises `DataError` where it cannot be.
        """
        stated = {
            name: Role(known("role", role, [r.value for r in Role])) if role else None for name, role in roles.items()
        }
        return replace(self, schema=self.schema.with_roles(stated))._fitted(stated)

    def _fitted(self, stated: Mapping[str, Role | None]) -> "Table":
        """The table with each column of a stated role in the type that the role needs."""
        table = self
        for name, role in stated.items():
            found = fitted(table.expr, name, role) if role else None
            if found is not None:
                value, kind, said = found
                column = replace(table.schema[name], type=kind)
                notes = [Words(f"Column {name!r}: {note.en}", f"列「{name}」：{note.zh}") for note in said]
                table = table.with_column(table.expr.mutate(**{name: value}), column)
                table = replace(table, notes=(*table.notes, *notes))
        return table

    def with_expr(self, expr: "ir.Table") -> "Table":
        """The same columns over other rows."""
        return replace(self, expr=expr)

    def with_note(self, note: Words) -> "Table":
        """The table with one more note."""
        return replace(self, notes=(*self.notes, note))

    def with_column(self, expr: "ir.Table", column: Column) -> "Table":
        """The table over `expr`, which holds the new or replaced `column`."""
        return replace(self, expr=expr, schema=self.schema.with_column(column))

    def values(self, *names: str) -> "pa.Table":
        """`ROW` and the named columns in row order, as Arrow: an edge where data leaves the engine."""
        for name in names:
            self.schema[name]
        return cast("pa.Table", self.numbered.select(ROW, *names).order_by(ROW).to_pyarrow())

    def texts(self, name: str) -> list[str]:
        """The values of a text column in row order, missing ones as the empty string, lists of words joined."""
        found = cast("Sequence[str | list[str | None] | None]", self.values(name).column(name).to_pylist())
        return [as_text(value) for value in found]

    def batches(self, *names: str, size: int = 20_000) -> "Iterator[pa.RecordBatch]":
        """`ROW` and the named columns in row order, at most `size` rows at a time."""
        reader = self.numbered.select(ROW, *names).order_by(ROW).to_pyarrow_batches(chunk_size=size)
        while True:
            with warnings.catch_warnings():  # Ibis calls a DuckDB function by its older name
                warnings.simplefilter("ignore", DeprecationWarning)
                batch = next(reader, None)
            if batch is None:
                return
            yield batch

    def to_arrow(self) -> "pa.Table":
        """The visible columns in row order, as Arrow."""
        return cast("pa.Table", self.numbered.order_by(ROW).select(*self.schema.names).to_pyarrow())

    def to_pandas(self) -> "pd.DataFrame":
        """The visible columns in row order, as pandas."""
        return cast("pd.DataFrame", self.to_arrow().to_pandas())

    def to_polars(self) -> "pl.DataFrame":
        """The visible columns in row order, as Polars."""
        import polars as pl

        return cast("pl.DataFrame", pl.from_arrow(self.to_arrow()))

    def fingerprint(self) -> str:
        """A hash of the visible columns' names, types, roles and values: the same content gives the same text.

        The order of the rows does not count.  20 hexadecimal digits.
        """
        hashed = self.expr.select(*self.schema.names)
        row = hashed.select(h=_row_hash(hashed))
        low, high = row.h % 2_147_483_647, (row.h // 2_147_483_647) % 2_147_483_647
        total = row.aggregate(n=row.count(), low=low.sum(), high=high.sum()).to_pyarrow().to_pylist()
        head = [(c.name, c.type, c.role) for c in self.schema]
        return hashlib.sha256(repr((head, total)).encode()).hexdigest()[:20]


def as_text(value: "str | list[str | None] | None") -> str:
    """A text, or a list of words as one.

    >>> as_text(["a", "b"]), as_text(None)
    ('a b', '')
    """
    return " ".join(word or "" for word in value) if isinstance(value, list) else value or ""


def _row_hash(expr: "ir.Table") -> "ir.IntegerValue":
    import ibis

    cells = [ibis.coalesce(expr[name].cast("string"), "\x1e") for name in expr.columns]
    return cast("ir.IntegerValue", ibis.literal("\x1f").join(cells).hash())
