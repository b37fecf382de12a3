"""How requests went, in sums a minute and model: appended by each process that serves, added up when they are read.

Knows counts and milliseconds.  Knows nothing of requests.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, delete, func, insert, select

from dongcha.store.state import State, guarded, make_tables, packed

BOUNDS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Upper bounds of the latencies that are counted apart; what takes longer is counted last."""

_METADATA = MetaData()
_TRAFFIC = Table(
    "traffic",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("minute", String, nullable=False),
    Column("model", String, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("latencies", Text, nullable=False),  # JSON: counts by bound
    Index("traffic_of", "model", "minute"),
)


@dataclass(frozen=True, slots=True)
class Minute:
    """Requests of one model in a minute or more: answered, refused for want of room, failed; latencies of answers."""

    model: str
    minute: str  # as `2026-01-31T23:59`, UTC
    answered: int = 0
    refused: int = 0
    failed: int = 0
    latencies: tuple[int, ...] = field(default=(0,) * (len(BOUNDS_MS) + 1))

    @property
    def requests(self) -> int:
        """All requests."""
        return self.answered + self.refused + self.failed

    @property
    def failing(self) -> float:
        """The share that failed or was refused, 0..1; 0 where there were none."""
        return (self.refused + self.failed) / self.requests if self.requests else 0.0

    def latency_ms(self, share: float) -> float | None:
        """The bound within which that share of the answers came; None without answers, infinity beyond the last.

        >>> Minute("m", "", answered=4, latencies=(3, 0, 1) + (0,) * 11).latency_ms(0.5)
        1.0
        """
        wanted, seen = share * sum(self.latencies), 0
        for bound, count in zip((*BOUNDS_MS, float("inf")), self.latencies, strict=True):
            seen += count
            if seen and seen >= wanted:
                return float(bound)
        return None


def place(latency_ms: float) -> int:
    """The place of a latency among the counts.

    >>> place(0.5), place(1), place(1.5), place(1e9)
    (0, 0, 1, 13)
    """
    return bisect_left(BOUNDS_MS, latency_ms)


@dataclass(frozen=True, slots=True)
class Traffic:
    """The traffic of a state."""

    state: State

    def append(self, minutes: Iterable[Minute]) -> None:
        """Store sums; several of the same minute add up."""
        rows = [
            {
                "minute": one.minute, "model": one.model, "answered": one.answered, "refused": one.refused,
                "failed": one.failed, "latencies": packed(list(one.latencies)),
            }
            for one in minutes
        ]  # fmt: skip
        if rows:
            with guarded(self.state), self.state.engine.begin() as connection:
                connection.execute(insert(_TRAFFIC), rows)

    def between(self, model: str, start: str = "", end: str = "9") -> list[Minute]:
        """Sums a minute of a model, from `start` until before `end`, oldest first, of minutes that have any."""
        minute = _TRAFFIC.c.minute
        asked = select(_TRAFFIC).where(_TRAFFIC.c.model == model, minute >= start, minute < end).order_by(minute)
        found: dict[str, Minute] = {}
        with guarded(self.state), self.state.engine.connect() as connection:
            for row in connection.execute(asked):
                one = Minute(
                    row.model, row.minute, row.answered, row.refused, row.failed, tuple(json.loads(row.latencies))
                )
                found[row.minute] = added([found[row.minute], one]) if row.minute in found else one
        return list(found.values())

    def hourly(self, model: str, start: str = "") -> dict[str, int]:
        """Requests of a model in each hour that has any (`2026-01-31T23`), from a minute on, oldest first."""
        hour = func.substr(_TRAFFIC.c.minute, 1, 13)
        requests = func.sum(_TRAFFIC.c.answered + _TRAFFIC.c.refused + _TRAFFIC.c.failed)
        asked = (
            select(hour.label("hour"), requests.label("requests"))
            .where(_TRAFFIC.c.model == model, _TRAFFIC.c.minute >= start)
            .group_by(hour)
            .order_by(hour)
        )
        with guarded(self.state), self.state.engine.connect() as connection:
            return {str(row.hour): int(row.requests) for row in connection.execute(asked)}

    def newest(self) -> str:
        """When the newest minute was; empty where there is none."""
        with guarded(self.state), self.state.engine.connect() as connection:
            return str(connection.execute(select(func.max(_TRAFFIC.c.minute))).scalar() or "")

    def forget(self, before: str) -> int:
        """Drop what is older than a minute; gives how many rows."""
        with guarded(self.state), self.state.engine.begin() as connection:
            return int(connection.execute(delete(_TRAFFIC).where(_TRAFFIC.c.minute < before)).rowcount)


def added(minutes: Iterable[Minute]) -> Minute:
    """The sum of some minutes of a model, named by the first; raises `ValueError` for none."""
    every = list(minutes)
    if not every:
        raise ValueError("there are no minutes to add up")
    sums: Counter[str] = Counter()
    for one in every:
        sums.update(answered=one.answered, refused=one.refused, failed=one.failed)
    latencies = tuple(map(sum, zip(*(one.latencies for one in every), strict=True)))
    return Minute(every[0].model, every[0].minute, sums["answered"], sums["refused"], sums["failed"], latencies)


def traffic_of(state: State) -> Traffic:
    """The traffic of a project."""
    make_tables(state, _METADATA)
    return Traffic(state)
