"""The engine behind tables: one DuckDB in this process, reached through Ibis.

Knows memory, threads and spilling.  Knows nothing of file formats or roles.
"""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from dongcha.core.errors import DataError, StorageError
from dongcha.core.settings import setting, thread_count

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

SHOWN = {"postgres": "PostgreSQL", "pyspark": "Spark", "duckdb": "DuckDB"}
"""How people call the backends that have been tried; others that Ibis knows may work."""

_numbers = count(1)
_naming = threading.Lock()


@cache
def engine() -> "Backend":
    """The engine of this process.  It spills to a temporary folder that is removed at exit."""
    import duckdb
    import ibis

    spill = tempfile.mkdtemp(prefix="dongcha-")
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    made = ibis.duckdb.connect(
        temp_directory=spill,
        memory_limit=f"{int(setting('memory_limit_mb'))}MB",
        threads=thread_count(),
        autoinstall_known_extensions=False,
    )
    with suppress(duckdb.Error):  # in a notebook without its widgets there is no bar, and switching it off is refused
        made.raw_sql("SET enable_progress_bar = false")  # it would write to the output; ours goes to stderr
    return made


@contextmanager
def reading(shown: str) -> Iterator[None]:
    """Raise the engine's errors as ours: `StorageError` for want of memory or disk, `DataError` for bad content."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise engine_error(shown, error) from None
    except duckdb.Error as error:
        raise DataError(f"{shown} cannot be read: {first_line(error)}; mend it or write it anew") from None


def engine_error(shown: str, error: BaseException) -> StorageError:
    """A sentence for an error of the engine that the machine caused, not the data."""
    if "memory" in str(error).lower():
        limit = int(setting("memory_limit_mb"))
        return StorageError(
            f"{shown} needs more memory than the table engine may use ({limit:,} MB); raise DONGCHA_MEMORY_LIMIT_MB, "
            "or bring fewer rows or columns"
        )
    return StorageError(f"{shown} cannot be used: {first_line(error)}; check the disk and the rights of its folder")


def first_line(error: BaseException) -> str:
    r"""What the engine says, without its suggestions.

    >>> first_line(ValueError("Invalid Input Error: no such byte.\nTry again"))
    'no such byte'
    """
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return said.removeprefix("Invalid Input Error: ").removeprefix("IO Error: ").rstrip(".;: ")


def fresh_name(stem: str) -> str:
    """A name for a table or view that is not yet in use in this process."""
    return f"{stem}_{next(_numbers)}"


def from_arrow(rows: "pa.Table") -> "ir.Table":
    """The rows as a table of the engine."""
    return engine().create_table(fresh_name("arrow"), rows)


def worded(query: "ir.Table", names: Iterable[str]) -> str:
    """DuckDB's SQL of a query over columns called `names`: laid out in lines, but where a name has a line end itself.

    SQLGlot indents every line, those within a name too, which would make it another name.
    """
    import ibis

    return str(ibis.to_sql(query, dialect="duckdb", pretty=not any("\n" in name for name in names)))


@contextmanager
def named(name: str, rows: "ir.Table") -> "Iterator[duckdb.DuckDBPyConnection]":
    """The connection of the engine, on which the rows are a view called `name` within the block, one block at a time.

    It is the engine's own connection because no other sees the temporary views that rows of a file are read by.
    """
    from sqlglot import exp, parse_one

    body = parse_one(str(engine().compile(rows)), dialect="duckdb")
    only_here = exp.Properties(expressions=[exp.TemporaryProperty()])
    table = exp.Table(this=exp.to_identifier(name, quoted=True))
    view = exp.Create(this=table, kind="VIEW", expression=body, properties=only_here)
    con = engine().con
    with _naming:
        con.execute(view.sql("duckdb"))
        try:
            yield con
        finally:
            con.execute(exp.Drop(this=table.copy(), kind="VIEW").sql("duckdb"))


def is_stored(rows: "ir.Table") -> bool:
    """Whether the rows are a table of the engine as it lies there, no view and nothing computed."""
    from ibis.expr.operations import DatabaseTable

    node = rows.op()
    if type(node) is not DatabaseTable:
        return False
    found = engine().con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [node.name]).fetchall()
    return bool(found)


def served(expr: "ir.Table") -> bool:
    """Whether the rows lie in another backend than the engine of this process."""
    return bool(expr.get_backend() is not engine())


def dialect(expr: "ir.Table") -> str:
    """The name of the backend, which is that of its SQL: `duckdb`, `postgres`, `pyspark`, …"""
    return str(expr.get_backend().name)
