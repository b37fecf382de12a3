"""PostgreSQL as Ibis speaks to it, with what it needs to answer as the engine of this process does.

Knows operations of Ibis.  Three things differ: a yes or no is no whole number there before it is a small one, texts
are ordered by the rules of a language, and a sum of whole numbers is a decimal.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import ibis
from ibis.backends.postgres import Backend
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from dongcha.data.engine import fresh_name

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def convert_to(text: str, encoding: str) -> bytes:  # type: ignore[empty-body]
    """PostgreSQL's own function: the bytes of a text."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def text(value: str) -> str:  # type: ignore[empty-body]
    """PostgreSQL's own conversion, for what Ibis takes for a text already."""


class Session(Backend):  # type: ignore[misc]
    """A connection whose queries give what they would give here."""

    def compile(self, expr: "ir.Expr", /, **how: Any) -> str:
        """The SQL of an expression."""
        return str(super().compile(expr.op().replace(_answered).to_expr(), **how))

    def to_pyarrow_batches(
        self, expr: "ir.Expr", /, *, params: Any = None, limit: Any = None, chunk_size: int = 100_000, **_: Any
    ) -> "pa.RecordBatchReader":
        """The rows as batches of Arrow, read through a cursor of the server, decimals as plain numbers."""
        import pyarrow as pa

        self._run_pre_execute_hooks(expr)
        schema, query = expr.as_table().schema(), self.compile(expr, limit=limit, params=params)

        def batches() -> "Iterator[pa.RecordBatch]":
            kind = schema.as_struct().to_pyarrow()
            with self.con.transaction(), self.con.cursor(name=fresh_name("dongcha")) as cursor:
                cursor.adapters.register_loader("numeric", _Plain)
                cursor.execute(query)
                while rows := cursor.fetchmany(chunk_size):
                    yield pa.RecordBatch.from_struct_array(pa.array(rows, type=kind))

        return pa.RecordBatchReader.from_batches(schema.to_pyarrow(), batches())


class _Plain(Loader):
    """A decimal as the whole number that it is, or as a float."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


def session_of(expr: "ir.Table") -> "ir.Table":
    """A table expression of another connection of Ibis, asked through a session of ours over the same connection."""
    own = Session.from_connection(expr.get_backend().con)

    def moved(node: "ops.Node", changed: "dict[str, Any] | None") -> "ops.Node":
        node = node.__recreate__(changed) if changed else node
        return node.copy(source=own) if isinstance(node, ops.DatabaseTable) else node

    return cast("ir.Table", expr.op().replace(moved).to_expr())


def worded(expr: "ir.Table") -> "ir.Table":
    """A table of a server with its enumerated values as texts."""
    node = expr.op()
    if not isinstance(node, ops.DatabaseTable):
        return expr
    query = (
        "SELECT a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE t.typtype = 'e' AND c.relname = %s AND n.nspname = coalesce(%s, current_schema())"
    )
    found = expr.get_backend().con.execute(query, (node.name, node.namespace.database)).fetchall()
    return expr.mutate(**{name: text(expr[name]) for (name,) in found}) if found else expr


def _answered(node: "ops.Node", changed: "dict[str, Any] | None") -> "ops.Node":
    node = node.__recreate__(changed) if changed else node
    if isinstance(node, ops.Cast) and node.arg.dtype.is_boolean() and node.to.is_numeric():
        return ops.Cast(ops.Cast(node.arg, dt.int32), node.to) if not node.to.is_int32() else node
    if isinstance(node, ops.SortKey) and node.arg.dtype.is_string():
        return ops.SortKey(convert_to(node.arg.to_expr(), "UTF8").op(), node.ascending, node.nulls_first)
    return node
