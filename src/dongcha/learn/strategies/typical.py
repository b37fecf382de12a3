"""`typical`: of the largest clusters without a label, the row in the densest place (Hacohen et al. 2022, TypiClust).

https://arxiv.org/abs/2202.02794.  Needs no model: what a labelling begins with.
"""

import numpy as np

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.space import clusters, typicality
from dongcha.learn.strategy import STRATEGIES, Strategy, highest

MOST_CLUSTERS = 500
LOOKED_AT = 10_000
FEWEST = 5
"""Rows of a cluster below which its density says nothing."""


class Typical(Strategy):
    """Looks at `LOOKED_AT` rows, in as many clusters as there will be labels, at most `MOST_CLUSTERS`."""

    most = LOOKED_AT
    needs_scores = False

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """One row a cluster: first of those with the fewest labels, of these the largest; then around again."""
        known = pool.labelled
        if len(known) > LOOKED_AT:
            known = random.choice(known, LOOKED_AT, replace=False)
        vectors = pool.vectors[np.concatenate([known, free])]
        count = min(len(known) + k, MOST_CLUSTERS)
        cluster = clusters(vectors, count, int(random.integers(2**31)))
        return free[spread(vectors[len(known) :], cluster[len(known) :], cluster[: len(known)], k, random)]


def spread(rows: np.ndarray, cluster: Numbers, labelled: Numbers, k: int, random: np.random.Generator) -> Numbers:
    """Positions of `k` rows, clusters with few labels first and among them the largest, the densest of each."""
    count = int(max(cluster.max(), labelled.max(initial=0))) + 1
    has = np.bincount(labelled, minlength=count)
    size = np.bincount(cluster, minlength=count) + has
    queues: dict[int, list[int]] = {}
    for group in np.flatnonzero(np.bincount(cluster, minlength=count)).tolist():
        places = np.flatnonzero(cluster == group)
        queues[group] = places[highest(typicality(rows[places]), min(k, len(places)), random)].tolist()
    chosen: list[int] = []
    small = size < FEWEST
    while len(chosen) < k:
        name: int = min(queues, key=lambda one: (has[one], small[one], -size[one], one))
        chosen.append(queues[name].pop(0))
        has[name] += 1
        if not queues[name]:
            del queues[name]
    return np.asarray(chosen, dtype=np.int64)


STRATEGIES("typical")(Typical())
