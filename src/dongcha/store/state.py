"""`state.db`: what a project remembers between runs, in SQLite with a write-ahead log.

Knows stages and their results.  A stage is finished when its row is committed; a killed process leaves no row.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, MetaData, String, Table, Text, create_engine, delete, event, insert, select
from sqlalchemy.exc import DBAPIError, OperationalError

from dongcha.core.errors import NewerFormat, StorageError

FORMAT = 1
"""Kept in SQLite's `user_version`; a step up needs a migration."""

_METADATA = MetaData()
_STAGES = Table(
    "stages",
    _METADATA,
    Column("name", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("result", Text, nullable=False),
    Column("finished", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class State:
    """The state of one project."""

    path: Path
    engine: Engine

    def result(self, stage: str, key: str) -> dict[str, Any] | None:
        """What a finished stage gave for the same `key`; None where it has to be done."""
        with guarded(self), self.engine.connect() as connection:
            row = connection.execute(select(_STAGES.c.key, _STAGES.c.result).where(_STAGES.c.name == stage)).first()
        return json.loads(row.result) if row is not None and row.key == key else None

    def latest(self, stage: str) -> dict[str, Any] | None:
        """What the stage gave when it was last finished, for whatever inputs."""
        with guarded(self), self.engine.connect() as connection:
            found = connection.execute(select(_STAGES.c.result).where(_STAGES.c.name == stage)).scalar()
        return None if found is None else json.loads(found)

    def finish(self, stage: str, key: str, result: Mapping[str, object]) -> None:
        """Record that a stage is finished; durable when this returns."""
        row = {
            "name": stage,
            "key": key,
            "result": json.dumps(result, ensure_ascii=False),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with guarded(self), self.engine.begin() as connection:
            connection.execute(delete(_STAGES).where(_STAGES.c.name == stage))
            connection.execute(insert(_STAGES).values(row))

    def stages(self) -> dict[str, str]:
        """When each finished stage was finished, by name."""
        with guarded(self), self.engine.connect() as connection:
            return {row.name: row.finished for row in connection.execute(select(_STAGES.c.name, _STAGES.c.finished))}


@contextmanager
def guarded(state: State) -> Iterator[None]:
    """Turn what the database refuses into a `StorageError` of one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(state.path, error) from error


def open_state(path: Path) -> State:
    """The state in `path`, made where it is not there; raises `NewerFormat` or `StorageError`."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=5000")

    try:
        with engine.begin() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if found > FORMAT:
                raise NewerFormat(
                    f"{str(path)!r} was written by a newer Dongcha (format {found}, this one knows {FORMAT}); "
                    "upgrade with: pip install -U dongcha"
                )
            _METADATA.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")
    except DBAPIError as error:
        raise _explained(path, error) from error
    return State(path, engine)


def _explained(path: Path, error: DBAPIError) -> StorageError:
    why = str(error.orig)
    if isinstance(error, OperationalError) and "locked" in why:
        return StorageError(f"{str(path)!r} is in use by another process; wait until it ends and run again")
    if "malformed" in why or "not a database" in why:
        return StorageError(f"{str(path)!r} is damaged ({why}); move it away, and all starts anew from the data")
    return StorageError(f"cannot use {str(path)!r}: {why}; check the disk and the rights of its folder")
