"""`diverse`: the row nearest to the middle of each cluster of what is unlabelled (k-means; Zhdanov 2019, unweighted).

https://arxiv.org/abs/1901.05954.  Needs no model.
"""

import numpy as np

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.space import clusters, squared
from dongcha.learn.strategy import STRATEGIES, Strategy

LOOKED_AT = 10_000


class Diverse(Strategy):
    """Looks at `LOOKED_AT` rows; the cost grows with them times `k`."""

    most = LOOKED_AT
    needs_scores = False

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """One row a cluster, largest clusters first; drawn from the rest where rows are fewer places than `k`."""
        rows = pool.vectors[free]
        return free[middles(rows, clusters(rows, k, int(random.integers(2**31))), k, random)]


def middles(rows: np.ndarray, cluster: Numbers, k: int, random: np.random.Generator) -> Numbers:
    """Positions of the row nearest to the middle of each cluster, filled up to `k` by a draw."""
    names, sizes = np.unique(cluster, return_counts=True)
    chosen: list[int] = []
    for name in names[np.argsort(-sizes, kind="stable")][:k]:
        places = np.flatnonzero(cluster == name)
        middle = rows[places].mean(axis=0, keepdims=True)
        length = float(np.linalg.norm(middle))
        chosen.append(int(places[squared(rows[places], middle / (length or 1.0))[:, 0].argmin()]))
    if len(chosen) < k:
        rest = np.setdiff1d(np.arange(len(rows)), chosen)
        chosen += random.choice(rest, k - len(chosen), replace=False).tolist()
    return np.asarray(chosen, dtype=np.int64)


STRATEGIES("diverse")(Diverse())
