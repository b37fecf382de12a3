"""Lead and lag: one series follows another by some periods; and together: two move at the same time.

Test: rank correlation of prewhitened series (`crosscorrelation.py`), corrected for the lags tried in both directions.
Every pair is a claim of its own, so that the false discovery rate counts the pairs, once.  Relations between series are
easily imagined, so that what is left of chance over all pairs together has to be little as well.
Effect: the correlation, with Fisher's 95 % interval.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.crosscorrelation import Relation, follows, together
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.paired import Pair, Track, paired

if TYPE_CHECKING:
    import ibis.expr.types as ir

LITTLE = 0.01
"""P-value, corrected for all pairs (Bonferroni), up to which a relation is claimed: where much else holds in a table,
the false discovery rate alone leaves room for relations that are none."""

_CAVEAT = Words("It says what goes together, not what causes what.", "这说明二者相关，并不说明因果。")


@PATTERNS("lead_lag")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every pair of series: whether they move together, and whether one follows the other."""
    pairs = list(paired(cube))
    for pair in pairs:
        same = together(pair.first.values, pair.second.values, pair.expected)
        yield _claim(cube, pair, _unimagined(same, len(pairs)), "together", "prewhitened rank correlation")
        both = (pair, Pair(pair.time, pair.second, pair.first))
        found = [(each, follows(each.first.values, each.second.values)) for each in both]
        way, later = min(found, key=lambda each: each[1].p_value)
        yield _claim(
            cube,
            way,
            _unimagined(later.times(2), len(pairs)),
            "lead_lag",
            "prewhitened rank cross-correlation, every lag",
        )


def _unimagined(found: Relation, pairs: int) -> Relation:
    """The relation, its p-value 1 where the best of so many pairs would have it by chance."""
    return found if pairs * found.p_value <= LITTLE else replace(found, p_value=1.0)


def _claim(cube: Cube, pair: Pair, found: Relation, pattern: str, test: str) -> Claim:
    first, second = pair.first.subject, pair.second.subject
    names = sorted(str(each.measure) for each in (first, second))
    fact: tuple[object, ...] = (pattern, *names, *sorted(str(each.category) for each in (first, second)))
    if pattern == "together" and first.aggregation == second.aggregation == "mean":
        fact = ("correlation", first.measure, second.measure)  # what holds between rows holds between their means
    return Claim(
        pattern=pattern,
        subject=second,
        test=test,
        p_value=found.p_value,
        effect=Effect("rank correlation of what is new", found.r, found.low, found.high),
        share=min(1.0, pair.first.size + pair.second.size) if second.aggregation == "rate" else 1.0,
        fact=fact,
        prove=partial(_prove, cube, pair, found),
    )


def _prove(cube: Cube, pair: Pair, found: Relation) -> Proof:
    proof = evidence(cube.table, _by_period(pair, found))
    first = pair.first.subject
    row = proof.rows[0]
    facts = {
        "x": first.measure,
        "x_aggregation": first.aggregation,
        "x_category": first.category,
        "lag": row["lag"],
        "r": row["r"],
        "pairs": row["pairs"],
    }
    return Proof(facts, proof, (_CAVEAT,))


def _by_period(pair: Pair, found: Relation) -> "Callable[[ir.Table], ir.Table]":
    """One row a complete period: `first` and `second`, the rows, the lag, the correlation and what it rests on."""
    time = pair.time
    whole = [day for day, complete in zip(time.starts, time.complete, strict=True) if complete]

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        kept = data.filter(data[time.column].notnull())
        amounts = {name: _amount(kept, one) for name, one in (("first", pair.first), ("second", pair.second))}
        cut = kept.select(period=time.start_of(kept), **amounts)
        values = {
            name: cut.count() if one.subject.aggregation == "count" else cut[name].mean()
            for name, one in (("first", pair.first), ("second", pair.second))
        }
        counted = cut.group_by("period").agg(**values, n=cut.count())
        shown = counted.filter(counted.period.isin(whole))
        literals = {"lag": found.lag, "r": round(found.r, 4), "pairs": found.pairs}
        return shown.mutate(**{name: ibis.literal(value) for name, value in literals.items()}).order_by("period")

    return query


def _amount(rows: "ir.Table", one: Track) -> "ir.Value":
    import ibis

    subject: Subject = one.subject
    if subject.measure is None:
        return ibis.literal(1.0)
    if subject.aggregation == "mean":
        return rows[subject.measure].cast("float64")
    return (rows[subject.measure].cast("string") == subject.category).cast("float64")
