"""Labels that people gave to texts: appended, never rewritten; that one was taken back is one more row.

Knows keys, moments and JSON values.  Knows nothing of models or of what a text is for.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Row, String, Table, Text, insert, select

from dongcha.store.state import State, appending, guarded, make_tables, moment, number_of, packed

_METADATA = MetaData()
_LABELS = Table(
    "labels",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("said_by", String, nullable=False),
    Column("task", String, nullable=False),  # what the labels are of: the name of the column that is labelled
    Column("key", String, nullable=False),  # of the text
    Column("text", Text, nullable=False),
    Column("label", Text),  # JSON; null: it was skipped
    Column("undoes", Integer),  # the number of the row that this one takes back
    Index("labels_of", "task", "number"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """One label as it is stored; `label` None says that the text was skipped."""

    number: int
    at: str
    by: str
    key: str
    text: str
    label: Any


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a state, for one column that is labelled."""

    state: State
    task: str

    def append(self, text: str, label: Any, by: str) -> Given:
        """Store a label (None: skipped), durable when this returns."""
        text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")  # as every database takes it
        row = {"at": moment(), "said_by": by, "task": self.task, "key": key_of(text), "text": text}
        with appending(self.state) as connection:
            said = None if label is None else packed(label)
            done = connection.execute(insert(_LABELS).values(**row, label=said))
            return Given(number_of(done), row["at"], by, row["key"], text, label)

    def undo(self, by: str) -> Given | None:
        """Take back the last label (or skip) of `by` that stands; gives it, or None where there is none."""
        with appending(self.state) as connection:
            rows = connection.execute(self._asked()).all()
            mine = [one for one in _standing(rows) if one.said_by == by]
            if not mine:
                return None
            last = mine[-1]
            more = {"at": moment(), "said_by": by, "task": self.task, "key": last.key, "text": ""}
            connection.execute(insert(_LABELS).values(**more, label=None, undoes=last.number))
            return _from(last)

    def standing(self) -> list[Given]:
        """What holds now: of each text the last word of each person that was not taken back, in the order given."""
        with guarded(self.state), self.state.engine.connect() as connection:
            rows = connection.execute(self._asked()).all()
        last = {(row.key, row.said_by): row for row in _standing(rows)}
        return [_from(row) for row in sorted(last.values(), key=lambda row: row.number)]

    def _asked(self) -> Any:
        return select(_LABELS).where(_LABELS.c.task == self.task).order_by(_LABELS.c.number)


def key_of(text: str) -> str:
    """The fingerprint of a text: the same text is the same row, wherever it stands."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return hashlib.sha256(clean.encode("utf-8")).hexdigest()[:32]


def labels_of(state: State, task: str) -> Labels:
    """The labels of a project for the column `task`."""
    make_tables(state, _METADATA)
    return Labels(state, task)


def _standing(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    undone = {row.undoes for row in rows if row.undoes is not None}
    return [row for row in rows if row.undoes is None and row.number not in undone]


def _from(row: Row[Any]) -> Given:
    label = None if row.label is None else json.loads(row.label)
    return Given(row.number, row.at, row.said_by, row.key, row.text, label)
