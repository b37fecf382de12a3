"""Predictions that were answered: what feedback refers to and what monitoring looks at.

They are written in batches beside the answers; what is older than a project wants to keep is forgotten.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, MetaData, Row, String, Table, Text, delete, func, insert, select

from dongcha.store.state import State, guarded, make_tables, packed

_METADATA = MetaData()
_PREDICTIONS = Table(
    "predictions",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("model", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("input", Text, nullable=False),  # JSON
    Column("label", Text, nullable=False),  # JSON
    Column("score", Float),
    Index("predictions_of", "model", "at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """One answer; `score` is how sure the model was, 0..1, where its task has that."""

    id: str
    at: str
    model: str
    version: int
    input: Any
    label: Any
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Predictions:
    """The predictions of a state."""

    state: State

    def append_many(self, given: Sequence[Predicted]) -> None:
        """Store several in one commit; durable when this returns."""
        if not given:
            return
        rows = [
            {
                "id": one.id, "at": one.at, "model": one.model, "version": one.version, "input": packed(one.input),
                "label": packed(one.label), "score": one.score,
            }
            for one in given
        ]  # fmt: skip
        with guarded(self.state), self.state.engine.begin() as connection:
            connection.execute(insert(_PREDICTIONS), rows)

    def find(self, id: str) -> Predicted | None:
        """The prediction of an id; None where there is none, or it was forgotten."""
        with guarded(self.state), self.state.engine.connect() as connection:
            row = connection.execute(select(_PREDICTIONS).where(_PREDICTIONS.c.id == id)).first()
        return None if row is None else _from(row)

    def between(self, model: str, start: str = "", end: str = "9", *, most: int = 100_000) -> list[Predicted]:
        """Answers of a model from `start` until before `end` (moments as texts), oldest first; the newest so many."""
        at = _PREDICTIONS.c.at
        asked = (
            select(_PREDICTIONS)
            .where(_PREDICTIONS.c.model == model, at >= start, at < end)
            .order_by(at.desc())
            .limit(most)
        )
        with guarded(self.state), self.state.engine.connect() as connection:
            return [_from(row) for row in connection.execute(asked)][::-1]

    def count(self, model: str, start: str = "", end: str = "9") -> int:
        """How many there are from `start` until before `end`."""
        at = _PREDICTIONS.c.at
        asked = select(func.count()).where(_PREDICTIONS.c.model == model, at >= start, at < end)
        with guarded(self.state), self.state.engine.connect() as connection:
            return int(connection.execute(asked).scalar_one())

    def newest(self) -> str:
        """When the newest answer was; empty where there is none."""
        with guarded(self.state), self.state.engine.connect() as connection:
            return str(connection.execute(select(func.max(_PREDICTIONS.c.at))).scalar() or "")

    def forget(self, before: str) -> int:
        """Drop what was answered before a moment; gives how many."""
        with guarded(self.state), self.state.engine.begin() as connection:
            return int(connection.execute(delete(_PREDICTIONS).where(_PREDICTIONS.c.at < before)).rowcount)


def predictions_of(state: State) -> Predictions:
    """The predictions of a project."""
    make_tables(state, _METADATA)
    return Predictions(state)


def _from(row: Row[Any]) -> Predicted:
    return Predicted(
        id=row.id, at=row.at, model=row.model, version=row.version, input=json.loads(row.input),
        label=json.loads(row.label), score=row.score,
    )  # fmt: skip
