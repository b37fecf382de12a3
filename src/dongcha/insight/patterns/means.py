"""Outstanding value of a measure: its mean in one group differs from its mean in all other rows.

Test: Welch's t-test on ranks (Zimmerman & Zumbo 1993), so that a few huge values decide nothing; claimed only where the
means differ the same way as the ranks.  Effect: Cohen's d of the ranks.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.laws import t_two_sided
from dongcha.insight.misread import Misread
from dongcha.insight.patterns.even_means import alike
from dongcha.insight.patterns.outstanding import MIN_GROUP, small_base
from dongcha.insight.patterns.sums import Sums
from dongcha.insight.quantify import counted, group_contrast
from dongcha.insight.stability.values import mean_again

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy.typing as npt


@PATTERNS("outstanding_mean")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every group of every breakdown, for every measure."""
    for breakdown in cube.categories if cube.measures else ():
        groups = _sums(cube, breakdown)
        for at, measure in enumerate(cube.measures):
            whole = _total([sums[at] for sums in groups.values()])
            for group, sums in groups.items():
                claim = _claim(cube, Subject(measure, "mean", (breakdown,)), (group, sums[at], whole), len(groups))
                if claim:
                    yield _corrected(cube, claim, group, {name: sums[at] for name, sums in groups.items()})
            yield from alike(
                cube, Subject(measure, "mean", (breakdown,)), [sums[at] for sums in groups.values()], whole
            )


def _sums(cube: Cube, breakdown: str) -> dict[str, list[Sums]]:
    """What is known of every measure in each group."""
    found, (ranks, squares) = cube.sums(breakdown), cube.rank_sums(breakdown)
    parts = (found.n, found.means, ranks, squares, found.deviations)
    by_measure = [
        [Sums(*cells) for cells in zip(*rows, strict=True)] for rows in zip(*map(_listed, parts), strict=True)
    ]
    return {str(group): [sums[at] for sums in by_measure] for at, group in enumerate(found.values[0])}


def _listed(array: "npt.NDArray[Any]") -> "list[list[Any]]":
    found: list[list[Any]] = array.tolist()
    return found


def _total(parts: list[Sums]) -> Sums:
    n = sum(part.n for part in parts)
    mean = sum(part.n * part.mean for part in parts) / n if n else math.nan
    deviations = sum(part.deviations + part.n * (part.mean - mean) ** 2 for part in parts if part.n)
    return Sums(n, mean, sum(part.ranks for part in parts), sum(part.squares for part in parts), deviations)


def _claim(cube: Cube, subject: Subject, found: tuple[str, Sums, Sums], groups: int) -> Claim | None:
    group, inside, whole = found
    rest = whole.less(inside)
    if min(inside.n, rest.n) < MIN_GROUP:
        return None
    spread = inside.variance / inside.n + rest.variance / rest.n
    gap = inside.centre - rest.centre
    p = 1.0
    if spread > 0:
        parts = (inside.variance / inside.n) ** 2 / (inside.n - 1) + (rest.variance / rest.n) ** 2 / (rest.n - 1)
        p = t_two_sided(gap / math.sqrt(spread), spread**2 / parts)
    pooled = math.sqrt((inside.variance + rest.variance) / 2) or 1.0
    half = 1.96 * math.sqrt(spread) / pooled
    effect = Effect("Cohen's d of ranks", gap / pooled, gap / pooled - half, gap / pooled + half)
    breakdown = subject.breakdown[0]
    return Claim(
        pattern="outstanding",
        subject=subject,
        test="Welch's t-test on ranks",
        p_value=p if gap * (inside.mean - rest.mean) > 0 else 1.0,
        effect=effect,
        share=inside.n / cube.rows,
        fact=("mean", subject.measure, breakdown, group if groups > 2 else None),
        prove=partial(_prove, cube, subject, group, inside.n),
        group=(group,),
        again=partial(mean_again, str(subject.measure), breakdown, group),
        corrected=True,
    )


def _corrected(cube: Cube, claim: Claim, group: str, sums: dict[str, Sums]) -> Claim:
    """The claim, held to what is left of it where a model read the groups and its errors are corrected for."""
    how = cube.corrections.get(claim.subject.breakdown[0])
    if how is None:
        return claim
    parts = (counted(how, [(g, getattr(one, part)) for g, one in sums.items()]) for part in ("n", "ranks", "squares"))
    read = group_contrast(how, group, *parts)
    same_way = claim.effect.value * read.difference > 0
    return replace(claim, p_value=max(claim.p_value, read.p_value) if same_way else 1.0)


def _prove(cube: Cube, subject: Subject, group: str, rows: int) -> Proof:
    proof = evidence(cube.table, mean_by(str(subject.measure), subject.breakdown[0], group))
    row = subject_row(proof)
    facts = {"group": group, **{name: row[name] for name in ("value", "n", "rest", "times")}}
    return Proof(facts, proof, (*small_base(rows), *Misread(cube).caveats(subject.breakdown)))


def mean_by(measure: str, breakdown: str, group: str) -> "Callable[[ir.Table], ir.Table]":
    """The mean of `measure` in each group of `breakdown`, and in all other rows; the subject first."""

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[breakdown].notnull() & data[measure].notnull())
        named = known.select(group=known[breakdown].cast("string"), amount=known[measure].cast("float64"))
        found = named.group_by("group").agg(n=named.count(), total=named.amount.sum())
        rest = (found.total.sum().over() - found.total) / (found.n.sum().over() - found.n)
        found = found.mutate(value=found.total / found.n, rest=rest)
        times = (found.value / found.rest.nullif(0)).nullif(0)
        shown = found.select(
            **{breakdown: found.group},
            value=found.value,
            n=found.n,
            rest=found.rest,
            times=(found.rest > 0).ifelse(times, None),
            is_subject=found.group == group,
        )
        return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown[breakdown])

    return query
