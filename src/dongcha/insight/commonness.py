"""Commonness and exception: what holds in nearly all subsets of a breakdown, and where it breaks.

After MetaInsight (Ma, Ding, Han & Zhang, SIGMOD 2021, https://doi.org/10.1145/3448016.3457267), with every part tested:
each subset has a highlight (its most common value; the way a difference goes) with a p-value; those that hold after
Holm's correction (1979) over all subsets are sure.  It is common where one highlight is sure in at least three quarters
of the subsets (four or more), and an exception is a subset in which another one is sure; at most a fifth are that.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

FEWEST = 4
"""Subsets from which on one can speak of a rule."""

NEARLY_ALL, FEW = 0.75, 0.2
SURE = 0.05
"""The family-wise error over the subsets of one claim."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`common` holds in the subsets at the places `holds` and breaks in those at `breaks`, the surest first.

    `p_value` is that of the whole: that it is common in three quarters of the subsets and that it breaks in the first
    of `breaks`; each is corrected for all subsets, and both have to hold, so the larger one counts.
    """

    common: Hashable
    holds: tuple[int, ...]
    breaks: tuple[int, ...]
    p_value: float


def needed(size: int) -> int:
    """In how many of `size` subsets it has to hold."""
    return math.ceil(NEARLY_ALL * size)


def rule(highlights: Sequence[Hashable], p_values: Sequence[float]) -> Rule | None:
    """What holds in nearly all subsets and breaks in few; None where nothing does.

    >>> rule("aaaab", [1e-4] * 5)
    Rule(common='a', holds=(0, 1, 2, 3), breaks=(4,), p_value=0.0005)
    >>> rule("aaaab", [1e-4, 1e-4, 1e-4, 1e-4, 0.2]) is None
    True
    """
    size = len(highlights)
    if size < FEWEST:
        return None
    sure = _holm(p_values)
    held = [at for at in range(size) if sure[at] <= SURE]
    if not held:
        return None
    common = Counter(highlights[at] for at in held).most_common(1)[0][0]
    holds = sorted((at for at in held if highlights[at] == common), key=lambda at: (sure[at], at))
    breaks = sorted((at for at in held if highlights[at] != common), key=lambda at: (sure[at], at))
    enough = needed(size)
    if len(holds) < enough or not 0 < len(breaks) <= max(1, FEW * size):
        return None
    return Rule(common, tuple(holds), tuple(breaks), max(sure[holds[enough - 1]], sure[breaks[0]]))


def _holm(p_values: Sequence[float]) -> list[float]:
    """The p-values, corrected for being one of several (Holm 1979), in their places."""
    order = sorted(range(len(p_values)), key=lambda at: (p_values[at], at))
    found, largest = [1.0] * len(p_values), 0.0
    for place, at in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[at]))
        found[at] = largest
    return found
