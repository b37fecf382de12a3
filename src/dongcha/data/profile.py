"""`profile`: what the columns of a table hold, from one pass over it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from dongcha.core.words import Words
from dongcha.data.join.record import join_json
from dongcha.data.schema import ROW, Column, Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

EXAMPLES, LONGEST, HEAD = 3, 80, 2000
NUMBERS = ("BIGINT", "DOUBLE")
SURE = 100_000
"""Rows up to which different values are counted exactly; above, to about 2 % (HyperLogLog)."""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: `missing` is a share (0..1); `low`, `high` and `mean` are of numbers and times."""

    column: Column
    missing: float
    distinct: int
    examples: tuple[str, ...]
    low: str | float | None = None
    high: str | float | None = None
    mean: float | None = None

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of the column and of this record."""
        own = {"missing": self.missing, "distinct": self.distinct, "examples": list(self.examples)}
        return {**self.column.to_json(), **own, "low": self.low, "high": self.high, "mean": self.mean}


@dataclass(frozen=True, slots=True)
class Profile:
    """A table at a glance."""

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    notes: tuple[Words, ...]
    fingerprint: str
    join: Mapping[str, object] = field(default_factory=dict)  # the tables that were joined, where any were

    def to_json(self) -> dict[str, object]:
        """A JSON object; `time` is the first time column and what it covers, or null."""
        times = [c for c in self.columns if c.column.role is Role.TIME and c.low is not None]
        time = {"column": times[0].column.name, "first": times[0].low, "last": times[0].high} if times else None
        return {
            "name": self.name,
            "source": self.name,
            "rows": self.rows,
            "columns": [column.to_json() for column in self.columns],
            "notes": [note.to_json() for note in self.notes],
            "time": time,
            "fingerprint": self.fingerprint,
            **self.join,
        }


def profile(table: Table) -> Profile:
    """Counts, ranges and examples of every visible column."""
    rows = table.rows
    wanted: dict[str, ir.Value] = {}
    for at, column in enumerate(table.schema):
        wanted |= {f"{at}:{name}": value for name, value in _measures(table, column, rows).items()}
    found: dict[str, Any] = table.expr.aggregate(**wanted).to_pyarrow().to_pylist()[0]
    head = table.numbered.order_by(ROW).limit(HEAD).select(*table.schema.names).to_pyarrow()
    columns = []
    for at, column in enumerate(table.schema):
        low, high = (_plain(found.get(f"{at}:{name}")) for name in ("low", "high"))
        share = 1 - found[f"{at}:present"] / rows if rows else 0.0
        examples = _examples(head.column(column.name).to_pylist())
        mean = found.get(f"{at}:mean")
        columns.append(ColumnProfile(column, share, found[f"{at}:distinct"], examples, low, high, mean))
    return Profile(table.name, rows, tuple(columns), table.notes, table.fingerprint(), join_json(table))


def _measures(table: Table, column: Column, rows: int) -> "dict[str, ir.Value]":
    value = table.expr[column.name]
    distinct = value.nunique() if rows <= SURE else value.approx_nunique()
    found: dict[str, ir.Value] = {"present": value.count(), "distinct": distinct}
    if column.type in NUMBERS or column.role is Role.TIME:
        found |= {"low": value.min(), "high": value.max()}
    if column.type in NUMBERS:
        found["mean"] = cast("ir.NumericColumn", value).mean()
    return found


def _examples(values: list[object]) -> tuple[str, ...]:
    """The commonest of the first values."""
    counted = Counter(_text(value) for value in values if value is not None)
    return tuple(
        text if len(text) <= LONGEST else text[: LONGEST - 1] + "…" for text, _ in counted.most_common(EXAMPLES)
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return " ".join(str(value).removesuffix(" 00:00:00").split())


def _plain(value: object) -> str | float | None:
    if value is None or isinstance(value, int | float):
        return value
    return str(value)[:10] if isinstance(value, date) else str(value)
