"""`read`: where rows come from.

Knows the kinds of sources and which reader each needs.  What had to be assumed is kept in `Table.notes`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from dongcha.core.errors import DataError, StorageError
from dongcha.core.words import Words
from dongcha.data.delimited import read_delimited, unique
from dongcha.data.engine import engine, fresh_name, from_arrow
from dongcha.data.roles import infer
from dongcha.data.schema import RAW, ROW, Role
from dongcha.data.table import Table
from dongcha.data.types import typed

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    Source: TypeAlias = str | Path | pd.DataFrame | pl.DataFrame | pa.Table

DELIMITED = (".csv", ".tsv", ".txt", ".tab")
JSON = (".json", ".jsonl", ".ndjson")
READS = (*DELIMITED, *JSON, ".parquet", ".arrow", ".feather")


def read(
    source: "Source",
    *,
    roles: Mapping[str, Role | str | None] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """The rows of a file, of all files that a pattern matches, or of a pandas, Polars or Arrow table.

    `roles` states what columns are for; the rest is inferred.  `encoding` and `delimiter` are for delimited text.
    Raises `StorageError` for a file that is not there, `DataError` for one that cannot be read.
    """
    if not isinstance(source, str | Path):
        rows, name, notes = _frame(source), "table", list[Words]()
    else:
        files = _files(str(source))
        parts = [_file(file, encoding, delimiter) for file in files]
        rows, name = _together([part for part, _ in parts], files), files[0].stem
        notes = [note for _, said in parts for note in said]
    texts = [c for c, kind in rows.schema().items() if kind.is_string()]
    rows, read_as, assumed = typed(rows, texts)
    types = {c: read_as.get(c) or _duckdb_type(rows, c) for c in rows.columns if c != ROW}
    rows = engine().create_table(fresh_name("table"), rows.order_by(ROW))
    table = Table(rows, infer(rows, types), name, (*notes, *assumed))
    return table.with_roles(roles) if roles else table


def _files(pattern: str) -> list[Path]:
    path = Path(pattern).expanduser()
    if path.is_dir():
        raise StorageError(f"{pattern!r} is a folder; name a file, or a pattern such as {pattern.rstrip('/')}/*.csv")
    files = [path] if path.exists() else sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    if not files:
        near = sorted(path.parent.glob("*")) if path.parent.is_dir() else []
        names = ", ".join(repr(p.name) for p in near if p.suffix in READS)[:200]
        raise StorageError(f"there is no file {pattern!r}" + (f"; the folder holds {names}" if names else ""))
    for file in files:
        if file.suffix.lower() not in READS:
            raise DataError(f"{file.name!r} is of no kind that Dongcha reads: {', '.join(READS)}")
        if not file.stat().st_size:
            raise DataError(f"{file.name!r} is empty; it needs a header line and at least one row")
    return files


def _file(path: Path, encoding: str | None, delimiter: str | None) -> "tuple[ir.Table, list[Words]]":
    import duckdb
    import ibis
    import pyarrow as pa
    from pyarrow import feather

    kind = path.suffix.lower()
    if kind in DELIMITED:
        return read_delimited(path, encoding=encoding, delimiter=delimiter)
    try:
        if kind == ".parquet":
            rows = engine().read_parquet(str(path), table_name=fresh_name("parquet"))
        elif kind in JSON:
            rows = engine().read_json(str(path), table_name=fresh_name("json"))
        else:
            return _frame(feather.read_table(path)), []
        return rows.mutate(**{ROW: ibis.row_number()}), []
    except (duckdb.Error, pa.ArrowException) as error:
        raise DataError(f"{path.name!r} cannot be read as {kind[1:]}: {str(error).splitlines()[0]}") from None


def _frame(frame: object) -> "ir.Table":
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    if isinstance(frame, pl.DataFrame):
        frame = frame.to_arrow()
    elif isinstance(frame, pd.DataFrame):
        frame = pa.Table.from_pandas(frame, preserve_index=False)
    if not isinstance(frame, pa.Table):
        raise DataError(f"read: source must be a path or a pandas, Polars or Arrow table, got {type(frame).__name__}")
    rows = cast("pa.Table", frame)
    if not rows.num_rows:
        raise DataError("the table has no rows")
    taken = [n for n in rows.column_names if n == ROW or n.startswith(RAW)]
    if taken:
        raise DataError(f"the column name {taken[0]!r} is used by Dongcha itself; rename it")
    empty = [(at, f.name) for at, f in enumerate(rows.schema) if pa.types.is_null(f.type)]
    for at, name in empty:
        rows = rows.set_column(at, name, pa.nulls(rows.num_rows, pa.string()))
    rows = rows.rename_columns(unique(rows.column_names)[0])
    return from_arrow(rows.append_column(ROW, pa.array(np.arange(rows.num_rows))))


def _together(parts: "Sequence[ir.Table]", files: Sequence[Path]) -> "ir.Table":
    import ibis

    whole, first = parts[0], set(parts[0].columns)
    for part, file in zip(parts[1:], files[1:], strict=True):
        if different := sorted(first ^ set(part.columns)):
            raise DataError(f"{file.name!r} and {files[0].name!r} differ in columns: {', '.join(different[:5])}")
        start = whole.count().to_pyarrow().as_py()
        moved = part.mutate(**{ROW: part[ROW] + ibis.literal(start)})
        whole = ibis.union(whole, moved.select(*whole.columns))
    return whole


def _duckdb_type(rows: "ir.Table", name: str) -> str:
    kind = rows.schema()[name]
    if kind.is_integer():
        return "BIGINT"
    if kind.is_numeric():
        return "DOUBLE"
    tests = {"BOOLEAN": kind.is_boolean(), "DATE": kind.is_date(), "TIMESTAMP": kind.is_timestamp()}
    return next((type_ for type_, fits in tests.items() if fits), str(kind).upper())
