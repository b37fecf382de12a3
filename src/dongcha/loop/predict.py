"""Let a model read a file and write the file's rows with what it read beside them."""

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from dongcha.core.errors import ConfigError, DongchaError
from dongcha.core.events import OnStep, silent
from dongcha.core.files import atomic_file, check_writable
from dongcha.data.clean import clean
from dongcha.data.schema import RAW
from dongcha.data.source import read
from dongcha.data.table import Table
from dongcha.loop.learn import TEXT_RULES
from dongcha.model.folder import load
from dongcha.model.media import located
from dongcha.model.model import Model
from dongcha.report.export import safe_cell
from dongcha.serve.annotate import annotate

if TYPE_CHECKING:
    import ibis.expr.types as ir

WRITES = (".csv", ".parquet")


def predict(
    model: Model | Path | str,
    file: str,
    *,
    text: str | None = None,
    files: str | None = None,
    name: str | None = None,
    on_step: OnStep = silent,
) -> Table:
    """The rows of `file` with two more columns: what the model reads, and how sure it is."""
    reader = model if isinstance(model, Model) else load(model)
    table = read(file, keep_bytes=reader.task.files)
    columns = _read(table, reader, text)
    table = table.with_roles(dict.fromkeys(columns, reader.task.role))
    if reader.task.files and columns:
        table = located(table, columns[0], Path(files or Path(file).parent))
    return annotate(clean(table, rules=TEXT_RULES).table, reader, text=text, name=name, on_step=on_step)


def _read(table: Table, model: Model, text: str | None) -> tuple[str, ...]:
    """The columns that are read, where they are there; what is missing is said when the model comes to read."""
    try:
        return model.task.columns(table, text or model.text)
    except DongchaError:
        return ()


def write_rows(table: Table, path: Path, *, given: bool = True) -> None:
    """Write the visible columns in row order; CSV or Parquet by the name.

    With `given`, values stand as they were before cleaning.

    In CSV, a text that a spreadsheet would run as a formula is written with an apostrophe before it.
    """
    output_path("", path)
    raw = table.with_expr(as_given(table)) if given else table
    with atomic_file(path) as temporary:
        if path.suffix.lower() == ".parquet":
            _parquet(raw, temporary)
        else:
            _csv(raw, temporary)


def as_given(table: Table) -> "ir.Table":
    """The rows with the values that cleaning replaced put back."""
    kept = {name: RAW + name for name in table.schema.names if RAW + name in table.expr.columns}
    import ibis

    if not kept:
        return table.expr
    return table.expr.mutate(
        **{name: ibis.coalesce(table.expr[raw], table.expr[name].cast("string")) for name, raw in kept.items()}
    )


def _csv(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe_cell(name) for name in table.schema.names])
        for batch in table.batches(*table.schema.names):
            columns = [batch.column(at).to_pylist() for at in range(1, batch.num_columns)]
            writer.writerows([safe_cell(_cell(cell)) for cell in row] for row in zip(*columns, strict=True))


def _cell(value: object) -> object:
    """A list as JSON; other values as they are."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _parquet(table: Table, path: Path) -> None:
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    for batch in table.batches(*table.schema.names):
        rows = batch.select(table.schema.names)
        writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd")
        writer.write_batch(rows)
    if writer is not None:
        writer.close()


def output_path(file: str, out: Path | None) -> Path:
    """Where the rows go: `out`, or the file's name with `.predicted.csv` in the working folder; it can be written."""
    path = out or Path(Path(file).name).with_suffix(".predicted.csv")
    if path.suffix.lower() not in WRITES:
        raise ConfigError(f"{str(path)!r} is no name for rows: it must end in {' or '.join(WRITES)}")
    check_writable(path)
    return path
