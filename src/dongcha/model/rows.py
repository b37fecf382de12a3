"""Inputs with answers: what a model learns from.

Knows rows and parts.  Knows nothing of tasks or methods.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Rows:
    """Inputs and their answers, side by side; a task says of what kind they are (texts and labels, words and tags).

    `numbers` are those of the table's rows that they come from, where each comes from one and somebody may ask.
    """

    inputs: tuple[Any, ...]
    answers: tuple[Any, ...]
    numbers: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.inputs)

    def at(self, places: Sequence[int]) -> "Rows":
        """The rows at these positions."""
        numbers = tuple(self.numbers[i] for i in places) if self.numbers else ()
        return Rows(tuple(self.inputs[i] for i in places), tuple(self.answers[i] for i in places), numbers)

    def first(self, most: int) -> "Rows":
        """The first rows, at most `most`."""
        return Rows(self.inputs[:most], self.answers[:most], self.numbers[:most])


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a split as plain rows; `outputs` names what a model can answer, as the task found them."""

    train: Rows
    validation: Rows
    test: Rows
    fingerprint: str = ""
    notes: tuple[Words, ...] = ()
    outputs: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Rows]:
        return iter((self.train, self.validation, self.test))


def numbered(got: "pa.Table", kept: Sequence[int]) -> tuple[int, ...]:
    """The numbers of the kept rows of what `Table.values` gave."""
    numbers = got.column(ROW).to_pylist()
    return tuple(numbers[i] for i in kept)


def spread(answers: Sequence[object], most: int, seed: int) -> list[int]:
    """At most `most` positions drawn at random, with one of every answer where there are not more answers than that."""
    if len(answers) <= most:
        return list(range(len(answers)))
    first = {name: i for i, name in reversed(list(enumerate(answers)))}
    if len(first) > most:  # numbers, sets: there are more answers than rows to keep
        first = {}
    drawn = np.random.default_rng(seed).permutation(len(answers))[: most - len(first)]
    return sorted({*first.values(), *drawn.tolist()})


def spread_words(answers: Sequence[Sequence[object]], most: int, seed: int) -> list[int]:
    """Positions of sentences drawn at random, with at most about `most` words, and at least one of every tag."""
    if sum(map(len, answers)) <= most:
        return list(range(len(answers)))
    kept: dict[object, int] = {}
    for i, tags in enumerate(answers):
        for tag in tags:
            kept.setdefault(tag, i)
    chosen, words = set(kept.values()), 0
    for i in np.random.default_rng(seed).permutation(len(answers)).tolist():
        words += len(answers[i])
        if words > most:
            break
        chosen.add(i)
    return sorted(chosen)


def input_column(table: Table, label: str, named: str | None, role: Role) -> str:
    """The column to read: the one named, else the one of that role; raises `DataError` or `UnknownName`."""
    if named == label:
        raise DataError(
            f"column {label!r} is both text and label; name another with text= (--text) or label= (--label)"
        )
    if named is not None:
        return table.schema[named].name
    found = [column.name for column in table.schema.of(role) if column.name != label]
    if len(found) == 1:
        return found[0]
    what = f"table {table.name!r} has {'several' if found else 'no'} {role.value} column{'s' if found else ''}"
    others = [name for name in table.schema.names if name != label][:12]
    names = ", ".join(found or others) or "it has no other column"
    raise DataError(f"{what}; name one with text= (--text): {names}")
