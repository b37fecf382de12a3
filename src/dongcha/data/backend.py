"""Which backend the rows of a table lie in, and what is not the same in all of them.

Knows Ibis backends by name.  `here` brings rows to the engine of this process for what can only be done there.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.engine import dialect, from_arrow, served
from dongcha.data.refused import asking
from dongcha.data.schema import ROW
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir

MOST_AT_HAND = 100_000
"""Rows that are brought for what can only be done here: texts, bins, halves of the data."""

MOST_BROUGHT = 5_000_000
"""Rows that `here` brings at most."""


def here(table: Table, wanted: str) -> Table:
    """The table in the engine of this process: itself, or a copy of its rows with a note that they were brought.

    `wanted` says what for, in an error.  Raises `DataError` where there are more than 5,000,000 rows.
    """
    if not served(table.expr):
        return table
    with asking(repr(table.name)):
        rows = table.rows
        if rows > MOST_BROUGHT:
            raise DataError(
                f"{wanted} works on this machine, and {table.name!r} has {rows:,} rows in its database, more than "
                f"{MOST_BROUGHT:,}; read a view with fewer rows"
            )
        brought = table.expr.select(ROW, *table.schema.names).to_pyarrow()
    note = Words(f"{rows:,} rows were brought from the database", f"已从数据库取回 {rows:,} 条记录")
    return replace(table, expr=from_arrow(brought), notes=(*table.notes, note))


def at_hand(table: Table) -> Table:
    """The rows in the engine of this process: the table itself, or a copy of all or of about 100,000 of its rows.

    Of more, rows are chosen by a hash of their number.
    """
    if not served(table.expr):
        return table
    rows, expr = table.rows, table.expr
    if rows > MOST_AT_HAND:
        expr = expr.filter((expr[ROW] * 2_654_435_761) % 4_294_967_296 < 4_294_967_296 * MOST_AT_HAND // rows)
    return replace(table, expr=from_arrow(expr.select(ROW, *table.schema.names).to_pyarrow()))


def in_byte_order(expr: "ir.Table") -> "ir.Table":
    """The same rows, with texts ordered by their bytes also where a database would order them by a language's rules."""
    if dialect(expr) != "postgres":
        return expr
    import ibis
    from ibis.expr import operations as ops

    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def convert_to(text: str, encoding: str) -> bytes:  # type: ignore[empty-body]
        """PostgreSQL's own function."""

    def ordered(node: "ops.Node", changed: "dict[str, object] | None") -> "ops.Node":
        if changed:
            node = node.__recreate__(changed)
        if isinstance(node, ops.SortKey) and node.arg.dtype.is_string():
            return ops.SortKey(convert_to(node.arg.to_expr(), "UTF8").op(), node.ascending, node.nulls_first)
        return node

    return cast("ir.Table", expr.op().replace(ordered).to_expr())
