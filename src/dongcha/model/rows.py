"""Texts with labels: what a text classifier learns from.

Knows which rows can be learned from, and says which were left out.  Knows nothing of methods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.schema import Role
from dongcha.data.table import Table


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts and their labels, side by side."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a split as plain rows; `classes` are the labels of the train part, sorted."""

    train: Rows
    validation: Rows
    test: Rows
    fingerprint: str = ""
    notes: tuple[Words, ...] = ()
    classes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(sorted(set(self.train.labels))))


def usable(texts: Sequence[str | None], labels: Sequence[object]) -> Rows:
    """The rows that have both a text and a label; a label of another type is read as text."""
    pairs = [
        (t, str(c)) for t, c in zip(texts, labels, strict=True) if t and t.strip() and c is not None and str(c) != ""
    ]
    return Rows(tuple(t for t, _ in pairs), tuple(c for _, c in pairs))


def spread(labels: Sequence[str], most: int, seed: int) -> list[int]:
    """At most `most` positions drawn at random, with at least one of every class; all where they are few enough."""
    if len(labels) <= most:
        return list(range(len(labels)))
    first = {name: i for i, name in reversed(list(enumerate(labels)))}
    drawn = np.random.default_rng(seed).permutation(len(labels))[: max(0, most - len(first))]
    return sorted({*first.values(), *drawn.tolist()})


def checked(parts: Parts, owner: str = "train") -> Parts:
    """The parts with notes on what is thin; raises `DataError` where nothing can be learned."""
    if not len(parts.train):
        raise DataError(f"{owner}: no row of the train part has both a text and a label; name other columns")
    if len(parts.classes) < 2:
        raise DataError(
            f"{owner}: the label has one class only, {parts.classes[0]!r}; learning needs at least two: "
            "name another label column or bring rows of another class"
        )
    if len(parts.train) == len(parts.classes):
        raise DataError(
            f"{owner}: the label differs in every row ({len(parts.classes):,} classes), so nothing can be learned; "
            "name another label column"
        )
    if not len(parts.validation) or not len(parts.test):
        raise DataError(f"{owner}: the validation or the test part has no labelled row; bring more rows of each class")
    for name, part in (("validation", parts.validation), ("test", parts.test)):
        if not set(part.labels) & set(parts.classes):
            raise DataError(
                f"{owner}: no label of the {name} part ({part.labels[0]!r}, …) is among those to learn "
                f"({parts.classes[0]!r}, …); bring {name} rows of the same classes"
            )
    return Parts(parts.train, parts.validation, parts.test, parts.fingerprint, (*parts.notes, *_thin(parts)))


def _thin(parts: Parts) -> list[Words]:
    notes = []
    for name in parts.classes:
        rows = sum(part.labels.count(name) for part in (parts.train, parts.validation, parts.test))
        if rows < 10:
            notes.append(
                Words(
                    f"Class {name!r} has only {rows} labelled rows: its figures say little.",
                    f"类别“{name}”只有 {rows} 行有标签的数据，其指标参考意义有限。",
                )
            )
    unseen = sorted({*parts.validation.labels, *parts.test.labels} - set(parts.classes))
    if unseen:
        shown = ", ".join(repr(name) for name in unseen[:5])
        notes.append(
            Words(
                f"Not in the train part, so never predicted: {shown}.",
                f"训练集中没有、因此不会被预测的类别：{shown}。",
            )
        )
    return notes


def text_column(table: Table, label: str, text: str | None) -> str:
    """The column to read: the one named, else the one text column; raises `DataError` or `UnknownName`."""
    if text == label:
        raise DataError(
            f"column {label!r} is both text and label; name another with text= (--text) or label= (--label)"
        )
    if text is not None:
        return table.schema[text].name
    found = [column.name for column in table.schema.of(Role.TEXT) if column.name != label]
    if len(found) == 1:
        return found[0]
    if not found:
        names = ", ".join([name for name in table.schema.names if name != label][:12]) or "it has no other column"
        raise DataError(f"table {table.name!r} has no text column; name one with text= (--text): {names}")
    raise DataError(f"table {table.name!r} has several text columns; name one with text= (--text): {', '.join(found)}")


def rows_of(table: Table, label: str, text: str) -> tuple[Rows, int]:
    """The usable rows of a table, and how many were left out."""
    table.schema[label]
    got = table.values(text, label)
    rows = usable(got.column(text).to_pylist(), got.column(label).to_pylist())
    return rows, got.num_rows - len(rows)
