"""Looks of the monitor at a model: what was measured when, appended; repeated looks are counted here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, func, insert, select

from dongcha.store.state import State, appending, guarded, make_tables, moment, number_of, packed

_METADATA = MetaData()
_LOOKS = Table(
    "looks",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("model", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("until", String, nullable=False),  # the moment of the last answer that was looked at
    Column("told", Text, nullable=False),  # JSON
    Index("looks_of", "model", "number"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the answers of a version up to a moment."""

    number: int
    at: str
    version: int
    until: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of a state."""

    state: State

    def append(self, model: str, version: int, until: str, told: Mapping[str, Any]) -> Look:
        """Store one, durable when this returns."""
        at = moment()
        with appending(self.state) as connection:
            done = connection.execute(
                insert(_LOOKS).values(at=at, model=model, version=version, until=until, told=packed(dict(told)))
            )
            return Look(number_of(done), at, version, until, dict(told))

    def last(self, model: str, most: int = 1) -> list[Look]:
        """The newest looks at a model, newest first."""
        asked = select(_LOOKS).where(_LOOKS.c.model == model).order_by(_LOOKS.c.number.desc()).limit(most)
        with guarded(self.state), self.state.engine.connect() as connection:
            return [
                Look(row.number, row.at, row.version, row.until, json.loads(row.told))
                for row in connection.execute(asked)
            ]

    def count(self, model: str, version: int) -> int:
        """How often a version was looked at."""
        asked = select(func.count()).where(_LOOKS.c.model == model, _LOOKS.c.version == version)
        with guarded(self.state), self.state.engine.connect() as connection:
            return int(connection.execute(asked).scalar_one())


def looks_of(state: State) -> Looks:
    """The looks of a project."""
    make_tables(state, _METADATA)
    return Looks(state)
