"""The texts of a table with their phrases: read and cut into words once, then asked by every pattern.

Knows which column holds the texts.  Knows nothing of groups, periods or tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from dongcha.data.excerpt import plain, without_links
from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table
from dongcha.data.vocabulary import vocabulary
from dongcha.insight.phrases import PhraseCounts
from dongcha.insight.text.forms import Folded, folded
from dongcha.insight.text.says import is_plain, says

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

MOST_TEXTS = 20_000
"""Texts that phrases are looked for in; of more, every n-th row is taken.  Claims count all of them."""

LONGEST = 10_000
"""Characters of a text in which phrases are looked for."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """The texts of `column` in `sample`, some or all rows of `table`, in row order."""

    table: Table
    column: str
    sample: Table
    texts: tuple[str, ...]
    phrases: Folded

    @cached_property
    def counts(self) -> PhraseCounts:
        """Which text has which phrase."""
        return PhraseCounts(self.texts, self.phrases.words)

    @cached_property
    def often(self) -> "npt.NDArray[np.int64]":
        """Texts of the sample with each phrase, shape (phrases,)."""
        import numpy as np

        return np.asarray(self.phrases.words.matrix.sum(axis=0)).ravel().astype(np.int64)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {phrase: i for i, phrase in enumerate(self.phrases.words.phrases)}

    def forms(self, phrase: str) -> tuple[str, ...]:
        """The forms that count as the phrase."""
        return self.phrases.forms[self._places[phrase]] if phrase in self._places else (phrase,)

    def having(self, phrase: str) -> "npt.NDArray[np.int64]":
        """The numbers of the texts of the sample with the phrase, in order."""
        import numpy as np

        return self.counts.having(self._places[phrase]) if phrase in self._places else np.zeros(0, np.int64)

    def alike(self, one: str, other: str) -> bool:
        """Whether two phrases of the sample say the same: they are one, or share words and stand in the same texts."""
        return one == other or self.counts.alike(self._places[one], self._places[other])

    def says(self, data: "ir.Table", phrase: str) -> "ir.BooleanValue":
        """Whether a row's text says the phrase, for the engine to tell."""
        return says(data, self.column, self.forms(phrase))

    def told(self, data: "ir.Table", phrase: str) -> "ir.BooleanValue":
        """The same answer as `says`, sooner where it can be, for what is counted and not shown; of rows of `table`."""
        return says(data, self.column, self.forms(phrase), plain=self._plain)

    @cached_property
    def _plain(self) -> bool:
        return is_plain(self.table.expr, self.column)

    def of_sample(self, **columns: "ir.Value") -> dict[str, list[Any]]:
        """The values of expressions over the sample, in row order."""
        expr = self.sample.expr
        found = expr.select(expr[ROW], **columns).order_by(ROW).to_pyarrow()
        return {name: found.column(name).to_pylist() for name in columns}

    def by(self, key: "ir.Value", phrases: Sequence[str]) -> dict[object, tuple[int, list[int]]]:
        """For each value of `key` over the whole table: its texts, and how many of them say each phrase."""
        expr = self.table.expr
        said = {f"said{i}": self.told(expr, phrase).cast("int64") for i, phrase in enumerate(phrases)}
        known = expr.filter(expr[self.column].notnull()).select(key=key, **said)
        known = known.filter(known.key.notnull())
        sums = {name: known[name].sum() for name in said}
        rows = known.group_by("key").agg(texts=known.count(), **sums).to_pyarrow().to_pylist()
        return {row["key"]: (row["texts"], [row[name] for name in said]) for row in rows}


def corpus(table: Table) -> Corpus | None:
    """The texts of the table's text column; None where there is none or no phrase in it."""
    return _made(_Same(table))


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A table, equal to itself alone: its expressions are compared by content, which takes longer than is saved."""

    table: Table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.table is other.table


@lru_cache(maxsize=1)  # every pattern asks for the same texts
def _made(one: _Same) -> Corpus | None:
    table = one.table
    column = text_column(table)
    if column is None:
        return None
    sample = sampled(table)
    texts = tuple(without_links(plain(text[:LONGEST])) for text in sample.texts(column))
    phrases = _phrases(texts)
    return Corpus(table, column, sample, texts, phrases) if phrases.words.phrases else None


def text_column(table: Table) -> str | None:
    """The column with the most text; None where there is none."""
    names = [column.name for column in table.schema.of(Role.TEXT) if column.type == "VARCHAR"]
    if len(names) < 2:
        return names[0] if names else None
    lengths = table.expr.aggregate(**{f"c{i}": table.expr[name].length().sum() for i, name in enumerate(names)})
    row: dict[str, int | None] = lengths.to_pyarrow().to_pylist()[0]
    return max(names, key=lambda name: row[f"c{names.index(name)}"] or 0)


def sampled(table: Table) -> Table:
    """The table, or every n-th row of one that is too large to be read in words."""
    step = -(-table.rows // MOST_TEXTS)
    return table if step <= 1 else table.with_expr(table.expr.filter(table.expr[ROW] % step == 0))


@lru_cache(maxsize=1)  # every pattern asks for the same texts
def _phrases(texts: tuple[str, ...]) -> Folded:
    return folded(vocabulary(texts))
