"""Bring rows of a table that lies in a database to the engine of this process, for what can only be done here.

Knows how many rows may come.  Knows nothing of the database.
"""

from dataclasses import replace

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.engine import from_arrow, served
from dongcha.data.refused import asking
from dongcha.data.schema import ROW
from dongcha.data.table import Table

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
        brought = table.numbered.select(ROW, *table.schema.names).to_pyarrow()
    note = Words(f"{rows:,} rows were brought from the database", f"已从数据库取回 {rows:,} 条记录")
    return replace(table, expr=from_arrow(brought), notes=(*table.notes, note))


def at_hand(table: Table) -> Table:
    """The rows in the engine of this process: the table itself, or a copy of all or of about 100,000 of its rows.

    Of more, rows are chosen by a hash of their number.
    """
    if not served(table.expr):
        return table
    rows, expr = table.rows, table.numbered
    if rows > MOST_AT_HAND:
        expr = expr.filter((expr[ROW] * 2_654_435_761) % 4_294_967_296 < 4_294_967_296 * MOST_AT_HAND // rows)
    return replace(table, expr=from_arrow(expr.select(ROW, *table.schema.names).to_pyarrow()))
