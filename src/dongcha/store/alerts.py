"""Alerts: what was raised, sent, acknowledged and resolved, appended and never rewritten.

An alert is known by its group: one model, one kind, one thing.  Knows nothing of how it was found out or is sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, Index, Integer, MetaData, Row, String, Table, Text, func, insert, select

from dongcha.core.errors import UnknownName
from dongcha.core.words import Words
from dongcha.store.state import State, appending, guarded, make_tables, moment, packed

Severity = Literal["info", "warning", "critical"]
Verb = Literal["raised", "seen", "unseen", "sent", "unsent", "acknowledged", "resolved"]
RENEWED = 600.0  # seconds
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")

_METADATA = MetaData()
_MOVES = Table(
    "alert_moves",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("alert", String, nullable=False),
    Column("verb", String, nullable=False),
    Column("said_by", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("told", Text, nullable=False),  # JSON: sentence and evidence
    Index("alert_moves_of", "alert", "number"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that a person should know: `group` is `model/kind/thing`."""

    group: str
    severity: Severity
    sentence: Words
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Open:
    """An alert that was raised and not resolved, with what happened to it since; moments as texts."""

    alert: Alert
    number: int  # of the move that raised it: what a person names it by
    raised: str
    last: str  # when it was last seen
    sent: str | None = None  # when word of it last went out
    told: Severity | None = None  # how severe it was then
    acknowledged: str | None = None  # by whom
    unseen: int = 0  # looks in a row that did not see it any more

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "number": self.number, "group": self.alert.group, "severity": self.alert.severity,
            "sentence": self.alert.sentence.to_json(), "evidence": dict(self.alert.evidence), "raised": self.raised,
            "last": self.last, "sent": self.sent, "acknowledged": self.acknowledged,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts of a state."""

    state: State

    def see(self, alert: Alert, known: Open | None) -> None:
        """Raise it, or note that what is open (`known`) is still there; durable when this returns.

        What is still there as it was is noted once in ten minutes, so that a month of looks stays a short record.
        """
        if known is None:
            self._append(alert, "raised", "dongcha")
        elif known.unseen or known.alert.severity != alert.severity or _older(known.last, RENEWED):
            self._append(alert, "seen", "dongcha")

    def note(self, known: Open, verb: Verb, *, by: str = "dongcha") -> None:
        """Note what happened to an open alert."""
        self._append(known.alert, verb, by)

    def open(self) -> dict[str, Open]:
        """Open alerts by group, the most severe first, then the newest."""
        over = (
            select(_MOVES.c.alert, func.max(_MOVES.c.number).label("number"))
            .where(_MOVES.c.verb == "resolved")
            .group_by(_MOVES.c.alert)
            .subquery()
        )
        with guarded(self.state), self.state.engine.connect() as connection:
            rows = connection.execute(
                select(_MOVES)
                .outerjoin(over, over.c.alert == _MOVES.c.alert)
                .where(func.coalesce(over.c.number, 0) < _MOVES.c.number)
                .order_by(_MOVES.c.number)
            ).all()
        found: dict[str, Open] = {}
        for row in rows:
            after = _moved(found.pop(row.alert, None), row)
            if after is not None:
                found[row.alert] = after
        order = sorted(found.values(), key=lambda one: (-SEVERITIES.index(one.alert.severity), -one.number))
        return {one.alert.group: one for one in order}

    def numbered(self, number: int) -> Open:
        """The open alert of a number; raises `UnknownName` that lists those that are open."""
        for one in self.open().values():
            if one.number == number:
                return one
        raise UnknownName(f"no alert {number} is open{_listed(self.open())}")

    def _append(self, alert: Alert, verb: Verb, by: str) -> None:
        told = packed({"sentence": alert.sentence.to_json(), "evidence": dict(alert.evidence)})
        with appending(self.state) as connection:
            connection.execute(
                insert(_MOVES).values(
                    at=moment(), alert=alert.group, verb=verb, said_by=by, severity=alert.severity, told=told
                )
            )


def alerts_of(state: State) -> Alerts:
    """The alerts of a project."""
    make_tables(state, _METADATA)
    return Alerts(state)


def _listed(found: Mapping[str, Open]) -> str:
    return "" if not found else "; open are " + ", ".join(f"{one.number} ({group})" for group, one in found.items())


def _older(at: str, seconds: float) -> bool:
    """Whether a moment is longer ago than that, or in the future: a clock was set back."""
    return not 0 <= (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds() < seconds


def _moved(before: Open | None, row: Row[Any]) -> Open | None:
    """What is open after one more move."""
    told = json.loads(row.told)
    sentence = Words(told["sentence"]["en"], told["sentence"]["zh"])
    alert = Alert(group=row.alert, severity=row.severity, sentence=sentence, evidence=told["evidence"])
    if before is None:
        return Open(alert, row.number, row.at, row.at) if row.verb == "raised" else None
    values = {
        "seen": {"alert": alert, "last": row.at, "unseen": 0},
        "unseen": {"unseen": before.unseen + 1},
        "sent": {"sent": row.at, "told": before.alert.severity},
        "acknowledged": {"acknowledged": row.said_by},
    }
    return None if row.verb == "resolved" else replace(before, **values.get(row.verb, {}))
