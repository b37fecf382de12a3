"""Feedback: what people said of predictions and inputs, each once, appended and never rewritten.

Knows keys, moments and JSON values.  Knows nothing of models.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Row, String, Table, Text, func, insert, select

from dongcha.store.state import State, appending, guarded, make_tables, moment, number_of, packed

_METADATA = MetaData()
_FEEDBACK = Table(
    "feedback",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("at", String, nullable=False),
    Column("model", String, nullable=False),
    Column("said_by", String, nullable=False),
    Column("input", Text, nullable=False),  # JSON
    Column("label", Text, nullable=False),  # JSON
    Column("prediction", String),
    Column("version", Integer),
    Column("predicted", Text),  # JSON: what the model had answered
    Index("feedback_of", "model", "number"),
    Index("feedback_on", "prediction"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One correction or later known outcome; `number` and `at` are given when it is stored."""

    model: str
    input: Any
    label: Any
    by: str
    key: str = ""  # of the one who sends it; a second one of the same key is the same feedback
    prediction: str | None = None
    version: int | None = None
    predicted: Any = None
    number: int = 0
    at: str = ""

    @property
    def same(self) -> str:
        """The key: as given, else made of who said what of which prediction or input."""
        if self.key:
            return self.key
        told = packed([self.model, self.by, self.prediction or self.input, self.label])
        return hashlib.sha256(told.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Feedbacks:
    """The feedback of a state."""

    state: State

    def append(self, given: Feedback) -> tuple[Feedback, bool]:
        """Store it, durable when this returns; gives it as it is stored, and whether it was new."""
        stored, fresh = self.append_many([given])
        return stored[0], bool(fresh)

    def append_many(self, given: Sequence[Feedback]) -> tuple[list[Feedback], int]:
        """Store several in one commit; gives them as they are stored, in order, and how many were new."""
        stored: dict[str, Feedback] = {}
        fresh = 0
        with appending(self.state) as connection:
            for one in given:
                if one.same in stored:
                    continue
                row = connection.execute(select(_FEEDBACK).where(_FEEDBACK.c.key == one.same)).first()
                if row is not None:
                    stored[one.same] = _from(row)
                    continue
                kept = replace(one, key=one.same, at=moment())
                done = connection.execute(insert(_FEEDBACK).values(_values(kept)))
                stored[one.same] = replace(kept, number=number_of(done))
                fresh += 1
        return [stored[one.same] for one in given], fresh

    def after(self, number: int = 0, *, model: str | None = None, most: int = 10_000) -> list[Feedback]:
        """What was stored after `number`, oldest first, at most so many."""
        asked = select(_FEEDBACK).where(_FEEDBACK.c.number > number).order_by(_FEEDBACK.c.number).limit(most)
        if model is not None:
            asked = asked.where(_FEEDBACK.c.model == model)
        with guarded(self.state), self.state.engine.connect() as connection:
            return [_from(row) for row in connection.execute(asked)]

    def last(self, most: int, *, model: str) -> list[Feedback]:
        """The newest ones of a model, oldest of them first."""
        asked = select(_FEEDBACK).where(_FEEDBACK.c.model == model).order_by(_FEEDBACK.c.number.desc()).limit(most)
        with guarded(self.state), self.state.engine.connect() as connection:
            return [_from(row) for row in connection.execute(asked)][::-1]

    def said_of(self, prediction: str) -> list[Feedback]:
        """What was said of one prediction, oldest first."""
        asked = select(_FEEDBACK).where(_FEEDBACK.c.prediction == prediction).order_by(_FEEDBACK.c.number)
        with guarded(self.state), self.state.engine.connect() as connection:
            return [_from(row) for row in connection.execute(asked)]

    def count(self, model: str) -> int:
        """How many there are of a model."""
        asked = select(func.count()).where(_FEEDBACK.c.model == model)
        with guarded(self.state), self.state.engine.connect() as connection:
            return int(connection.execute(asked).scalar_one())


def feedback_of(state: State) -> Feedbacks:
    """The feedback of a project."""
    make_tables(state, _METADATA)
    return Feedbacks(state)


def _values(one: Feedback) -> dict[str, object]:
    return {
        "key": one.key, "at": one.at, "model": one.model, "said_by": one.by, "prediction": one.prediction,
        "version": one.version, "input": packed(one.input), "label": packed(one.label),
        "predicted": None if one.predicted is None else packed(one.predicted),
    }  # fmt: skip


def _from(row: Row[Any]) -> Feedback:
    return Feedback(
        number=row.number, key=row.key, at=row.at, model=row.model, by=row.said_by, prediction=row.prediction,
        version=row.version, input=json.loads(row.input), label=json.loads(row.label),
        predicted=None if row.predicted is None else json.loads(row.predicted),
    )  # fmt: skip
