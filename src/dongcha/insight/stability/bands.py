"""A run of bands against both of its sides, tested anew in every draw; the run and its edges are those of the whole.

Of a category with three or more values it is not asked again whether those before or after it turn round as well.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dongcha.insight.bands import band_of
from dongcha.insight.insight import Subject
from dongcha.insight.stability.counts import cohens_h, fisher
from dongcha.insight.stability.dealt import KEY, PAIRS, Again, Dealt, Sums
from dongcha.insight.stability.shapes import FEWEST, by_rank

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

INSIDE, BELOW, ABOVE = range(3)
Test = Callable[[Sequence["Floats"], Sequence[float], "Floats"], tuple[float, float]]
"""Rows by bin inside, below and above, the levels there, and the rank (0..1) of each bin; an effect and a p-value."""


def _sides(data: "ir.Table", name: str, edges: Sequence[float], window: tuple[int, int]) -> "ir.Value":
    import ibis

    band = band_of(data[name].cast("float64"), edges)
    return ibis.cases((band < window[0], BELOW), (band > window[1], ABOVE), else_=INSIDE)


def _known(subject: Subject, dealt: Dealt) -> "ir.Table":
    """The rows that have the measure and the outcome; a value without end lies in no band."""
    rows = dealt.rows
    at = rows[subject.breakdown[0]].cast("float64")
    return rows.filter(rows[str(subject.measure)].notnull(), at.notnull(), ~at.isinf(), ~at.isnan())


def rate_again(subject: Subject, edges: Sequence[float], window: tuple[int, int], dealt: Dealt) -> Again:
    """The rate of a category: Fisher's exact test against both sides, of which the larger p-value counts."""
    import numpy as np

    rows = _known(subject, dealt)
    hit = rows[str(subject.measure)].cast("string") == subject.category
    cut = rows.select(KEY, side=_sides(rows, subject.breakdown[0], edges, window), hit=hit)
    sums = dealt.summed(cut, ["side", "hit"])
    (hits, n), *others = (
        [sums.where(lambda at, hit, side=side, only=only: at == side and (hit or not only)) for only in (True, False)]
        for side in (INSIDE, BELOW, ABOVE)
    )
    effects, p = zip(*((cohens_h(hits, n, *one), fisher(hits, n, *one)) for one in others), strict=True)
    smaller = np.where(np.abs(effects[0]) <= np.abs(effects[1]), *effects)
    return Again(smaller, np.where(effects[0] * effects[1] > 0, np.maximum(*p), 1.0))


def level_again(subject: Subject, edges: Sequence[float], window: tuple[int, int], test: Test, dealt: Dealt) -> Again:
    """The ranks of a measure, with its mean (or the place of its median) inside and on both sides."""
    import numpy as np

    rows = _known(subject, dealt)
    amount = rows[str(subject.measure)].cast("float64")
    rows = rows.filter(~amount.isinf(), ~amount.isnan())
    side = _sides(rows, subject.breakdown[0], edges, window)
    cut = rows.select(KEY, place=by_rank(rows, str(subject.measure)), side=side, amount=amount)
    is_mean = subject.aggregation == "mean"
    sums = dealt.summed(cut if is_mean else cut.drop("amount"), ["place", "side"], ["amount"] if is_mean else [])
    places = sorted({int(str(cell[0])) for cell in sums.cells})
    parts = [sums.along(places, lambda at, wanted=wanted: at == wanted) for wanted in (INSIDE, BELOW, ABOVE)]
    whole = np.sum(parts, axis=0)[[0, PAIRS]].sum(axis=0)
    scores = (whole.cumsum() - whole / 2) / whole.sum()
    drawn = []
    for at, levels in enumerate(_levels(sums, parts, is_mean=is_mean)):
        here = [part[at] for part in parts]
        drawn.append(test(here, levels, scores) if min(part.sum() for part in here) >= FEWEST else (0.0, 1.0))
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))


def _levels(sums: Sums, parts: "Sequence[Floats]", *, is_mean: bool) -> "list[list[float]]":
    """The mean, or the bin of the median, inside, below and above, in each draw."""
    import numpy as np

    if not is_mean:
        return [
            [float((2 * part.cumsum() >= part.sum()).argmax()) for part in draw] for draw in zip(*parts, strict=True)
        ]
    totals = [sums.where(lambda place, at, wanted=wanted: at == wanted, "amount") for wanted in (INSIDE, BELOW, ABOVE)]
    means = [total / np.maximum(part.sum(axis=1), 1) for total, part in zip(totals, parts, strict=True)]
    return [[float(level) for level in draw] for draw in zip(*means, strict=True)]
