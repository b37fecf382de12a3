"""The engine behind tables: one DuckDB in this process, reached through Ibis.

Knows memory, threads and spilling.  Knows nothing of file formats or roles.
"""

import atexit
import shutil
import tempfile
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from dongcha.core.settings import setting, thread_count

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

_numbers = count(1)


@cache
def engine() -> "Backend":
    """The engine of this process.  It spills to a temporary folder that is removed at exit."""
    import ibis

    spill = tempfile.mkdtemp(prefix="dongcha-")
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    return ibis.duckdb.connect(
        temp_directory=spill,
        memory_limit=f"{int(setting('memory_limit_mb'))}MB",
        threads=thread_count(),
        autoinstall_known_extensions=False,
    )


def fresh_name(stem: str) -> str:
    """A name for a table or view that is not yet in use in this process."""
    return f"{stem}_{next(_numbers)}"


def from_arrow(rows: "pa.Table") -> "ir.Table":
    """The rows as a table of the engine."""
    return engine().create_table(fresh_name("arrow"), rows)
