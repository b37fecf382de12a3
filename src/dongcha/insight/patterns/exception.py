"""Exception: one value is the most common in nearly all groups of a breakdown, and another one in few of them.

What nearly all and few are: `commonness.py`.  Test of a group: binomial test of its most common value against the next,
two-sided; that the two were picked by looking needs no correction (Hung & Fithian 2019, see `leader.py`).  Where the
common value comes second or later in the exception, the first beats it too.  Effect: Cohen's h of the common value's
rate in the exception against that in the groups where it holds.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.commonness import FEWEST, Rule, needed, rule
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Cell, Effect, Subject
from dongcha.insight.laws import binomial_uppers
from dongcha.insight.patterns.outstanding import related
from dongcha.insight.stability.crossed import commonest_again
from dongcha.insight.stability.dealt import Retest
from dongcha.insight.strata import dense
from dongcha.insight.surprise import surprise

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

ENOUGH = 30
"""Rows of a group about which anything is said."""

MOST_GROUPS = 60
WEIGHT = 0.6
"""The same fact is told of the exception's own rate where that is stronger."""

HOLDS, BREAKS, UNSURE = "holds", "breaks", "unsure"


@dataclass(frozen=True, slots=True, eq=False)
class Leaders:
    """The rows of `groups[g]` with each of `values`, shape (groups, values), and the place of the most common one."""

    breakdown: str
    column: str
    groups: tuple[str, ...]
    values: tuple[str, ...]
    table: "Floats"
    first: tuple[int, ...]
    p_values: tuple[float, ...]


@PATTERNS("exception")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every two categories, either as the breakdown, where one value comes first in most groups and not in all."""
    for names, counted in cube.counts.items():
        if len(names) != 2 or not set(names) <= set(cube.categories) or cube.corrections.keys() & set(names):
            continue
        if related(cube, names):
            continue
        for side in (0, 1):
            found = _leaders(counted, side)
            if found is not None and _worth_asking(found.first):
                yield _claim(cube, found, rule(found.first, found.p_values))


def _leaders(counted: Counts, side: int) -> Leaders | None:
    """What is most common in each large group of the column at `side`; None where there are too few or too many."""
    import numpy as np

    table, axes = dense(counted)
    table, groups, values = (table if side == 0 else table.T), axes[side], axes[1 - side]
    large = table.sum(1) >= ENOUGH
    if not FEWEST <= large.sum() <= MOST_GROUPS or len(values) < 2:
        return None
    table = table[large]
    second, most = np.sort(table, axis=1)[:, -2:].T
    p = np.minimum(1.0, 2 * binomial_uppers(most, most + second, 0.5))
    return Leaders(
        counted.dimensions[side],
        counted.dimensions[1 - side],
        tuple(group for group, keep in zip(groups, large, strict=True) if keep),
        tuple(values),
        table,
        tuple(int(at) for at in table.argmax(1)),
        tuple(float(one) for one in p),
    )


def _worth_asking(first: tuple[int, ...]) -> bool:
    """Whether one value comes first in three quarters of the groups, and another in some."""
    most = max(map(first.count, first))
    return needed(len(first)) <= most < len(first)


def _claim(cube: Cube, found: Leaders, held: Rule | None) -> Claim:
    common = int(str(held.common)) if held else max(found.first, key=found.first.count)
    at = held.breaks[0] if held else next(i for i, one in enumerate(found.first) if one != common)
    holds = list(held.holds) if held else [i for i, one in enumerate(found.first) if one == common]
    group, value = found.groups[at], found.values[common]
    sizes = [len(cube.counts[(name,)].keys) for name in (found.column, found.breakdown)]
    same = ("outstanding", found.column, found.breakdown, group)
    return Claim(
        pattern="exception",
        subject=Subject(found.column, "rate", (found.breakdown,), category=value),
        test="binomial test of the first against the second in every group (Holm)",
        p_value=held.p_value if held else 1.0,
        effect=_effect(found.table, common, at, holds),
        share=float(found.table.sum()) / cube.rows,
        fact=same if sizes[0] <= sizes[1] else ("exception", found.column, found.breakdown),
        prove=partial(_prove, cube, found, held, common) if held else never,
        weight=WEIGHT * surprise(cube, found.column, (found.breakdown, group), always=False),
        again=_again(found, held, common) if held else None,
        tried=len(found.groups),
    )


def _again(found: Leaders, held: Rule, common: int) -> Retest:
    at = held.breaks[0]
    told = found.groups[at], found.values[common], found.values[found.first[at]]
    return partial(commonest_again, (found.breakdown, found.column), told, (found.groups, needed(len(found.groups))))


def never() -> Proof:
    """Of a claim that is not made."""
    raise AssertionError("a claim with the p-value 1 is not proved")


def _effect(table: "Floats", common: int, at: int, holds: list[int]) -> Effect:
    """How much less common the common value is in the exception."""
    inside, outside = table[at, common], table[holds, common].sum()
    n, m = table[at].sum(), table[holds].sum()
    h = 2 * math.asin(math.sqrt(inside / n)) - 2 * math.asin(math.sqrt(outside / m))
    half = 1.96 * math.sqrt(1 / n + 1 / m)
    return Effect("Cohen's h", h, h - half, h + half)


def verdicts(groups: tuple[str, ...], held: Rule) -> dict[str, str]:
    """What came out for each group."""
    found = dict.fromkeys(groups, UNSURE)
    found |= {groups[at]: HOLDS for at in held.holds} | {groups[at]: BREAKS for at in held.breaks}
    return found


def _prove(cube: Cube, found: Leaders, held: Rule, common: int) -> Proof:
    said = verdicts(found.groups, held)
    group, value = found.groups[held.breaks[0]], found.values[common]
    proof = evidence(cube.table, _by_group((found.breakdown, found.column), (group, value), said))
    row = subject_row(proof)
    facts: dict[str, Cell] = {"group": group, "common": value, "other": row["most_common"], "part": row["most"]}
    facts |= {name: row[name] for name in ("value", "n", "rest", "holds", "groups")}
    return Proof(facts, proof, doubts(said))


def doubts(said: Mapping[str, str]) -> tuple[Words, ...]:
    """What a reader should know of the groups that are neither a case of the rule nor the exception told."""
    found = []
    unsure, breaks = (list(said.values()).count(one) for one in (UNSURE, BREAKS))
    if unsure:
        found.append(Words(f"In {unsure} of the groups it is not sure.", f"其中 {unsure} 个组无法确定。"))
    if breaks > 1:
        found.append(Words(f"There are {breaks - 1} more exceptions.", f"另有 {breaks - 1} 个例外。"))
    return tuple(found)


def _by_group(
    names: tuple[str, str], exception: tuple[str, str], said: Mapping[str, str]
) -> "Callable[[ir.Table], ir.Table]":
    """The most common value of each large group, the rate of the common one, and what came out; the exception first."""
    (breakdown, column), (group, common) = names, exception

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[breakdown].notnull() & data[column].notnull())
        cut = known.select(group=known[breakdown].cast("string"), part=known[column].cast("string"))
        cells = cut.group_by("group", "part").agg(size=cut.count())
        order = ibis.window(group_by="group", order_by=[ibis.desc("size"), "part"])
        placed = cells.mutate(place=ibis.row_number().over(order))
        found = placed.group_by("group").agg(
            n=placed["size"].sum(),
            most_common=placed.part.max(where=placed.place == 0),
            leads=placed["size"].max(),
            hits=placed["size"].sum(where=placed.part == common).fill_null(0),
        )
        found = found.filter(found.n >= ENOUGH)
        found = found.mutate(outcome=found.group.cases(*said.items(), else_=UNSURE))
        return _shown(found, breakdown, group)

    return query


def _shown(found: "ir.Table", breakdown: str, group: str) -> "ir.Table":
    holds = found.outcome == HOLDS
    named = {
        "value": found.hits / found.n,
        "n": found.n,
        "most_common": found.most_common,
        "most": found.leads / found.n,
        "outcome": found.outcome,
        "rest": found.hits.sum(where=holds).over() / found.n.sum(where=holds).over(),
        "holds": holds.cast("int64").sum().over(),
        "groups": found.n.count().over(),
        "is_subject": found.group == group,
    }
    name = breakdown if breakdown not in named else "group"
    shown = found.select(**{name: found.group}, **named)
    return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown[name])
