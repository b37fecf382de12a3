"""Sections of a page: paragraphs and blocks, each of a kind that the template knows how to lay out."""

from dataclasses import dataclass
from typing import Literal

from dongcha.report.charts.theme import Spec
from dongcha.report.contents.grid import Grid
from dongcha.report.contents.model import Heat

Kind = Literal["bars", "grid", "heat", "drawing", "pairs", "quotes", "list", "code"]


@dataclass(frozen=True, slots=True)
class Line:
    """A bar: its name, its length (0..1; None for no bar) with the value in words, and further cells.

    A cell is a value and what stands small below it.
    """

    name: str
    part: float | None
    cells: tuple[tuple[str, str], ...]
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Lines with a bar for the first cell each; those of `more` are folded."""

    head: tuple[str, ...]
    lines: tuple[Line, ...]
    more: tuple[Line, ...] = ()
    more_said: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as Vega-Lite; one that is `narrow` shrinks on a small screen, another scrolls."""

    chart: Spec
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A text out of the data, and what is said of it."""

    text: str
    said: str


Value = Bars | Grid | Heat | Drawing | str | tuple[Quote, ...] | tuple[str, ...] | tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a section; a folded one shows its title until it is opened."""

    kind: Kind
    value: Value
    title: str = ""
    hint: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page with its own heading."""

    name: str  # of the anchor
    title: str
    said: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.said or self.blocks)


def section(name: str, title: str, said: list[str], blocks: list[Block]) -> Section:
    """A section of the paragraphs that say something and the blocks that hold something."""
    return Section(
        name=name, title=title, said=tuple(filter(None, said)), blocks=tuple(block for block in blocks if block.value)
    )
