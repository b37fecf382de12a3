"""Runs of jobs: what was begun for which reason, and how it went; appended and never rewritten.

A run that was begun and neither ended nor failed is unfinished: whoever finds it and knows that nobody works on it
takes it up again.  Knows nothing of what a job does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Index, Integer, MetaData, Row, String, Table, Text, insert, select

from dongcha.store.state import State, appending, guarded, make_tables, moment, number_of, packed

Verb = Literal["counted", "begun", "taken-up", "stopped", "lost", "ended", "failed"]
OVER = ("counted", "ended", "failed")

_METADATA = MetaData()
_MOVES = Table(
    "job_moves",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("job", String, nullable=False),
    Column("model", String, nullable=False),
    Column("run", Integer, nullable=False),  # the number of the move that began it; 0 of a beginning itself
    Column("verb", String, nullable=False),
    Column("told", Text, nullable=False),  # JSON: why it was begun, what came of it
    Index("job_moves_of", "job", "number"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a job on a model; `number` is that of its beginning."""

    number: int
    job: str
    model: str
    at: str
    verb: Verb  # its last
    lost: int = 0  # how often its process was killed
    why: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)  # what came of it

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.verb in OVER

    @property
    def began(self) -> datetime:
        """When, by the wall clock of this machine."""
        return datetime.fromisoformat(self.at).astimezone()

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "run": self.number, "job": self.job, "model": self.model, "at": self.at, "state": self.verb,
            "why": dict(self.why), "told": dict(self.told),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Jobs:
    """The runs of a state."""

    state: State

    def runs(self, job: str, *, model: str | None = None) -> list[Run]:
        """All runs of a job, oldest first."""
        asked = select(_MOVES).where(_MOVES.c.job == job).order_by(_MOVES.c.number)
        if model is not None:
            asked = asked.where(_MOVES.c.model == model)
        with guarded(self.state), self.state.engine.connect() as connection:
            return _folded(list(connection.execute(asked)))

    def unfinished(self, job: str) -> Run | None:
        """The run that was begun and is not over."""
        return next((one for one in self.runs(job) if not one.over), None)

    def count_from_now(self, job: str, model: str) -> None:
        """Note that time is counted from now: nothing was before, or the clock was set back."""
        with appending(self.state) as connection:
            connection.execute(insert(_MOVES).values(_values(job, model, 0, "counted", {})))

    def begin(self, job: str, model: str, why: Mapping[str, Any]) -> Run | None:
        """Begin a run; None where one of the job is not over, whoever began it.  Durable when this returns."""
        asked = select(_MOVES).where(_MOVES.c.job == job).order_by(_MOVES.c.number)
        with appending(self.state) as connection:
            if any(not one.over for one in _folded(list(connection.execute(asked)))):
                return None
            values = _values(job, model, 0, "begun", why)
            number = number_of(connection.execute(insert(_MOVES).values(values)))
        return Run(number=number, job=job, model=model, at=str(values["at"]), verb="begun", why=dict(why))

    def note(self, run: Run, verb: Verb, told: Mapping[str, Any] | None = None) -> Run:
        """Note what became of a run; durable when this returns."""
        with appending(self.state) as connection:
            connection.execute(insert(_MOVES).values(_values(run.job, run.model, run.number, verb, told or {})))
        return _after(run, verb, told or {})


def jobs_of(state: State) -> Jobs:
    """The runs of a project's jobs."""
    make_tables(state, _METADATA)
    return Jobs(state)


def _values(job: str, model: str, run: int, verb: Verb, told: Mapping[str, Any]) -> dict[str, object]:
    return {"at": moment(), "job": job, "model": model, "run": run, "verb": verb, "told": packed(dict(told))}


def _folded(rows: list[Row[Any]]) -> list[Run]:
    found: dict[int, Run] = {}
    for row in rows:
        told = json.loads(row.told)
        if row.run == 0:
            found[row.number] = Run(
                number=row.number, job=row.job, model=row.model, at=row.at, verb=row.verb, why=told
            )  # fmt: skip
        else:
            found[row.run] = _after(found[row.run], row.verb, told)
    return list(found.values())


def _after(run: Run, verb: Verb, told: Mapping[str, Any]) -> Run:
    return replace(run, verb=verb, lost=run.lost + (verb == "lost"), told={**run.told, **told})
