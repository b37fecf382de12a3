"""No correlation: of two measures neither rises nor falls as the other rises, but for less than a small effect.

Test: TOST of Spearman's rank correlation on Fisher's z, within 0.1 (0.2 where rows are few).  Its variance is the
larger of 1.06 / (n - 3) (Fieller, Hartley & Pearson 1957) and of that of the products of ranks, which is larger where
spreads go together.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from dongcha.core.words import Words
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.equivalence import LEVEL, margin_for_error, tost
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.alike import coarse

FEWEST = 100
"""Rows from which on the error of a rank correlation is what it is taken for."""

_CURVE = Words(
    "Only a steady rise or fall is ruled out, not a curve that turns.",
    "仅排除持续的升降关系，不排除先升后降之类的曲线关系。",
)


def unrelated(
    cube: Cube, names: tuple[str, str], found: tuple[int, float, float], prove: Callable[[], Proof]
) -> Iterator[Claim]:
    """The claim that the two measures do not go together; `found` is rows, coefficient and the products' variance."""
    (n, r, joint), (x, y) = found, names
    if n < FEWEST:
        return
    error = math.sqrt(max(1.06 / (n - 3), joint / n))
    margin = margin_for_error(error, lambda one: math.atanh(one.rho))
    if margin is None:
        return
    z = tost(math.atanh(r), error, math.atanh(margin.rho))
    yield Claim(
        pattern="no_correlation",
        subject=Subject(y, "mean", (x,)),
        test="TOST of Spearman's rank correlation",
        p_value=z.p_value,
        effect=Effect("Spearman's rho", r, math.tanh(z.low), math.tanh(z.high), LEVEL, margin.rho),
        share=n / cube.rows,
        fact=("no_correlation", x, y),
        prove=lambda: replace(prove(), caveats=(_CURVE, *coarse(margin, margin.rho))),
        weight=z.tightness,
        even=True,
    )
