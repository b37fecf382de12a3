"""What the columns of a table are, and what each is for.

Knows names, types and roles.  Knows nothing of files, engines or values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from dongcha.core.checks import known
from dongcha.core.words import Words

ROW = "__row__"
"""Hidden column of every table: the 0-based number of the row in its source, BIGINT, unique, never missing."""

RAW = "__raw__"
"""Prefix of the hidden columns that keep a value as it was before cleaning."""

GROUP = "__group__"
"""Hidden column that cleaning adds: rows with nearly the same text share the lowest `ROW` among them."""


JOINED = "__row_of_{}__"
"""Hidden columns that a join adds: the `ROW` of the joined table that the row found, missing where it found none."""

TEXTS = "VARCHAR[]"
"""DuckDB's name of a column whose values are lists of texts: the words of a sentence, or their tags."""


def is_hidden(name: str) -> bool:
    """Whether a name is one that Dongcha keeps for its own columns, in whatever letter case.

    >>> is_hidden("__row__"), is_hidden("__RAW__x"), is_hidden("row")
    (True, True, False)
    """
    low = name.lower()
    return low.startswith(RAW) or (low.startswith("__") and low.endswith("__"))


def joined_row(table: str) -> str:
    """The hidden column that tells which row of a joined table a row found."""
    return JOINED.format(table)


class Role(StrEnum):
    """What a column is for."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    CATEGORY = "category"
    MEASURE = "measure"
    TIME = "time"
    ID = "id"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Confusion:
    """What a model read in held-out rows: `counts[i][j]` of them are truly `values[i]` and were read as `values[j]`."""

    values: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The model that wrote a column, and how far to trust it."""

    model: str
    source: str  # the column that the model read
    accuracy: float  # 0..1, on held-out rows
    rows: int  # held-out rows that the accuracy rests on
    confusion: Confusion | None = None  # on the same rows, where one value is read a row


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `role` None means that it is kept but not used, for the reason given."""

    name: str
    type: str  # DuckDB's name: VARCHAR, BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, …
    role: Role | None
    reason: Words
    confidence: float  # 0..1; 1 where a person said so
    read_by: ReadBy | None = None
    from_text: str | None = None  # the text column that it was worked out from, where no model read it
    between: tuple[str, str] | None = None  # the times whose difference in days the column is, made while mining
    table: str | None = None  # the joined table that it came from; None where it is the table's own
    ratio_of: tuple[str, str] | None = None  # the measures whose ratio the column is, made while mining

    @property
    def is_made(self) -> bool:
        """Whether the column is worked out while mining and not in the data."""
        return self.between is not None or self.ratio_of is not None

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {**asdict(self), "role": self.role.value if self.role else None}


@dataclass(frozen=True, slots=True)
class Schema:
    """The visible columns of a table, in order; hidden ones (`ROW`, `RAW…`) are not listed."""

    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def __getitem__(self, name: str) -> Column:
        """The column called `name`; raises `UnknownName` with the nearest name."""
        known("column", name, self.names)
        return next(column for column in self.columns if column.name == name)

    def of(self, *roles: Role) -> list[Column]:
        """The columns with one of the roles, in order."""
        return [column for column in self.columns if column.role in roles]

    def with_roles(self, roles: Mapping[str, Role | None]) -> "Schema":
        """The same schema with roles that a person stated; raises `UnknownName` for a column that is not there."""
        for name in roles:
            known("column", name, self.names)
        said = Words("you said so", "由您指定")
        return Schema(
            tuple(
                replace(c, role=roles[c.name], reason=said, confidence=1.0) if c.name in roles else c
                for c in self.columns
            )
        )

    def with_column(self, column: Column) -> "Schema":
        """The schema with `column` at the end, or in place of the one with the same name."""
        if column.name in self.names:
            return Schema(tuple(column if c.name == column.name else c for c in self.columns))
        return Schema((*self.columns, column))

    def to_json(self) -> list[dict[str, object]]:
        """A list of JSON objects, one a column."""
        return [column.to_json() for column in self.columns]
