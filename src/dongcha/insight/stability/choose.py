"""Which claims are told, in the light of how they hold in halves of the data.

A claim's score is taken times the part of the draws in which it holds.  Where rows belong to units, a claim that would
not be significant with whole units drawn is not made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dongcha.data.table import Table
from dongcha.insight.claim import Claim
from dongcha.insight.goal import Goal
from dongcha.insight.rank import Ranked, ranked
from dongcha.insight.remembered import NOTHING, Remembered
from dongcha.insight.stability.dealt import Dealt
from dongcha.insight.stability.units import unit_of
from dongcha.insight.stability.verdict import verdict

MOST = 3
"""Claims that are drawn again, as a multiple of those that are told."""

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


def chosen(held: Held, order: Order, tables: Mapping[str | None, Table], *, least: float, bar: float) -> list[Ranked]:
    """The claims that an order puts first, each with its verdict.

    `tables` are the rows that claims count, by `Subject.table`.  `least` is the least effect worth telling, `bar` the
    largest p-value that Benjamini-Hochberg accepts.

    Only claims that would be told are drawn again: a score can only fall, so that the order of the others stands.
    """
    if not held:
        return []
    dealt = {name: _dealt(table) for name, table in tables.items()}
    left, room = list(held), MOST * order.top
    while True:
        found = order.of(left)
        new = [one.claim for one in found if one.claim.again and one.claim.verdict is None]
        if not new:
            return found
        for claim in new[:room]:
            assert claim.again is not None
            said = verdict(claim.again, claim.effect.value, least, *dealt[claim.subject.table])
            judged = replace(claim, verdict=said, weight=claim.weight * said.part)
            left = _with(left, claim, judged if said.p_value <= bar and said.part > 0 else None)
        room -= len(new)
        if room <= 0:
            return [one for one in order.of(left) if one.claim.verdict or not one.claim.again]


def _dealt(table: Table) -> tuple[Dealt, Dealt | None]:
    """The rows dealt one by one, and by whole units where they belong to any."""
    unit = unit_of(table)
    return Dealt(table), Dealt(table, unit) if unit else None


def _with(held: Held, claim: Claim, judged: Claim | None) -> list[tuple[Claim, float]]:
    """The claims with the one that was judged; without all that tell its fact where it does not hold."""
    if judged is None:
        return [(one, q) for one, q in held if one.fact != claim.fact]
    return [(judged if one is claim else one, q) for one, q in held]
