"""Which claims are told, in the light of how they hold in halves of the data.

A claim's score is taken times the part of the draws in which it holds.  Where rows belong to units, a claim that would
not be significant with whole units drawn is not made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dongcha.data.table import Table
from dongcha.insight.claim import Claim
from dongcha.insight.cube import Cube
from dongcha.insight.families import is_relation
from dongcha.insight.goal import Goal
from dongcha.insight.grain import Level
from dongcha.insight.rank import Ranked, ranked
from dongcha.insight.remembered import NOTHING, Remembered
from dongcha.insight.stability.dealt import Dealt
from dongcha.insight.stability.units import Unit, unit_of
from dongcha.insight.stability.verdict import verdict

MOST = 3
"""Claims that are drawn again, as a multiple of those that are told."""


@dataclass(frozen=True, slots=True)
class Halves:
    """The rows dealt one by one, and by whole units where they belong to any."""

    by_row: Dealt
    by_unit: Dealt | None = None

    @property
    def unit(self) -> Unit | None:
        """What rows belong to."""
        return self.by_unit.unit if self.by_unit else None


def halves_of(table: Table, cube: Cube | None = None) -> Halves:
    """How the rows of a table are drawn; `cube` counts the same rows."""
    unit = unit_of(table)
    return Halves(Dealt(table, cube=cube), Dealt(table, unit) if unit else None)


def halves_at(at: Sequence[Level]) -> dict[str | None, Halves]:
    """How the rows of each level are drawn, with the columns that are made while mining."""
    return {one.name: halves_of(one.cube.at_hand, None if one.cube.sample else one.cube) for one in at}


Held = Sequence[tuple[Claim, float]]


@dataclass(frozen=True, slots=True)
class Order:
    """By what claims are put in order, and how many are told."""

    wanted: Goal
    top: int
    remembered: Remembered = NOTHING

    def of(self, held: Held) -> list[Ranked]:
        """The claims that would be told."""
        return ranked(held, self.wanted, self.top, self.remembered)


def chosen(
    held: Held, order: Order, halves: Mapping[str | None, Halves], *, least: float, bars: Mapping[bool, float]
) -> list[Ranked]:
    """The claims that an order puts first, each with its verdict.

    `halves` are drawn of the rows that claims count, by `Subject.table`.  `least` is the least effect worth telling,
    `bars` the largest p-values that Benjamini-Hochberg accepts (`deflated.bars`).

    Only claims that would be told are drawn again: a score can only fall, so that the order of the others stands.
    """
    left, room = list(held), MOST * order.top
    while True:
        found = order.of(left)
        new = [one.claim for one in found if one.claim.again and one.claim.verdict is None]
        if not new:
            return found
        for claim in new[:room]:
            assert claim.again is not None
            of = halves[claim.subject.table]
            said = verdict(claim.again, claim.effect.value, least, of.by_row, of.by_unit)
            judged = replace(claim, verdict=said, weight=claim.weight * said.part)
            holds = said.p_value <= bars[is_relation(claim)] and said.part > 0
            left = _with(left, claim, judged if holds else None)
        room -= len(new)
        if room <= 0:
            return [one for one in order.of(left) if one.claim.verdict or not one.claim.again]


def _with(held: Held, claim: Claim, judged: Claim | None) -> list[tuple[Claim, float]]:
    """The claims with the one that was judged; without all that tell its fact where it does not hold."""
    if judged is None:
        return [(one, q) for one, q in held if one.fact != claim.fact]
    return [(judged if one is claim else one, q) for one, q in held]
