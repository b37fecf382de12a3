"""Answers that a challenger gave in shadow: beside those that were served, never among them.

A row names the prediction that was served to the same input; what watches the champion reads only its own table.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, delete, func, insert, select

from dongcha.store.state import State, guarded, make_tables, packed

ASKED = 500  # names in one question, well below what any database takes

_METADATA = MetaData()
_SHADOWED = Table(
    "shadow_answers",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("model", String, nullable=False),
    Column("version", Integer, nullable=False),  # the challenger
    Column("beside", Integer, nullable=False),  # the version that was served
    Column("prediction", String, nullable=False),
    Column("label", Text, nullable=False),  # JSON
    Column("agrees", Integer, nullable=False),
    Index("shadow_answers_of", "model", "version", "beside"),
    Index("shadow_answers_on", "prediction"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowed:
    """What a challenger said where the version `beside` was served; `prediction` is the id of what was served."""

    at: str
    model: str
    version: int
    beside: int
    prediction: str
    label: Any
    agrees: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """Inputs that champion and challenger both answered, and those of them on which they agreed."""

    answered: int
    agreed: int

    @property
    def share(self) -> float | None:
        """0..1; None where nothing was answered."""
        return self.agreed / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Shadows:
    """The shadow answers of a state."""

    state: State

    def append_many(self, given: Sequence[Shadowed]) -> None:
        """Store several in one commit; durable when this returns."""
        rows = [
            {
                "at": one.at, "model": one.model, "version": one.version, "beside": one.beside,
                "prediction": one.prediction, "label": packed(one.label), "agrees": int(one.agrees),
            }
            for one in given
        ]  # fmt: skip
        if rows:
            with guarded(self.state), self.state.engine.begin() as connection:
                connection.execute(insert(_SHADOWED), rows)

    def said(self, model: str, version: int, predictions: Collection[str]) -> dict[str, Any]:
        """What a challenger answered, by the ids of predictions; those that it did not answer are not there."""
        names, found = list(predictions), dict[str, Any]()
        with guarded(self.state), self.state.engine.connect() as connection:
            for start in range(0, len(names), ASKED):
                asked = select(_SHADOWED.c.prediction, _SHADOWED.c.label).where(
                    _SHADOWED.c.model == model, _SHADOWED.c.version == version,
                    _SHADOWED.c.prediction.in_(names[start : start + ASKED]),
                )  # fmt: skip
                found.update((row.prediction, json.loads(row.label)) for row in connection.execute(asked))
        return found

    def agreement(self, model: str, version: int, beside: int) -> Agreement:
        """How often a challenger said what the served version said."""
        asked = select(func.count(), func.coalesce(func.sum(_SHADOWED.c.agrees), 0)).where(
            _SHADOWED.c.model == model, _SHADOWED.c.version == version, _SHADOWED.c.beside == beside
        )
        with guarded(self.state), self.state.engine.connect() as connection:
            answered, agreed = connection.execute(asked).one()
        return Agreement(int(answered), int(agreed))

    def newest(self) -> str:
        """When the newest answer was; empty where there is none."""
        with guarded(self.state), self.state.engine.connect() as connection:
            return str(connection.execute(select(func.max(_SHADOWED.c.at))).scalar() or "")

    def forget(self, before: str) -> int:
        """Drop what was answered before a moment; gives how many."""
        with guarded(self.state), self.state.engine.begin() as connection:
            return int(connection.execute(delete(_SHADOWED).where(_SHADOWED.c.at < before)).rowcount)


def shadows_of(state: State) -> Shadows:
    """The shadow answers of a project."""
    make_tables(state, _METADATA)
    return Shadows(state)
