"""Events that happened to a project: appended, and read by the log, the page and the alerts."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Select, String, Table, Text, insert, select

from dongcha.core.events import Event
from dongcha.store.state import State, appending, guarded, make_tables, number_of, packed

_METADATA = MetaData()
_EVENTS = Table(
    "events",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("data", Text, nullable=False),  # JSON
)


@dataclass(frozen=True, slots=True)
class Happened:
    """The events of a state."""

    state: State

    def append(self, event: Event) -> int:
        """Store it, durable when this returns; gives its number."""
        at = event.at.astimezone(UTC).isoformat(timespec="milliseconds")
        with appending(self.state) as connection:
            done = connection.execute(insert(_EVENTS).values(at=at, kind=event.kind, data=packed(dict(event.data))))
            return number_of(done)

    def after(self, number: int = 0, *, kind: str | None = None, most: int = 1000) -> list[tuple[int, Event]]:
        """Numbers and events after `number`, oldest first, at most so many."""
        asked = select(_EVENTS).where(_EVENTS.c.number > number).order_by(_EVENTS.c.number).limit(most)
        return self._found(asked if kind is None else asked.where(_EVENTS.c.kind == kind))

    def last(self, most: int = 100, *, kind: str | None = None) -> list[tuple[int, Event]]:
        """The newest events, newest first."""
        asked = select(_EVENTS).order_by(_EVENTS.c.number.desc()).limit(most)
        return self._found(asked if kind is None else asked.where(_EVENTS.c.kind == kind))

    def _found(self, asked: Select[Any]) -> list[tuple[int, Event]]:
        with guarded(self.state), self.state.engine.connect() as connection:
            rows = connection.execute(asked).all()
        return [(row.number, Event(row.kind, json.loads(row.data), datetime.fromisoformat(row.at))) for row in rows]


def events_of(state: State) -> Happened:
    """The events of a project."""
    make_tables(state, _METADATA)
    return Happened(state)
