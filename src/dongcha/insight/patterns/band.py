"""Band: in the middle of a measure's range something is higher, or lower, than on both sides.

What rises or falls along a measure is told by a correlation, or by the measure's mean where a category holds; a hump or
a U is seen by neither.  Test: a run of bands against all rows below it, and against all rows above it (Fisher's exact
test for a rate, Welch's t-test on ranks for a measure); both have to hold the same way, so that the larger p-value
counts, corrected for all runs tried.  So do Simonsohn's two lines (2018, https://doi.org/10.1177/2515245918805755).
Effect: the smaller Cohen's h, or d of ranks, of the two.
"""

import math
from collections.abc import Iterator, Mapping
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
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values, small_base

if TYPE_CHECKING:
    from dongcha.insight.binned import Floats, Ints

MOST_VALUES = 6
"""Values of a category up to which its rates are told by band."""

MOST_MEASURES = 8
"""Measures that are cut into bands, the first ones; each is asked with every other and with every small category."""

FIXED = 0.8
"""Part of the errors in guessing a category that knowing the measure saves (Goodman and Kruskal's lambda) from which on
the category is taken to be made out of the measure, as an age group is of an age."""

WEIGHT = 0.9
"""A band is a little harder to act on than a group with a name."""


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
        if fixed(list(binned.grouped(outcome, cut.measure).values())):
            continue
        cells = _cells(cut, outcome)
        values = sorted(cells)
        for value in values[:1] if len(values) == 2 else values:
            yield from _rate(cut, outcome, value, cells)


def fixed(groups: "list[Floats]") -> bool:
    """Whether the measure all but fixes the category; `groups` are its values' rows in each bin."""
    import numpy as np

    table: np.ndarray = np.array(groups)  # type: ignore[type-arg]
    commonest = float(table.sum(axis=1).max())
    left = float(table.sum()) - commonest
    return left > 0 and (float(table.max(axis=0).sum()) - commonest) / left >= FIXED


def _cells(cut: Cut, outcome: str) -> "dict[str, Floats]":
    """Rows of each value of the outcome in each band, shape (bands,)."""
    found = cut.binned.groups[outcome]
    table = crossed((found.codes, len(found.names)), (cut.places, cut.size))
    return dict(zip(found.names, table, strict=True))


def _rate(cut: Cut, outcome: str, value: str, cells: "Mapping[str, Floats]") -> Iterator[Claim]:
    whole, hits = sum(cells.values()), cells[value]
    tried: list[tuple[int, int]] = []
    sides: list[tuple[Rate, Rate]] = []
    for window in cut.windows:
        inside, below, above = _sides(window)
        n, lower, upper = (int(whole[part].sum()) for part in (inside, below, above))
        if min(n, lower, upper) >= MIN_GROUP:
            tried.append(window)
            held = int(hits[inside].sum())
            sides.append(
                (
                    Rate(outcome, value, cut.measure.name, None, held, n, int(hits[below].sum()), lower),
                    Rate(outcome, value, cut.measure.name, None, held, n, int(hits[above].sum()), upper),
                )
            )
    p_below, p_above = (p_values([pair[side] for pair in sides]) for side in (0, 1))
    found = [
        (max(p, q) if left.effect.value * right.effect.value > 0 else 1.0, window, _least(left.effect, right.effect))
        for p, q, window, (left, right) in zip(p_below, p_above, tried, sides, strict=True)
    ]
    if found:
        yield _claim(cut, Subject(outcome, "rate", (cut.measure.name,), category=value), found, whole)


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


def _humps(cut: Cut, other: Amount, groups: "Floats") -> Iterator[tuple[float, tuple[int, int], Effect]]:
    scores, means = cut.binned.scores[other.at], None if other.skewed else _sums(cut, other)
    for window in cut.windows:
        parts = [groups[side].sum(axis=0) for side in _sides(window)]
        inside, below, above = parts
        if min(part.sum() for part in parts) < MIN_GROUP:
            continue
        left, right = welch(inside, below, scores), welch(inside, above, scores)
        if means is None:
            levels = [float(middle(part)) for part in parts]
        else:
            levels = [
                float(means[side].sum()) / float(part.sum()) for side, part in zip(_sides(window), parts, strict=True)
            ]
        same = left.d * right.d > 0 and all(left.d * (levels[0] - level) > 0 for level in levels[1:])
        effect = min((left, right), key=lambda gap: abs(gap.d))
        yield max(left.p_value, right.p_value) if same else 1.0, window, _effect(effect)


def _sides(window: tuple[int, int]) -> tuple[slice, slice, slice]:
    """The bands of a run, those below and those above it."""
    first, last = window
    return slice(first, last + 1), slice(0, first), slice(last + 1, None)


def _sums(cut: Cut, other: Amount) -> "Floats":
    """The sum of a measure in each band, shape (bands,)."""
    import numpy as np

    values, places = cut.binned.values[other.at], cut.places
    known = (places >= 0) & ~np.isnan(values)
    return np.bincount(places[known], weights=values[known], minlength=cut.size)


def _effect(gap: Gap) -> Effect:
    return Effect("Cohen's d of ranks", gap.d, gap.low, gap.high)


def _least(one: Effect, other: Effect) -> Effect:
    return min((one, other), key=lambda effect: abs(effect.value))


def _claim(cut: Cut, subject: Subject, found: "list[tuple[float, tuple[int, int], Effect]]", whole: "Floats") -> Claim:
    p, (first, last), effect = min(found, key=lambda one: (one[0], one[1]))
    inside = float(sum(whole[first : last + 1]))
    of = "Fisher's exact test" if subject.aggregation == "rate" else "Welch's t-test on ranks"
    return Claim(
        pattern="band",
        subject=subject,
        test=f"{of} against both sides",
        p_value=min(1.0, p * len(found)),
        effect=effect,
        share=inside / cut.binned.rows,
        fact=("band", *sorted((str(subject.measure), cut.measure.name))),
        prove=partial(_prove, cut, subject, (first, last), math.ceil(inside)),
        weight=WEIGHT,
    )


def _prove(cut: Cut, subject: Subject, window: tuple[int, int], rows: int) -> Proof:
    proof = evidence(cut.binned.cube.table, by_band(subject, cut.edges, window))
    row = subject_row(proof)
    facts = {name: row[name] for name in ("low", "high", "value", "n", "below", "above")}
    return Proof(facts, proof, small_base(rows))
