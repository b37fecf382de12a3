"""Tables on disk: one Parquet file (zstd) that also carries the schema and the notes.

Knows the file.  Row numbers and the hidden columns are kept, so that a stored table goes on where it stopped.  Tables
that were joined to it lie beside it in the folder `joined`, once for all stages that keep them.
"""

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import NewerFormat, StorageError
from dongcha.core.files import atomic_file, file_name
from dongcha.core.words import Words
from dongcha.data.engine import engine, fresh_name
from dongcha.data.schema import ROW, Column, Confusion, ReadBy, Role, Schema
from dongcha.data.table import DATA, Joined, Table

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1
JOINED = "joined"
_KEY = b"dongcha"


def save_table(table: Table, path: Path) -> None:
    """Write the table, in row order, whole or not at all."""
    import pyarrow.parquet as pq

    record = {
        "format": FORMAT,
        "name": table.name,
        "schema": table.schema.to_json(),
        "notes": [note.to_json() for note in table.notes],
        "view": table.view,
        "made": table.made,
        "joined": [_save_joined(one, path.parent) for one in table.joined],
    }
    hidden = [name for name in table.expr.columns if name not in table.schema.names and name != ROW]
    with atomic_file(path) as temporary:
        writer: pq.ParquetWriter | None = None
        for batch in table.batches(*table.schema.names, *hidden):
            if writer is None:
                schema: pa.Schema = batch.schema.with_metadata({_KEY: json.dumps(record, default=_plain)})
                writer = pq.ParquetWriter(temporary, schema, compression="zstd")
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))
        if writer is None:
            raise StorageError(f"{str(path)!r} was not written: the table has no rows")
        writer.close()


def load_table(path: Path) -> Table:
    """The table in `path`; raises `StorageError` where it is missing or damaged, `NewerFormat` where it is too new."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        record: dict[str, Any] = json.loads(pq.read_schema(path).metadata[_KEY])
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise StorageError(f"{str(path)!r} cannot be read ({error}); delete it and run again") from error
    if record["format"] > FORMAT:
        raise NewerFormat(f"{str(path)!r} was written by a newer Dongcha; install that version to read it")
    rows = engine().read_parquet(str(path), table_name=fresh_name("saved"))
    notes = tuple(Words(**note) for note in record["notes"])
    return Table(
        rows,
        schema_from(record["schema"]),
        record["name"],
        notes,
        tuple(_load_joined(item, path.parent) for item in record.get("joined", ())),
        record.get("view", DATA),
        record.get("made", ""),
    )


def _save_joined(one: Joined, folder: Path) -> "dict[str, Any]":
    """Write a joined table where it does not lie yet, and what is to be known of it."""
    name = f"{file_name(one.name)}-{one.table.fingerprint()}.parquet"
    place = (folder if folder.name == JOINED else folder / JOINED) / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        save_table(one.table, place)
    kept = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "table"}
    return {**kept, "file": name}


def _load_joined(item: "dict[str, Any]", folder: Path) -> Joined:
    place = folder if folder.name == JOINED else folder / JOINED
    kept = {name: value for name, value in item.items() if name not in ("file", "on")}
    return Joined(load_table(place / item["file"]), on=tuple(map(tuple, item["on"])), **kept)


def schema_from(record: "list[dict[str, Any]]") -> Schema:
    """The schema that `Schema.to_json` wrote."""
    return Schema(tuple(_column(item) for item in record))


def _column(item: "dict[str, Any]") -> Column:
    role = Role(item["role"]) if item["role"] else None
    given = item["name"], item["type"], role, Words(**item["reason"]), item["confidence"]
    read_by = _read_by(item.get("read_by"))
    return Column(*given, read_by=read_by, from_text=item.get("from_text"), table=item.get("table"))


def _read_by(item: "dict[str, Any] | None") -> ReadBy | None:
    if not item:
        return None
    found = item.get("confusion")
    if not found:
        return ReadBy(**item)
    confusion = Confusion(tuple(found["values"]), tuple(tuple(line) for line in found["counts"]))
    return ReadBy(**{**item, "confusion": confusion})


def _plain(value: object) -> object:
    return value.to_json() if isinstance(value, Words) else str(value)
