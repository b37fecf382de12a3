"""What was told of a table, and what a person set aside or starred: appended, never rewritten.

Knows moments and JSON objects.  Knows nothing of findings.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text, insert, select

from dongcha.store.home import state_for
from dongcha.store.state import State, guarded, make_tables, moment

Verb = Literal["dismiss", "star", "forget"]
Object = Mapping[str, Any]

_METADATA = MetaData()
_TELLINGS = Table(
    "tellings",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),  # the verb
    Column("told", LargeBinary, nullable=False),  # JSON, compressed
)
_MARKS = Table(
    "marks",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("verb", String, nullable=False),
    Column("key", String, nullable=False),
    Column("finding", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of one project or file."""

    state: State

    def tell(self, told: Object, by: str) -> str:
        """Append what the verb `by` told now; gives the moment.  Durable when this returns."""
        at = moment()
        packed = zlib.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
        with guarded(self.state), self.state.engine.begin() as connection:
            connection.execute(insert(_TELLINGS).values(at=at, by=by, told=packed))
        return at

    def last(self, before: datetime | None = None, by: str | None = None) -> tuple[str, dict[str, Any]] | None:
        """The last telling, where asked only `before` a moment or `by` a verb: when, and what; None where none is."""
        asked = select(_TELLINGS.c.at, _TELLINGS.c.told).order_by(_TELLINGS.c.number.desc()).limit(1)
        if before is not None:
            asked = asked.where(_TELLINGS.c.at < before.astimezone(UTC).isoformat(timespec="milliseconds"))
        if by is not None:
            asked = asked.where(_TELLINGS.c.by == by)
        with guarded(self.state), self.state.engine.connect() as connection:
            row = connection.execute(asked).first()
        return None if row is None else (row.at, json.loads(zlib.decompress(row.told)))

    def mark(self, verb: Verb, key: str, finding: Object) -> None:
        """Append what a person said of the finding `key`.  Durable when this returns."""
        said = json.dumps(finding, ensure_ascii=False)
        with guarded(self.state), self.state.engine.begin() as connection:
            connection.execute(insert(_MARKS).values(at=moment(), verb=verb, key=key, finding=said))

    def marks(self) -> list[tuple[Verb, str, dict[str, Any]]]:
        """What holds now: of each finding the last word, but for forgotten ones, in the order they were first said."""
        with guarded(self.state), self.state.engine.connect() as connection:
            rows = connection.execute(select(_MARKS).order_by(_MARKS.c.number)).all()
        last = {row.key: row for row in rows}
        return [(row.verb, row.key, json.loads(row.finding)) for row in last.values() if row.verb != "forget"]


def memory_of(state: State) -> Memory:
    """The memory of a project."""
    make_tables(state, _METADATA)
    return Memory(state)


def memory_for(source: str) -> Memory:
    """The memory of a file, pattern or address that belongs to no project, in the user's data folder."""
    return memory_of(state_for(source, "findings"))
