"""What a project remembers between runs: `state.db` in SQLite with a write-ahead log, or a PostgreSQL database.

Knows stages and their results.  A stage is finished when its row is committed; a killed process leaves no row.
"""

import json
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    Column,
    Connection,
    CursorResult,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from dongcha.core.errors import ConfigError, MissingExtra, NewerFormat, StorageError

FORMAT = 1
"""Kept in SQLite's `user_version`, on a server in a table of its own; a step up needs a migration."""

SERVER = ("postgresql://", "postgres://")

_METADATA = MetaData()
_STAGES = Table(
    "stages",
    _METADATA,
    Column("name", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("result", Text, nullable=False),
    Column("finished", String, nullable=False),
)
_FORMATS = Table("format", MetaData(), Column("number", Integer, primary_key=True, autoincrement=False))


@dataclass(frozen=True, slots=True)
class State:
    """The state of one project; `place` is its file or address, without a password."""

    place: str
    engine: Engine

    @property
    def path(self) -> Path:
        """The file, where it is one."""
        return Path(self.place)

    @property
    def on_server(self) -> bool:
        """Whether it is a database of a server, which several machines may share."""
        return self.engine.dialect.name != "sqlite"

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
        raise _explained(state.place, error) from error


@contextmanager
def appending(state: State) -> Iterator[Connection]:
    """A transaction that only one writer has at a time, so that rows get their numbers in the order of their commits.

    Who reads "after number N" would otherwise miss a row that was numbered early and committed late.
    """
    with guarded(state), state.engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20231)" if state.on_server else "BEGIN IMMEDIATE")
        yield connection


def number_of(done: CursorResult[Any]) -> int:
    """The number that a row was given when it was appended."""
    assert done.inserted_primary_key is not None
    return int(done.inserted_primary_key[0])


def moment() -> str:
    """Now, as every row that is appended says it: UTC, to the millisecond, so that texts sort by time."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def packed(value: object) -> str:
    """A JSON value as a text that every database takes: halves of surrogate pairs become question marks."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def make_tables(state: State, tables: MetaData) -> None:
    """Make those tables that are not there; two processes may ask at once."""
    with guarded(state):
        try:
            tables.create_all(state.engine)
        except (OperationalError, ProgrammingError) as error:
            if "exists" not in str(error.orig):
                raise
            tables.create_all(state.engine)


def open_state(place: Path | str) -> State:
    """The state in a file, made where it is not there, or at a PostgreSQL address.

    Raises `NewerFormat`, `StorageError`, or `ConfigError` for an address that holds a password.
    """
    state = _served(place) if isinstance(place, str) and place.lower().startswith(SERVER) else _file(Path(place))
    with guarded(state):
        with state.engine.begin() as connection:
            found = _format(connection, on_server=state.on_server)
            if found > FORMAT:
                raise NewerFormat(
                    f"{state.place!r} was written by a newer Dongcha (format {found}, this one knows {FORMAT}); "
                    "upgrade with: pip install -U dongcha"
                )
        make_tables(state, _METADATA)
    return state


def _file(path: Path) -> State:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=5000")

    return State(str(path), engine)


def _served(address: str) -> State:
    """A server's database; a connection that broke while it waited is found out and made again."""
    parts = urlsplit(address)
    if parts.password is not None:
        raise ConfigError(
            "leave the password out of the address of the state: put it into PGPASSWORD or ~/.pgpass, which are "
            "read and never written down"
        )
    try:
        engine = create_engine(
            f"postgresql+psycopg://{address.partition('://')[2]}", pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
        )  # fmt: skip
    except ImportError as error:
        raise MissingExtra("a state on PostgreSQL needs its driver: pip install 'dongcha[postgres]'") from error
    weakref.finalize(engine, engine.pool.dispose)  # who forgets a state leaves no connection open
    return State(address, engine)


def _format(connection: Connection, *, on_server: bool) -> int:
    """The format that the state has, which a new one is given."""
    if not on_server:
        found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if found < FORMAT:
            connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")
        return found
    _FORMATS.create(connection, checkfirst=True)
    known = connection.execute(select(_FORMATS.c.number)).scalar()
    if known is None:
        connection.execute(insert(_FORMATS).values(number=FORMAT))
    return known or 0


def _explained(place: str, error: DBAPIError) -> StorageError:
    why = str(error.orig).strip().partition("\n")[0]
    if isinstance(error, OperationalError) and "locked" in why:
        return StorageError(f"{place!r} is in use by another process; wait until it ends and run again")
    if "malformed" in why or "not a database" in why:
        return StorageError(f"{place!r} is damaged ({why}); move it away, and all starts anew from the data")
    return StorageError(f"cannot use {place!r}: {why}; check the disk and the rights of its folder, or the server")
