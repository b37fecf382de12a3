"""Band: in the middle of a measure's range something is higher, or lower, than on both sides.

What rises or falls along a measure is told by a correlation, or by the measure's mean where a category holds; a hump or
a U is seen by neither.  Test: a run of bands against all rows below it, and against all rows above it (Fisher's exact
test for a rate, Welch's t-test on ranks for a measure); both have to hold the same way, so that the larger p-value
counts, corrected for all runs tried.  So do Simonsohn's two lines (2018, https://doi.org/10.1177/2515245918805755).
Effect: the smaller Cohen's h, or d of ranks, of the two.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.amounts import Amount
from dongcha.insight.bands import FEWEST, edges, windows
from dongcha.insight.binned import Binned, Gap, crossed, middle, welch
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.band_proof import by_band
from dongcha.insight.patterns.band_rates import Hump, fixed, rate_humps, sides
from dongcha.insight.patterns.outstanding import MIN_GROUP, small_base
from dongcha.insight.stability.bands import level_again, rate_again

if TYPE_CHECKING:
    from dongcha.insight.binned import Floats, Ints

MOST_VALUES = 6
"""Values of a category up to which its rates are told by band."""

MOST_MEASURES = 8
"""Measures that are cut into bands, the first ones; each is asked with every other and with every small category."""

WEIGHT = 0.9
"""A band is a little harder to act on than a group with a name."""

ONE_OF_MANY = 0.15
"""Of a value of three or more it is clearer to say how the measure lies over its rows (`shift.py`), if it is."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A measure cut into bands, and the place of each row's band, as a text."""

    binned: Binned
    measure: Amount
    edges: tuple[float, ...]

    @property
    def size(self) -> int:
        """How many bands there are."""
        return len(self.edges) + 1

    @property
    def places(self) -> "Ints":
        """The place of each row's band, -1 where the measure is missing, shape (rows,)."""
        import numpy as np

        values = self.binned.values[self.measure.at]
        return np.where(np.isnan(values), -1, np.searchsorted(np.array(self.edges), values, side="right"))

    @property
    def windows(self) -> list[tuple[int, int]]:
        """The runs of bands that are asked about."""
        return windows(self.size)


def bands(binned: Binned) -> Iterator[Claim]:
    """Every measure in bands, against the rates of every small category and against every other measure."""
    for measure in binned.amounts[:MOST_MEASURES]:
        cut = Cut(binned, measure, edges(measure.sixths))
        if cut.size >= FEWEST:
            yield from _rates(cut)
            yield from _levels(cut)


def _rates(cut: Cut) -> Iterator[Claim]:
    binned, cube = cut.binned, cut.binned.cube
    for outcome in cube.categories:
        if outcome in cube.corrections or len(cube.counts[(outcome,)].keys) > MOST_VALUES:
            continue
        by_bin = binned.grouped(outcome, cut.measure)
        if len(by_bin) < 2 or fixed(list(by_bin.values())):
            continue
        found, scores = binned.groups[outcome], binned.scores[cut.measure.at]
        cells = crossed((found.codes, len(found.names)), (cut.places, cut.size))
        ranks = [float(rows @ scores) / max(float(rows.sum()), 1.0) for rows in by_bin.values()]
        order = sorted(range(len(ranks)), key=lambda at: ranks[at])
        for at, value in enumerate(found.names[:1] if len(found.names) == 2 else found.names):
            humps = rate_humps(cells, order, at, cut.windows)
            if humps:
                subject = Subject(outcome, "rate", (cut.measure.name,), category=value)
                yield _claim(cut, subject, humps, cells.sum(axis=0))


def _levels(cut: Cut) -> Iterator[Claim]:
    """Every other measure: its ranks, and its means (of a skewed one its medians) have to go the same way."""
    for other in cut.binned.amounts:
        if other.at == cut.measure.at:
            continue
        groups = cut.binned.table(cut.places, cut.size, other)
        found = list(_humps(cut, other, groups))
        how = "median" if other.skewed else "mean"
        if found:
            yield _claim(cut, Subject(other.name, how, (cut.measure.name,)), found, groups.sum(axis=1))


def _humps(cut: Cut, other: Amount, groups: "Floats") -> Iterator[Hump]:
    scores, means = cut.binned.scores[other.at], None if other.skewed else _sums(cut, other)
    for window in cut.windows:
        parts = [groups[side].sum(axis=0) for side in sides(window)]
        if min(part.sum() for part in parts) < MIN_GROUP:
            continue
        if means is None:
            levels = [float(middle(part)) for part in parts]
        else:
            totals = [float(means[side].sum()) for side in sides(window)]
            levels = [total / float(part.sum()) for total, part in zip(totals, parts, strict=True)]
        gap, p = _against_both(parts, levels, scores)
        yield Hump(window, p, Effect("Cohen's d of ranks", gap.d, gap.low, gap.high))


def _against_both(parts: "Sequence[Floats]", levels: Sequence[float], scores: "Floats") -> tuple[Gap, float]:
    """The smaller difference of a run from its two sides, and the larger p-value; 1 where ranks or levels disagree."""
    left, right = (welch(parts[0], part, scores) for part in parts[1:])
    same = left.d * right.d > 0 and all(left.d * (levels[0] - level) > 0 for level in levels[1:])
    return min((left, right), key=lambda one: abs(one.d)), max(left.p_value, right.p_value) if same else 1.0


def _drawn(parts: "Sequence[Floats]", levels: Sequence[float], scores: "Floats") -> tuple[float, float]:
    gap, p = _against_both(parts, levels, scores)
    return gap.d, p


def _sums(cut: Cut, other: Amount) -> "Floats":
    """The sum of a measure in each band, shape (bands,)."""
    import numpy as np

    values, places = cut.binned.values[other.at], cut.places
    known = (places >= 0) & ~np.isnan(values)
    found: Floats = np.bincount(places[known], weights=values[known], minlength=cut.size).astype(float)
    return found


def _claim(cut: Cut, subject: Subject, found: Sequence[Hump], whole: "Floats") -> Claim:
    best = min(found, key=lambda one: (one.p_value, one.window))
    first, last = best.window
    inside = float(sum(whole[first : last + 1]))
    cube = cut.binned.cube
    many = subject.aggregation == "rate" and len(cube.counts[(str(subject.measure),)].keys) > 2
    of = "Fisher's exact test" if subject.aggregation == "rate" else "Welch's t-test on ranks"
    return Claim(
        pattern="band",
        subject=subject,
        test=f"{of} against both sides",
        p_value=min(1.0, best.p_value * len(found)),
        effect=best.effect,
        share=inside / cut.binned.rows,
        fact=("band", *sorted((str(subject.measure), cut.measure.name))),
        prove=partial(_prove, cut, subject, best.window, math.ceil(inside)),
        weight=ONE_OF_MANY if many else WEIGHT,
        again=partial(rate_again, subject, cut.edges, best.window)
        if subject.aggregation == "rate"
        else partial(level_again, subject, cut.edges, best.window, _drawn),
        tried=len(found),
    )


def _prove(cut: Cut, subject: Subject, window: tuple[int, int], rows: int) -> Proof:
    proof = evidence(cut.binned.cube.table, by_band(subject, cut.edges, window))
    row = subject_row(proof)
    facts = {name: row[name] for name in ("low", "high", "value", "n", "below", "above")}
    return Proof(facts, proof, small_base(rows))
