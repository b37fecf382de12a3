"""Exception to a difference: an outcome is more common in a group within nearly all values of a third category.

Within few it is less common there.

What nearly all and few are: `commonness.py`.  Test within a value: Fisher's exact test of the group against all others,
two-sided as twice the smaller tail.  Of all pairs of an outcome's value and a group the surest is told, its p-value
times the pairs asked.  Effect: Cohen's h of the group against the others within the exception.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.commonness import FEWEST, NEARLY_ALL, Rule, needed, rule
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Cell, Subject
from dongcha.insight.patterns.exception import HOLDS, UNSURE, doubts, never, verdicts
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values
from dongcha.insight.patterns.triples import triples
from dongcha.insight.stability.crossed import way_again
from dongcha.insight.strata import Strata, strata
from dongcha.insight.surprise import surprise

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_GROUPS = 60


@dataclass(frozen=True, slots=True)
class Sides:
    """The rates of a value in a group and elsewhere, one for each large value of the third category `by`."""

    by: str
    within: tuple[str, ...]
    rates: tuple[Rate, ...]

    @property
    def ways(self) -> tuple[int, ...]:
        """1 where it is more common in the group, -1 where it is less, 0 where the same."""
        return tuple(_sign(one.hits * one.rest_rows - one.rest_hits * one.group_rows) for one in self.rates)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


@PATTERNS("opposite")
def claims(cube: Cube) -> Iterator[Claim]:
    """The surest exception of every two categories by every third one, among the triples that are counted."""
    for counted, names in triples(cube):
        yield from _surest(cube, counted, names)


def _surest(cube: Cube, counted: Counts, names: tuple[str, str, str]) -> Iterator[Claim]:
    """One claim; with the p-value 1 where something was asked and nothing is sure."""
    asked = list(_sides(counted, names))
    held = [rule(one.ways, p_values(list(one.rates))) for one in asked]
    sure = [(one.p_value, at) for at, one in enumerate(held) if one is not None]
    if asked:
        p, at = min(sure, default=(1.0, 0))
        yield _claim(cube, asked[at], held[at], (min(1.0, p * len(asked)), len(asked)))


def _sides(counted: Counts, names: tuple[str, str, str]) -> Iterator[Sides]:
    """Every value and group whose difference goes one way in nearly all values of the third and the other way in some.

    Of two values, or of two groups, one tells it all.
    """
    import numpy as np

    outcome, breakdown, by = names
    table, values, groups = strata(counted, outcome, breakdown)
    third = sorted({str(key[counted.dimensions.index(by)]) for key in counted.keys})
    large = (table.n >= MIN_GROUP) & (table.rest >= MIN_GROUP)
    ways = np.sign(table.hits * table.rest - table.rest_hits * table.n) * large
    up, down, size = (ways > 0).sum(-1), (ways < 0).sum(-1), large.sum(-1)
    worth = (np.maximum(up, down) >= np.ceil(NEARLY_ALL * size)) & (np.minimum(up, down) > 0)
    worth &= (size >= FEWEST) & (size <= MOST_GROUPS)
    for i, j in np.argwhere(worth).tolist():
        if (len(values) == 2 and i) or (len(groups) == 2 and j):
            continue
        one, places = table.at(i, j), large[i, j].nonzero()[0].tolist()
        rates = tuple(_rate((outcome, values[i], breakdown, groups[j]), one, at) for at in places)
        yield Sides(by, tuple(third[at] for at in places), rates)


def _rate(asked: tuple[str, str, str, str], one: Strata, at: int) -> Rate:
    hits, n, rest_hits, rest = (int(part[at]) for part in (one.hits, one.n, one.rest_hits, one.rest))
    return Rate(*asked, hits, n, rest_hits, rest)


def _claim(cube: Cube, one: Sides, held: Rule | None, surest: tuple[float, int]) -> Claim:
    """The surest of so many asked, with its p-value."""
    p, asked = surest
    at = held.breaks[0] if held else 0
    rate, third = one.rates[at], one.within[at]
    return Claim(
        pattern="exception",
        subject=Subject(rate.outcome, "rate", (rate.breakdown, one.by), category=str(rate.category)),
        test="Fisher's exact test in every group (Holm)",
        p_value=p,
        effect=rate.effect,
        share=sum(r.group_rows + r.rest_rows for r in one.rates) / cube.rows,
        fact=("pair", *sorted((rate.outcome, rate.breakdown, one.by))),
        prove=partial(_prove, cube, one, held) if held else never,
        weight=surprise(cube, rate.outcome, (one.by, third), always=False),
        again=partial(way_again, rate.asked, (one.by, one.within), (third, needed(len(one.within)))),
        tried=asked * len(one.within),
    )


def _prove(cube: Cube, one: Sides, held: Rule) -> Proof:
    rate, third = one.rates[held.breaks[0]], one.within[held.breaks[0]]
    said = verdicts(one.within, held)
    proof = evidence(cube.table, _by_third(rate, (one.by, third), said))
    row = subject_row(proof)
    facts: dict[str, Cell] = {"group": str(rate.group), "within": third}
    facts |= {name: row[name] for name in ("value", "n", "rest", "holds", "groups")}
    return Proof(facts, proof, doubts(said))


def _by_third(rate: Rate, third: tuple[str, str], said: Mapping[str, str]) -> "Callable[[ir.Table], ir.Table]":
    """The rate in the group and elsewhere within each large value of the third category; the exception first."""
    outcome, category, breakdown, group = rate.asked
    by, exception = third

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(*(data[name].notnull() for name in (outcome, breakdown, by)))
        inside = (known[breakdown].cast("string") == group).cast("int64")
        hit = (known[outcome].cast("string") == category).cast("int64")
        cut = known.select(within=known[by].cast("string"), hit=hit, inside=inside)
        found = cut.group_by("within").agg(
            rows=cut.count(), n=cut.inside.sum(), met=cut.hit.sum(), hits=(cut.hit * cut.inside).sum()
        )
        found = found.mutate(rest_n=found.rows - found.n, rest_hits=found.met - found.hits)
        found = found.filter((found.n >= MIN_GROUP) & (found.rest_n >= MIN_GROUP))
        found = found.mutate(outcome=found.within.cases(*said.items(), else_=UNSURE))
        return _shown(found, exception)

    return query


def _shown(found: "ir.Table", exception: str) -> "ir.Table":
    holds = found.outcome == HOLDS
    shown = found.select(
        "within",
        value=found.hits / found.n,
        n=found.n,
        rest=found.rest_hits / found.rest_n,
        rest_n=found.rest_n,
        outcome=found.outcome,
        holds=holds.cast("int64").sum().over(),
        groups=found.rows.count().over(),
        is_subject=found.within == exception,
    )
    return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown.within)
