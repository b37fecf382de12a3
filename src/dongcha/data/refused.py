"""Say what a database refuses in a sentence of ours.

Knows the errors of the drivers that this process has loaded, and loads none.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dongcha.core.errors import DataError, DongchaError, StorageError
from dongcha.data.engine import first_line

_RIGHTS = "42501"
"""SQLSTATE of a right that is wanting."""


def failures() -> tuple[type[BaseException], ...]:
    """The errors that the loaded drivers and Ibis raise."""
    names = (
        ("psycopg", "Error"),
        ("pyspark.errors", "PySparkException"),
        ("py4j.protocol", "Py4JError"),
        ("ibis.common.exceptions", "IbisError"),
    )
    loaded = ((sys.modules.get(module), name) for module, name in names)
    return tuple(getattr(module, name) for module, name in loaded if module)


@contextmanager
def asking(shown: str) -> Iterator[None]:
    """Raise the errors of a database as `StorageError` where it is not there, as `DataError` where it refuses."""
    try:
        yield
    except failures() as error:
        raise refusal(shown, error) from None


def refusal(shown: str, error: BaseException) -> DongchaError:
    """What a database says, as an error of ours."""
    psycopg = sys.modules.get("psycopg")
    said = first_line(error)
    if getattr(error, "sqlstate", None) == _RIGHTS:
        return DataError(f"{shown} cannot be read: {said}; ask its owner for the right to SELECT")
    if psycopg and isinstance(error, psycopg.OperationalError):
        return StorageError(f"{shown} cannot be reached: {said}; check the address, that the server runs, and the user")
    return DataError(f"{shown} cannot be read: {said}; read a view with plain columns, or bring it as a file")
