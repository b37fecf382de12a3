"""`read`: where rows come from.

Knows the kinds of sources and which reader each needs.  What had to be assumed is kept in `Table.notes`.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.cells import bounded, plain
from dongcha.data.copies import copies
from dongcha.data.delimited import check_width, read_delimited, unique
from dongcha.data.engine import engine, first_line, fresh_name, from_arrow, is_stored, reading
from dongcha.data.excel import EXCEL, read_excel
from dongcha.data.frames import read_frame
from dongcha.data.paths import DELIMITED, JSON, TAGGED, called, plain_files
from dongcha.data.postgres import is_database, open_table
from dongcha.data.roles import infer
from dongcha.data.schema import ROW, Role
from dongcha.data.served import is_served, name_of, read_served
from dongcha.data.table import Table
from dongcha.data.tagged import read_tagged
from dongcha.data.types import type_name, typed

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    Source: TypeAlias = str | Path | Sequence[str | Path] | pd.DataFrame | pl.DataFrame | pa.Table | ir.Table


def read(
    source: "Source",
    *,
    roles: Mapping[str, Role | str | None] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    keep_bytes: bool = False,
) -> Table:
    """The rows of a file, of all files that a pattern matches, of a pandas, Polars or Arrow table, or of a database.

    A file may be CSV, TSV, JSON, Parquet, Arrow, Excel or CoNLL (tagged words); text files may be compressed (`.gz`,
    `.zst`); an address on the web (`https://…`) and a list of files are read as well.  A table of PostgreSQL
    (`postgresql://user@host/database?table=orders`) and any Ibis table expression (that is how Spark comes) are mined
    where they lie.

    `roles` states what columns are for; the rest is inferred.  `encoding` and `delimiter` are for delimited text,
    `sheet` is the name of an Excel sheet; without it the first with rows is read.  Columns of bytes are left out unless
    `keep_bytes`: pictures and sounds may lie in cells.
    Raises `StorageError` for a file that is not there, `DataError` for one that cannot be read.
    """
    lying = _lying(source)
    if lying is not None:
        return lying.with_roles(roles) if roles else lying
    asked = _Asked(encoding, delimiter, sheet)
    with tempfile.TemporaryDirectory(prefix="dongcha-") as folder, reading(_shown(source)):
        rows, name, notes = _rows(source, asked, Path(folder))
        rows, settled = plain(rows, keep_bytes=keep_bytes)
        texts = [c for c, kind in rows.schema().items() if kind.is_string()]
        rows, read_as, assumed = typed(rows, texts)
        # Kept as a table here, so that what reads the cells is not computed again for each question that follows.
        rows = _kept(rows)
        within, changed = bounded(rows)
        types = {c: read_as.get(c) or type_name(within.schema()[c]) for c in within.columns if c != ROW}
        if changed:
            rows = _kept(within)
    table = Table(rows, infer(rows, types), name, (*notes, *settled, *assumed, *changed))
    return table.with_roles(roles) if roles else table


def _kept(rows: "ir.Table") -> "ir.Table":
    """The rows as a table of the engine in their order; written and sorted only where they are not so already."""
    made = rows if is_stored(rows) else engine().create_table(fresh_name("table"), rows)
    if int(made.aggregate(n=(made.rowid() != made[ROW]).sum()).to_pyarrow().column("n")[0].as_py() or 0):
        return engine().create_table(fresh_name("table"), made.order_by(ROW))
    return made


def _lying(source: "Source") -> Table | None:
    """The table of a source whose rows stay where they are; None for one whose rows are brought."""
    if isinstance(source, str) and is_database(source):
        return read_served(*open_table(source))
    return read_served(source, name_of(source)) if is_served(source) else None


def _shown(source: "Source") -> str:
    return repr(Path(source).name) if isinstance(source, str | Path) else "the data"


NUMBERED = "file_row_number"
"""The column in which the engine's reader of Parquet numbers the rows."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a person stated about the files."""

    encoding: str | None
    delimiter: str | None
    sheet: str | None


def _rows(source: "Source", asked: _Asked, folder: Path) -> "tuple[ir.Table, str, list[Words]]":
    if not isinstance(source, str | Path | list | tuple):
        rows, notes = _frame(source)
        return rows, "table", notes
    named = [source] if isinstance(source, str | Path) else list(source)
    if not named or not all(isinstance(one, str | Path) for one in named):
        raise DataError("read: a list as source must hold one path at least, and only paths")
    files, notes = plain_files(named, folder)
    parts = [_file(file, asked) for file in files]
    notes += [*(note for _, said in parts for note in said), *copies(files)]
    return _together([part for part, _ in parts], files), called(files), notes


def _file(path: Path, asked: _Asked) -> "tuple[ir.Table, list[Words]]":
    import duckdb
    import pyarrow as pa
    from pyarrow import feather

    kind = path.suffix.lower()
    if kind in DELIMITED:
        return read_delimited(path, encoding=asked.encoding, delimiter=asked.delimiter)
    if kind in TAGGED:
        tagged, notes = read_tagged(path, asked.encoding)
        return from_arrow(tagged), notes
    if kind in EXCEL:
        cells, notes = read_excel(path, asked.sheet)
        rows, more = _frame(cells, path.name)
        return rows, [*notes, *more]
    try:
        if kind == ".parquet":
            rows = engine().read_parquet(str(path), table_name=fresh_name("parquet"))
            if NUMBERED in map(str.lower, rows.columns):
                return _stored(rows, path.name)
            # The reader numbers rows as it goes, on every core; a count over all rows goes through one.
            numbered = engine().read_parquet(str(path), table_name=fresh_name("parquet"), **{NUMBERED: True})
            return _stored(rows, path.name, numbered)
        if kind in JSON:
            # Every row is looked at, and objects with many keys stay objects.
            how = {"sample_size": -1, "map_inference_threshold": -1}
            return _stored(engine().read_json(str(path), table_name=fresh_name("json"), **how), path.name)
        return _frame(feather.read_table(path), path.name)
    except (duckdb.Error, pa.ArrowException) as error:
        if isinstance(error, duckdb.OutOfMemoryException):
            raise
        why = first_line(error).replace(f"{path.resolve().parent}/", "")
        raise DataError(f"{path.name!r} cannot be read as {kind[1:]}: {why}; mend it or write it anew") from None


def _stored(rows: "ir.Table", shown: str, numbered: "ir.Table | None" = None) -> "tuple[ir.Table, list[Words]]":
    """The rows of a file that carries its types, numbered; raises `DataError` where it has none or is too wide.

    `numbered` are the same with their numbers in the column `NUMBERED`, where the reader of the file gives them.
    """
    import ibis

    check_width(len(rows.columns), shown)
    if not rows.count().to_pyarrow().as_py():
        raise DataError(f"{shown!r} has no rows; it needs at least one")
    names, notes = unique(list(rows.columns))
    renamed = {new: old for new, old in zip(names, rows.columns, strict=True) if new != old}
    if numbered is None:
        return engine().create_table(fresh_name("rows"), rows.rename(renamed).mutate(**{ROW: ibis.row_number()})), notes
    return engine().create_table(fresh_name("rows"), numbered.rename({**renamed, ROW: NUMBERED})), notes


def _frame(frame: object, shown: str = "the table") -> "tuple[ir.Table, list[Words]]":
    rows, notes = read_frame(frame, shown)
    return from_arrow(rows), notes


def _together(parts: "Sequence[ir.Table]", files: Sequence[Path]) -> "ir.Table":
    import ibis

    first = set(parts[0].columns)
    for part, file in zip(parts[1:], files[1:], strict=True):
        if different := sorted(first ^ set(part.columns)):
            raise DataError(f"{file.name!r} and {files[0].name!r} differ in columns: {', '.join(different[:5])}")
    whole, *rest = _same_types(parts)
    for part in rest:
        start = whole.count().to_pyarrow().as_py()
        moved = part.mutate(**{ROW: part[ROW] + ibis.literal(start)})
        whole = ibis.union(whole, moved.select(*whole.columns))
    return whole


def _same_types(parts: "Sequence[ir.Table]") -> "list[ir.Table]":
    """The parts with each column as a number or as text where its type is not the same in all of them."""
    if len(parts) == 1 and parts[0].schema()[ROW].is_int64():
        return list(parts)
    targets = {ROW: "int64"}
    for name in parts[0].columns:
        kinds = {part.schema()[name].copy(nullable=True) for part in parts}
        if len(kinds) > 1:
            targets.setdefault(name, "float64" if all(kind.is_numeric() for kind in kinds) else "string")
    return [part.cast(targets) for part in parts]
