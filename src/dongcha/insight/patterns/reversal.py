"""Simpson's reversal: more common in a group overall, less common in it within nearly every value of a third category.

After Simpson 1951 (https://doi.org/10.1111/j.2517-6161.1951.tb00088.x).

Test: Fisher's exact test of the group against all other rows, and the Cochran-Mantel-Haenszel test within the values of
the third category; both have to hold, with opposite signs, so the larger p-value counts, times the pairs of a group and
an outcome among which the two signs differ.  Nearly every value: those with rows enough that go the other way hold nine
tenths of the information, and are four in five of them.  Effect: the logarithm of the Mantel-Haenszel odds ratio.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values
from dongcha.insight.patterns.triples import triples
from dongcha.insight.stability.crossed import reversal_again
from dongcha.insight.strata import Strata, heterogeneity, odds_ratio, strata
from dongcha.insight.surprise import surprise

if TYPE_CHECKING:
    import ibis.expr.types as ir

ENOUGH = 10
"""Rows of the group, and of the others, from which on the way a value of the third category goes is counted."""

NEARLY, MOST = 0.9, 0.8
"""Part of the information, and part of the values, that have to go the other way."""

VARIES = 0.05
TEST = "Fisher's exact test overall and Cochran-Mantel-Haenszel test within"


@dataclass(frozen=True, slots=True, eq=False)
class Reversal:
    """A rate over all rows in which the third category `by` is known, and its strata, shape (strata,)."""

    rate: Rate
    by: str
    within: Strata

    @property
    def way(self) -> float:
        """The sign of the difference over all rows."""
        return math.copysign(1.0, float(self.within.raw))

    @property
    def nearly_all(self) -> bool:
        """Whether nearly every stratum goes against the whole; strata of few rows are not counted."""
        import numpy as np

        table = self.within
        counted = (table.n >= ENOUGH) & (table.rest >= ENOUGH)
        gap = table.hits / np.maximum(table.n, 1) - table.rest_hits / np.maximum(table.rest, 1)
        against = counted & (gap * self.way < 0)
        held = table.information[against].sum() >= NEARLY * table.information.sum()
        return bool(counted.sum() >= 2 and held and against.sum() >= MOST * counted.sum())


@PATTERNS("reversal")
def claims(cube: Cube) -> Iterator[Claim]:
    """The surest reversal of every two categories within every third one, among the triples that are counted."""
    for counted, names in triples(cube):
        yield from _surest(cube, counted, names)


def _surest(cube: Cube, counted: Counts, names: tuple[str, str, str]) -> Iterator[Claim]:
    """One claim about an outcome and a breakdown within a third category; none where no sign differs."""
    found = list(_differing(counted, names))
    if not found:
        return
    overall = p_values([one.rate for one in found])
    both = [max(p, float(one.within.p_values)) for p, one in zip(overall, found, strict=True)]
    kept = [p if one.nearly_all else 1.0 for p, one in zip(both, found, strict=True)]
    p, at = min((p, at) for at, p in enumerate(kept))
    yield _claim(cube, found[at], min(1.0, p * len(found)), len(found))


def _differing(counted: Counts, names: tuple[str, str, str]) -> Iterator[Reversal]:
    """The pairs of a value and a group whose difference over all rows and within strata have opposite signs.

    Of two values, or of two groups, one tells it all.
    """
    import numpy as np

    outcome, breakdown, by = names
    table, values, groups = strata(counted, outcome, breakdown)
    opposite = table.raw * table.difference < 0
    large = np.minimum(table.n.sum(-1), table.rest.sum(-1)) >= MIN_GROUP
    for i, j in np.argwhere(opposite & large).tolist():
        if (len(values) == 2 and i) or (len(groups) == 2 and j):
            continue
        one = table.at(i, j)
        hits, n, rest_hits, rest = (int(part.sum()) for part in (one.hits, one.n, one.rest_hits, one.rest))
        yield Reversal(Rate(outcome, values[i], breakdown, groups[j], hits, n, rest_hits, rest), by, one)


def _claim(cube: Cube, one: Reversal, p: float, tried: int) -> Claim:
    rate, (ratio, low, high) = one.rate, odds_ratio(one.within)
    group = rate.group if len(cube.counts[(rate.breakdown,)].keys) > 2 else None
    sizes = [math.log(max(size, 1e-9)) if size < math.inf else None for size in (ratio, low, high)]
    return Claim(
        pattern="reversal",
        subject=Subject(rate.outcome, "rate", (rate.breakdown, one.by), category=str(rate.category)),
        test=TEST,
        p_value=p,
        effect=Effect("log odds ratio within", sizes[0] or 0.0, sizes[1], sizes[2]),
        share=(rate.group_rows + rate.rest_rows) / cube.rows,
        fact=("outstanding", rate.outcome, rate.breakdown, group),  # the overall difference is a part of this
        prove=partial(_prove, cube, one),
        weight=surprise(cube, rate.outcome, (rate.breakdown, rate.group), always=False),
        again=partial(reversal_again, rate.asked, one.by),
        tried=tried,
    )


def _prove(cube: Cube, one: Reversal) -> Proof:
    proof = evidence(cube.table, partial(_by_stratum, one=one))
    row = proof.rows[0]
    names = ("overall", "overall_rest", "rows", "odds_ratio", "strata", "against")
    facts = {"group": str(one.rate.group), **{name: row[name] for name in names}}
    p = heterogeneity(one.within)
    said = f"{p:.2g}" if p >= 1e-4 else "< 0.0001"
    varies = Words(
        f"How large the difference within is depends on the value (Breslow-Day test, p {said}).",
        f"各取值内部的差异大小不一（Breslow-Day 检验，p {said}）。",
    )
    return Proof(facts, proof, (varies,) if p <= VARIES else ())


def _by_stratum(data: "ir.Table", one: Reversal) -> "ir.Table":
    """The rate in the group and elsewhere in each value of the third category, and what they come to."""
    outcome, category, breakdown, group = one.rate.asked
    known = data.filter(*(data[name].notnull() for name in (outcome, breakdown, one.by)))
    inside = (known[breakdown].cast("string") == group).cast("int64")
    hit = (known[outcome].cast("string") == category).cast("int64")
    cut = known.select(third=known[one.by].cast("string"), hit=hit, inside=inside)
    found = cut.group_by("third").agg(
        rows=cut.count(), n=cut.inside.sum(), met=cut.hit.sum(), hits=(cut.hit * cut.inside).sum()
    )
    found = found.mutate(rest_n=found.rows - found.n, rest_hits=found.met - found.hits)
    found = found.mutate(value=found.hits / found.n.nullif(0), rest=found.rest_hits / found.rest_n.nullif(0))
    up = found.hits * (found.rest_n - found.rest_hits) / found.rows
    down = found.rest_hits * (found.n - found.hits) / found.rows
    whole = found.mutate(
        overall=found.hits.sum().over() / found.n.sum().over(),
        overall_rest=found.rest_hits.sum().over() / found.rest_n.sum().over(),
        all_rows=found.n.sum().over(),
        odds_ratio=up.sum().over() / down.sum().over().nullif(0),
        counted=(found.n >= ENOUGH) & (found.rest_n >= ENOUGH),
    )
    return _shown(whole)


def _shown(whole: "ir.Table") -> "ir.Table":
    import ibis

    way = (whole.value - whole.rest) * (whole.overall - whole.overall_rest)
    whole = whole.mutate(is_subject=ibis.coalesce(whole.counted & (way < 0), ibis.literal(False)))
    shown = whole.select(
        stratum=whole.third,
        value=whole.value,
        n=whole.n,
        rest=whole.rest,
        rest_n=whole.rest_n,
        overall=whole.overall,
        overall_rest=whole.overall_rest,
        rows=whole.all_rows,
        odds_ratio=whole.odds_ratio,
        strata=whole.counted.cast("int64").sum().over(),
        against=whole.is_subject.cast("int64").sum().over(),
        is_subject=whole.is_subject,
    )
    return shown.order_by(shown.is_subject.desc(), (shown.n + shown.rest_n).desc(), shown.stratum)
