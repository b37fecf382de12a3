"""What is asked: which figure, between which two sides of the table.

Knows words and columns.  Knows nothing of counts or tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from dongcha.core.checks import known, need
from dongcha.core.errors import ConfigError, DataError
from dongcha.data.schema import Role
from dongcha.data.span import Span, span
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

Aggregation = Literal["count", "sum", "mean", "rate"]
ROWS = ("rows", "count", "记录数")
NUMBERS = ("BIGINT", "DOUBLE")


@dataclass(frozen=True, slots=True)
class Figure:
    """What is compared: `count` of rows, `sum` or `mean` of a column, or `rate` of rows where it is `category`."""

    aggregation: Aggregation
    column: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """Rows with `column` in the span `period`, or equal to `value`; with neither, unequal to the other side's."""

    column: str
    period: Span | None = None
    value: str | None = None

    @property
    def text(self) -> str:
        """The side in one word, as it was asked for."""
        return self.period.text if self.period else self.value if self.value is not None else "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Why does `figure` differ between `before` and `after`?

    `by` names the dimensions; None takes every category.  `part` (0..1) of the difference is to be explained, `fdr` is
    the part of false ones accepted among the segments that are named.
    """

    figure: Figure
    before: Side
    after: Side
    by: tuple[str, ...] | None = None
    part: float = 0.8
    fdr: float = 0.05

    def __post_init__(self) -> None:
        need("explain", "part", self.part, 0 < self.part <= 1, "above 0 and at most 1")
        need("explain", "fdr", self.fdr, 0 < self.fdr < 1, "between 0 and 1")
        one, two = self.before, self.after
        if one == two:
            raise ConfigError(f"both sides are {one.text!r}; name two that differ")
        if one.period and two.period:
            _apart(one.period, two.period)

    @property
    def timed(self) -> bool:
        """Whether two periods are compared, not two groups."""
        return self.after.period is not None


def _apart(one: Span, two: Span) -> None:
    if (one.start, one.end) == (two.start, two.end):
        raise ConfigError(f"both sides are {two.text!r}; name two periods that differ")
    if one.start < two.end and two.start < one.end:
        raise ConfigError(f"the periods {one.text!r} and {two.text!r} overlap; name two that share no day")


def figure_of(table: Table, text: str) -> Figure:
    """The figure that a text names: `rows`, `sum:COL`, `mean:COL`, `COL=VALUE` (a rate), or `COL` (its sum).

    Raises `UnknownName` for a column that is not there, `DataError` for one that holds no numbers.
    """
    names = table.schema.names
    if text in names:
        return Figure("sum", _numeric(table, text))
    if text.lower() in ROWS:
        return Figure("count")
    kind, mark, rest = text.partition(":")
    if mark and kind in ("sum", "mean") and (rest in names or text.rpartition("=")[0] not in names):
        return Figure(cast("Aggregation", kind), _numeric(table, known("column", rest, names)))
    stated = rest if mark and kind == "rate" else text
    column, value = _equation(stated, names)
    if value is None:
        known("column", stated, names)
    return Figure("rate", column, value)


def _equation(text: str, names: Sequence[str]) -> tuple[str, str | None]:
    """`COL=VALUE` cut where the left side is a column, so that either may hold the sign."""
    cuts = [at for at, letter in enumerate(text) if letter == "="]
    for at in cuts:
        if text[:at] in names:
            return text[:at], text[at + 1 :]
    if cuts:
        known("column", text[: cuts[0]], names)
    return text, None


def _numeric(table: Table, name: str) -> str:
    column = table.schema[name]
    if column.type in NUMBERS and column.role is not Role.ID:
        return name
    held = {Role.ID: "identifiers", Role.TIME: "dates"}.get(column.role or Role.TEXT, "text")
    numbers = [c.name for c in table.schema if c.type in NUMBERS and c.role is not Role.ID]
    offered = f"; columns of numbers: {', '.join(numbers[:8])}" if numbers else ""
    raise DataError(
        f"column {name!r} holds {held}, which has no sum or mean; ask for the rate of a value ({name}=VALUE){offered}"
    )


def periods_of(table: Table, between: Sequence[str], time: str | None = None) -> tuple[Side, Side]:
    """Two periods of the time column `time`, or of the only one.

    Raises `ConfigError` where it has to be named, `DataError` where there is none.
    """
    if len(between) != 2:
        raise ConfigError(f"between takes two periods, got {len(between)}")
    times = [column.name for column in table.schema.of(Role.TIME)]
    if time is None and len(times) != 1:
        if not times:
            raise DataError(
                f"{table.name!r} has no column of dates; compare two groups, or state one with --role COL=time"
            )
        raise ConfigError(f"there are {len(times)} columns of dates ({', '.join(times)}); name one with --time")
    name = table.schema[time].name if time is not None else times[0]
    if not table.schema[name].type.startswith(("DATE", "TIMESTAMP")):
        raise DataError(f"column {name!r} holds no dates; columns of dates: {', '.join(times) or 'none'}")
    one, two = (span(text) for text in between)
    return Side(name, period=one), Side(name, period=two)


def groups_of(table: Table, group: str, against: str | None = None) -> tuple[Side, Side]:
    """The rows of `COL=VALUE` against those with another value of the column, or against all other rows with one.

    Raises `UnknownName` for a column or value that is not there.
    """
    column, value = _equation(group, table.schema.names)
    if value is None:
        table.schema[group]
        raise ConfigError(f"a group is written COLUMN=VALUE, got {group!r}")
    values = _values(table, column)
    sides = [
        Side(column, value=known(f"value of {column!r}", said, values)) for said in (value, against) if said is not None
    ]
    return (sides[1] if len(sides) > 1 else Side(column)), sides[0]


def _values(table: Table, column: str) -> list[str]:
    """The values of a column as texts, the most common first."""
    found = table.expr.select(value=table.expr[column].cast("string")).filter(lambda t: t.value.notnull())
    counted = found.group_by("value").agg(n=lambda t: t.count())
    ordered = counted.order_by(counted.n.desc(), counted.value)
    return [str(value) for value in ordered.to_pyarrow().column("value").to_pylist()]


def where(data: "ir.Table", side: Side, other: Side) -> "ir.BooleanValue":
    """Whether a row is on `side`."""
    import ibis

    if side.period is not None:
        day = data[side.column].cast("timestamp").cast("date")
        return cast("ir.BooleanValue", (day >= ibis.date(side.period.start)) & (day < ibis.date(side.period.end)))
    text = data[side.column].cast("string")
    return cast("ir.BooleanValue", text == side.value if side.value is not None else text != other.value)
