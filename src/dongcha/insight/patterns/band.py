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
from dongcha.insight.bands import FEWEST, band_of, edges, windows
from dongcha.insight.binned import Binned, Gap, middle, welch
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.band_proof import by_band
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values, small_base

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.binned import Floats

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
    def place(self) -> "ir.Value":
        """The place of each row's band, as a text."""
        return band_of(self.binned.expr[f"v{self.measure.at}"], self.edges).cast("string")

    @property
    def windows(self) -> list[tuple[int, int]]:
        """The runs of bands that are asked about."""
        return windows(len(self.edges) + 1)


def bands(binned: Binned) -> Iterator[Claim]:
    """Every measure in bands, against the rates of every small category and against every other measure."""
    for measure in binned.amounts[:MOST_MEASURES]:
        cut = Cut(binned, measure, edges(measure.sixths))
        if len(cut.edges) + 1 >= FEWEST:
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
    import numpy as np

    expr = cut.binned.expr
    rows = expr.select(value=expr[outcome].cast("string"), place=cut.place)
    rows = rows.filter(rows.value.notnull() & rows.place.notnull())
    found: dict[str, Floats] = {}
    for row in rows.group_by("value", "place").agg(n=rows.count()).to_pyarrow().to_pylist():
        found.setdefault(row["value"], np.zeros(len(cut.edges) + 1))[int(row["place"])] = row["n"]
    return found


def _rate(cut: Cut, outcome: str, value: str, cells: "Mapping[str, Floats]") -> Iterator[Claim]:
    whole, hits = sum(cells.values()), cells[value]
    tried: list[tuple[int, int]] = []
    sides: list[tuple[Rate, Rate]] = []
    for first, last in cut.windows:
        inside, below, above = slice(first, last + 1), slice(0, first), slice(last + 1, None)
        n, lower, upper = (int(whole[part].sum()) for part in (inside, below, above))
        if min(n, lower, upper) >= MIN_GROUP:
            tried.append((first, last))
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
        groups = cut.binned.by(cut.place, other)
        if len(groups) == len(cut.edges) + 1:
            ordered = [groups[f"{at}"] for at in range(len(groups))]
            found = list(_humps(cut, other, ordered))
            how = "median" if other.skewed else "mean"
            if found:
                yield _claim(cut, Subject(other.name, how, (cut.measure.name,)), found, [g.sum() for g in ordered])


def _humps(cut: Cut, other: Amount, groups: "list[Floats]") -> Iterator[tuple[float, tuple[int, int], Effect]]:
    means = None if other.skewed else _means(cut, other)
    scores = cut.binned.scores[other.at]
    for first, last in cut.windows:
        parts = [sum(groups[side]) for side in (slice(first, last + 1), slice(0, first), slice(last + 1, None))]
        inside, below, above = parts
        if min(part.sum() for part in parts) < MIN_GROUP:
            continue
        left, right = welch(inside, below, scores), welch(inside, above, scores)
        if means is None:
            ways = [middle(inside) - middle(side) for side in (below, above)]
        else:
            level = means(first, last)
            ways = [level - means(0, first - 1), level - means(last + 1, len(groups) - 1)]
        same = left.d * right.d > 0 and all(left.d * way > 0 for way in ways)
        effect = min((left, right), key=lambda gap: abs(gap.d))
        yield max(left.p_value, right.p_value) if same else 1.0, (first, last), _effect(effect)


def _means(cut: Cut, other: Amount) -> "partial[float]":
    """The mean of a measure over a run of bands."""
    expr = cut.binned.expr
    rows = expr.select(place=cut.place, amount=expr[f"v{other.at}"])
    rows = rows.filter(rows.place.notnull() & rows.amount.notnull())
    found = rows.group_by("place").agg(n=rows.count(), total=rows.amount.sum()).to_pyarrow().to_pylist()
    cells = {int(row["place"]): (row["n"], row["total"]) for row in found}
    return partial(_over, cells)


def _over(cells: Mapping[int, tuple[int, float]], first: int, last: int) -> float:
    run = [cells[at] for at in range(first, last + 1)]
    return sum(total for _, total in run) / sum(n for n, _ in run)


def _effect(gap: Gap) -> Effect:
    return Effect("Cohen's d of ranks", gap.d, gap.low, gap.high)


def _least(one: Effect, other: Effect) -> Effect:
    return min((one, other), key=lambda effect: abs(effect.value))


def _claim(
    cut: Cut, subject: Subject, found: "list[tuple[float, tuple[int, int], Effect]]", whole: "Floats | list[float]"
) -> Claim:
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
