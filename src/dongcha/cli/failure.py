"""What the command line says of an error: one sentence, whatever the machine or the user did.

Knows errors by their types, loads nothing.  What is not listed here is a defect of ours and keeps its traceback.
"""

import sys

from dongcha.core.errors import DongchaError
from dongcha.core.files import reason


def expected() -> tuple[type[BaseException], ...]:
    """The errors that are no defect: ours, a file's, a database's, and the table engine's want of memory or disk."""
    duckdb, database = sys.modules.get("duckdb"), sys.modules.get("dongcha.data.refused")
    found = (duckdb.OutOfMemoryException, duckdb.IOException) if duckdb else ()
    lost = database.failures() if database else ()
    return (DongchaError, OSError, MemoryError, *found, *lost)


def interrupted(error: BaseException) -> bool:
    """Whether the table engine reports that a person pressed Ctrl-C."""
    return isinstance(error.__cause__, KeyboardInterrupt) or isinstance(error.__context__, KeyboardInterrupt)


def sentence(error: BaseException) -> str:
    """The error in one line."""
    if isinstance(error, DongchaError):
        said = str(error)
    elif isinstance(error, OSError):
        said = f"cannot use {str(error.filename or 'the output')!r}: {reason(error)}"
    elif isinstance(error, MemoryError):
        said = "there is not enough memory; bring fewer rows or columns"
    elif isinstance(error, sys.modules["dongcha.data.refused"].failures()):
        from dongcha.data.refused import refusal

        said = str(refusal("the table", error))
    else:
        from dongcha.data.engine import engine_error

        said = str(engine_error("the work", error))
    return " ".join(said.split())
