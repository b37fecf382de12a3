"""A table of texts, and how a single value becomes text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dongcha.core.words import Lang
from dongcha.report.labels import LABELS
from dongcha.report.numbers import number, percent
from dongcha.report.reading import Object, figure

LONGEST = 240
"""Characters of a value that a page shows."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Column heads and rows of texts; `figures` are the columns that hold numbers, `marked` the rows that stand out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.rows)


def cell(value: object, lang: Lang) -> str:
    """A value out of the data or out of a query, as text.

    >>> cell(0.123456, "en"), cell(2827, "en"), cell(None, "zh"), cell(True, "en")
    ('0.1235', '2,827', '缺失', 'yes')
    """
    if value is None:
        return LABELS["no_value"].at(lang)
    if isinstance(value, bool):
        return LABELS["yes" if value else "no"].at(lang)
    if isinstance(value, int | float):
        return number(value) if math.isfinite(value) else str(value)
    return short(str(value))


def short(text: str, longest: int = LONGEST) -> str:
    """The text, cut where it is too long; what no file can hold (lone surrogates) is replaced."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"


def share(facts: Object, name: str) -> str:
    """The share called `name` in per cent; empty where there is none."""
    value = figure(facts, name)
    return "" if value is None else percent(value)


def count(facts: Object, name: str) -> str:
    """The number called `name`; empty where there is none."""
    value = figure(facts, name)
    return "" if value is None else number(value)


def heads(lang: Lang, *names: str) -> tuple[str, ...]:
    """Several of the page's own words."""
    return tuple(LABELS[name].at(lang) for name in names)


def filled(grid: Grid) -> Grid:
    """The grid without the columns that are empty in every row."""
    kept = [i for i in range(len(grid.head)) if any(row[i] for row in grid.rows)]
    places = {old: new for new, old in enumerate(kept)}
    return Grid(
        _only(grid.head, kept),
        tuple(_only(row, kept) for row in grid.rows),
        frozenset(places[i] for i in grid.figures if i in places),
        grid.marked,
    )


def _only(row: Sequence[str], kept: Sequence[int]) -> tuple[str, ...]:
    return tuple(row[i] for i in kept)
