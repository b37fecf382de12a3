"""Tables of two by two in strata: what is left of a difference when a third thing is held the same.

Cochran 1954 (https://doi.org/10.2307/3001616) and Mantel & Haenszel 1959 (https://doi.org/10.1093/jnci/22.4.719): test
and odds ratio; its interval: Robins, Breslow & Greenland 1986; the difference of rates: Sato 1989; whether the odds
ratio is the same in all strata: Breslow & Day 1980 with Tarone's correction (1985).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dongcha.insight.laws import chi_tail

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.cube import Counts

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Strata:
    """`hits` of `n` rows of a group have an outcome, as do `rest_hits` of the `rest` other rows, in each stratum.

    Shape (…, strata); what is worked out has the shape of the leading axes.  A stratum without rows tells nothing.
    """

    hits: "Floats"
    n: "Floats"
    rest_hits: "Floats"
    rest: "Floats"

    @cached_property
    def _rows(self) -> "Floats":
        """The rows of each stratum, 1 where it has none."""
        import numpy as np

        found: Floats = np.maximum(self.n + self.rest, 1)
        return found

    @cached_property
    def information(self) -> "Floats":
        """How much each stratum weighs in a difference: n times rest over their sum."""
        found: Floats = self.n * self.rest / self._rows
        return found

    @property
    def raw(self) -> "Floats":
        """The difference of the rates over all strata together, as if they were one; NaN where a side has no rows."""
        import numpy as np

        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = self.hits.sum(-1) / self.n.sum(-1) - self.rest_hits.sum(-1) / self.rest.sum(-1)
        return found

    @cached_property
    def difference(self) -> "Floats":
        """The difference of the rates within strata: the mean of theirs, each with its information; NaN for none."""
        import numpy as np

        gaps = (self.hits * self.rest - self.rest_hits * self.n) / self._rows
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = gaps.sum(-1) / self.information.sum(-1)
        return found

    @property
    def error(self) -> "Floats":
        """The standard error of `difference`."""
        import numpy as np

        a, c, n, m, both = self.hits, self.rest_hits, self.n, self.rest, self._rows
        one = (n**2 * c - m**2 * a + n * m * (m - n) / 2) / both**2
        two = (a * (m - c) + c * (n - a)) / (2 * both)
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = (self.difference * one.sum(-1) + two.sum(-1)) / self.information.sum(-1) ** 2
            found: Floats = np.sqrt(np.maximum(variance, 0.0))
        return found

    @property
    def p_values(self) -> "Floats":
        """Two-sided p-values of the same odds within strata, with the continuity correction; 1 for no rows."""
        import numpy as np
        from scipy.special import chdtrc

        both = self.n + self.rest
        met = self.hits + self.rest_hits
        expected = self.n * met / np.maximum(both, 1)
        spread = self.n * self.rest * met * (both - met) / (np.maximum(both, 1) ** 2 * np.maximum(both - 1, 1))
        gap, total = np.abs((self.hits - expected).sum(-1)), spread.sum(-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(total > 0, np.maximum(gap - 0.5, 0.0) ** 2 / total, 0.0)
        found: Floats = chdtrc(1, value)
        return found

    def at(self, *place: int) -> "Strata":
        """The strata of one place of the leading axes."""
        return Strata(self.hits[place], self.n[place], self.rest_hits[place], self.rest[place])


def odds_ratio(found: Strata) -> tuple[float, float, float]:
    """The common odds ratio of one set of strata, shape (strata,), with its 95 % interval; infinite or NaN for none."""
    import numpy as np

    a, c = found.hits, found.rest_hits
    b, d, both = found.n - a, found.rest - c, np.maximum(found.n + found.rest, 1)
    up, down, agree, differ = a * d / both, b * c / both, (a + d) / both, (b + c) / both
    r, s = float(up.sum()), float(down.sum())
    if not r or not s:
        return (math.inf if r else 0.0 if s else math.nan), 0.0, math.inf
    variance = (agree @ up) / (2 * r * r) + (agree @ down + differ @ up) / (2 * r * s) + (differ @ down) / (2 * s * s)
    half = 1.96 * math.sqrt(float(variance))
    return r / s, r / s * math.exp(-half), r / s * math.exp(half)


def log_odds_ratios(found: Strata) -> "Floats":
    """The logarithm of the common odds ratio, shape of the leading axes; 0 where it is not defined."""
    import numpy as np

    both = np.maximum(found.n + found.rest, 1)
    up = (found.hits * (found.rest - found.rest_hits) / both).sum(-1)
    down = (found.rest_hits * (found.n - found.hits) / both).sum(-1)
    known = (up > 0) & (down > 0)
    return np.where(known, np.log(np.where(known, up, 1.0) / np.where(known, down, 1.0)), 0.0)


def heterogeneity(found: Strata) -> float:
    """The p-value that one odds ratio holds in all strata, shape (strata,); 1 where fewer than two tell anything."""
    import numpy as np

    ratio = odds_ratio(found)[0]
    met, both = found.hits + found.rest_hits, found.n + found.rest
    kept = (found.n > 0) & (found.rest > 0) & (met > 0) & (met < both)
    if kept.sum() < 2 or not 0 < ratio < math.inf:
        return 1.0
    a, n, m, t = found.hits[kept], found.n[kept], found.rest[kept], met[kept]
    fitted = _fitted(ratio, n, m, t)
    cells = np.maximum(np.stack([fitted, n - fitted, t - fitted, m - t + fitted]), 1e-9)
    variance = 1 / (1 / cells).sum(0)
    value = float(((a - fitted) ** 2 / variance).sum()) - float((a - fitted).sum()) ** 2 / float(variance.sum())
    return chi_tail(max(value, 0.0), int(kept.sum()) - 1)


def _fitted(ratio: float, n: "Floats", m: "Floats", t: "Floats") -> "Floats":
    """The hits among `n` of `n + m` rows, of which `t` are hits, that give the odds ratio."""
    import numpy as np

    if abs(ratio - 1) < 1e-9:
        return np.asarray(n * t / (n + m))
    one, two = 1 - ratio, m - t + ratio * (n + t)
    root = np.sqrt(two**2 + 4 * one * ratio * n * t)
    return np.asarray((-two + root) / (2 * one))


def strata(counts: "Counts", outcome: str, group: str) -> tuple[Strata, list[str], list[str]]:
    """Every value of `outcome` in every value of `group` against its others, shape (outcomes, groups, strata).

    `counts` are of three categories; the third gives the strata.  With the values of the outcome and of the group.
    """
    table, values = dense(counts)
    (third,) = (name for name in counts.dimensions if name not in (outcome, group))
    places = [counts.dimensions.index(name) for name in (outcome, group, third)]
    hits = table.transpose(places)
    n, met = hits.sum(0, keepdims=True), hits.sum(1, keepdims=True)
    every = n.sum(1, keepdims=True)
    shape = hits.shape
    import numpy as np

    inside, rest = np.broadcast_to(n, shape), np.broadcast_to(every - n, shape)
    return Strata(hits, inside, met - hits, rest), values[places[0]], values[places[1]]


def dense(counts: "Counts") -> tuple["Floats", Sequence[list[str]]]:
    """The counts as an array with an axis for each dimension, and the values along each, in the order of their text."""
    import numpy as np

    kept, values = [], []
    for axis, known in enumerate(counts.values):
        others = tuple(other for other in range(len(counts.values)) if other != axis)
        some = np.flatnonzero(counts.array.sum(axis=others)).tolist()
        named = sorted((str(known[at]), at) for at in some)
        values.append([text for text, _ in named])
        kept.append(np.array([at for _, at in named], dtype=int))
    return counts.array[np.ix_(*kept)].astype(float), values
