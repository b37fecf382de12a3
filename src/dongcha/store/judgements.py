"""Judgements of a standing challenger against a champion: appended, the last one of a pair holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, insert, select

from dongcha.store.state import State, appending, guarded, make_tables, moment, packed

_METADATA = MetaData()
_JUDGEMENTS = Table(
    "judgements",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("model", String, nullable=False),
    Column("champion", Integer, nullable=False),
    Column("challenger", Integer, nullable=False),
    Column("until", Integer, nullable=False),  # the number of the newest feedback that was there
    Column("told", Text, nullable=False),  # JSON
    Index("judgements_of", "model", "champion", "challenger"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found of a pair of versions with the feedback up to number `until`."""

    model: str
    champion: int
    challenger: int
    until: int
    told: Mapping[str, Any]
    at: str = ""


@dataclass(frozen=True, slots=True)
class Judgements:
    """The judgements of a state."""

    state: State

    def append(self, made: Judgement) -> None:
        """Store one, durable when this returns."""
        with appending(self.state) as connection:
            connection.execute(
                insert(_JUDGEMENTS).values(
                    at=moment(), model=made.model, champion=made.champion, challenger=made.challenger,
                    until=made.until, told=packed(dict(made.told)),
                )
            )  # fmt: skip

    def last(self, model: str, champion: int, challenger: int) -> Judgement | None:
        """The newest one of a pair; None where it was not judged yet."""
        asked = (
            select(_JUDGEMENTS)
            .where(
                _JUDGEMENTS.c.model == model, _JUDGEMENTS.c.champion == champion,
                _JUDGEMENTS.c.challenger == challenger,
            )
            .order_by(_JUDGEMENTS.c.number.desc())
            .limit(1)
        )  # fmt: skip
        with guarded(self.state), self.state.engine.connect() as connection:
            row = connection.execute(asked).first()
        if row is None:
            return None
        return Judgement(
            model=row.model, champion=row.champion, challenger=row.challenger, until=row.until,
            told=json.loads(row.told), at=row.at,
        )  # fmt: skip


def judgements_of(state: State) -> Judgements:
    """The judgements of a project."""
    make_tables(state, _METADATA)
    return Judgements(state)
