"""Exception to a difference: an outcome is more common in a group within nearly all values of a third category.

Within few it is less common there.

What nearly all and few are: `commonness.py`.  Test within a value: Fisher's exact test of the group against all others,
two-sided as twice the smaller tail.  Of all pairs of an outcome's value and a group the surest is told, its p-value
times the pairs asked.  Effect: Cohen's h of the group against the others within the exception.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.commonness import FEWEST, NEARLY_ALL, Rule, rule
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Cell, Subject
from dongcha.insight.patterns.exception import HOLDS, UNSURE, doubts, verdicts
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values, related
from dongcha.insight.strata import Strata, strata
from dongcha.insight.surprise import surprise

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_VALUES = 6
"""An outcome of more values is not asked."""

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
    for names, counted in cube.counts.items():
        if len(names) != 3 or cube.corrections.keys() & set(names):
            continue
        if any(related(cube, two) for two in itertools.combinations(names, 2)):
            continue
        for by in names:
            two = sorted((n for n in names if n != by), key=lambda n: (len(cube.counts[(n,)].keys), names.index(n)))
            if len(cube.counts[(two[0],)].keys) <= MOST_VALUES:
                yield from _surest(cube, counted, (two[0], two[1], by))


def _surest(cube: Cube, counted: Counts, names: tuple[str, str, str]) -> Iterator[Claim]:
    asked = [one for one in _sides(counted, names) if _worth_asking(one.ways)]
    found = [(held.p_value, at, held) for at, one in enumerate(asked) if (held := rule(one.ways, _tested(one)))]
    if found:
        p, at, held = min(found, key=lambda one: one[:2])
        yield _claim(cube, asked[at], held, min(1.0, p * len(asked)))


def _tested(one: Sides) -> list[float]:
    return p_values(list(one.rates))


def _sides(counted: Counts, names: tuple[str, str, str]) -> Iterator[Sides]:
    """Every value and group; of two values, or of two groups, one tells it all."""
    outcome, breakdown, by = names
    table, values, groups = strata(counted, outcome, breakdown)
    third = sorted({str(key[counted.dimensions.index(by)]) for key in counted.keys})
    axes = [range(1 if len(axis) == 2 else len(axis)) for axis in (values, groups)]
    for i, j in itertools.product(*axes):
        one = table.at(i, j)
        large = _large(one)
        if FEWEST <= len(large) <= MOST_GROUPS:
            rates = tuple(_rate((outcome, values[i], breakdown, groups[j]), one, at) for at in large)
            yield Sides(by, tuple(third[at] for at in large), rates)


def _large(one: Strata) -> list[int]:
    return [int(at) for at in ((one.n >= MIN_GROUP) & (one.rest >= MIN_GROUP)).nonzero()[0]]


def _rate(asked: tuple[str, str, str, str], one: Strata, at: int) -> Rate:
    cells = (int(part[at]) for part in (one.hits, one.n, one.rest_hits, one.rest))
    return Rate(*asked, *cells)


def _worth_asking(ways: tuple[int, ...]) -> bool:
    """Whether the difference goes one way in three quarters of the values, and the other way in some."""
    counted = Counter(ways)
    most, less = max((counted[1], counted[-1])), min((counted[1], counted[-1]))
    return most >= math.ceil(NEARLY_ALL * len(ways)) and less > 0


def _claim(cube: Cube, one: Sides, held: Rule, p: float) -> Claim:
    rate = one.rates[held.breaks[0]]
    third = one.within[held.breaks[0]]
    return Claim(
        pattern="exception",
        subject=Subject(rate.outcome, "rate", (rate.breakdown, one.by), category=str(rate.category)),
        test="Fisher's exact test in every group (Holm)",
        p_value=p,
        effect=rate.effect,
        share=sum(r.group_rows + r.rest_rows for r in one.rates) / cube.rows,
        fact=("pair", *sorted((rate.outcome, rate.breakdown, one.by))),
        prove=partial(_prove, cube, one, held),
        weight=surprise(cube, rate.outcome, (one.by, third), always=False),
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
