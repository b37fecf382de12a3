"""Labels as a file that `dongcha train` reads: CSV or Parquet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, DataError
from dongcha.core.files import atomic_file, check_writable
from dongcha.report.export import safe_cell

ENDINGS = (".csv", ".parquet")


def check_labels(path: Path) -> None:
    """Raise `ConfigError` for another ending, `StorageError` where the file could not be written."""
    if path.suffix.lower() not in ENDINGS:
        raise ConfigError(f"labels are written as {' or '.join(ENDINGS)}, got {path.name!r}")
    check_writable(path)


def write_labels(rows: Sequence[Mapping[str, Any]], path: Path) -> Path:
    """Write them whole or not at all; raises `DataError` where there are none.

    In CSV a cell that a spreadsheet would take as a formula gets an apostrophe; Parquet holds texts as they are.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    check_labels(path)
    if not rows:
        raise DataError("there are no labels to export yet; label some texts first")
    plain = path.suffix.lower() == ".csv"
    table = pa.table({name: [_cell(row[name], plain=plain) for row in rows] for name in rows[0]})
    with atomic_file(path) as temporary:
        if plain:
            csv.write_csv(table, temporary)
        else:
            pq.write_table(table, temporary, compression="zstd")
    return path


def _cell(value: Any, *, plain: bool) -> str:
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return str(safe_cell(text)) if plain else text
