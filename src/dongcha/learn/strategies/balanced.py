"""`balanced-entropy`, `balanced-margin`: unsure rows of classes with few labels, a typical one of each region: our own.

They join four ideas.  A row is worth as much as the model is unsure of it, times the want of labels of the classes that
it may be of.  Rows are clustered, as many clusters as there will be labels (TypiClust, Hacohen et al. 2022,
arXiv:2202.02794), and a cluster is worth the sum of its rows shared among its labels, so that a batch is spread and
goes where much is unsure (Zhdanov 2019, arXiv:1901.05954).  Of a cluster the row is asked that is worth most times how
dense its place is, which keeps oddities out.  Until there is a label a class, they choose as `typical` does.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from dongcha.learn.pool import Numbers, Pool, Scores
from dongcha.learn.space import clusters, typicality
from dongcha.learn.strategies.entropy import entropies
from dongcha.learn.strategies.margin import margins
from dongcha.learn.strategy import STRATEGIES, Strategy

LOOKED_AT = 10_000
MOST_CLUSTERS = 500


class Balanced(Strategy):
    """Looks at `LOOKED_AT` rows; the cost grows with them times clusters, of which there are `MOST_CLUSTERS` at most.

    `unsure` gives 0 to 1 a row; `power` says how much fewer labels of a class make another one wanted.
    """

    most = LOOKED_AT

    def __init__(self, unsure: Callable[[Scores], npt.NDArray[np.float32]], power: float) -> None:
        self.unsure, self.power = unsure, power

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """The best row of the best cluster, over and over; a cluster is worth less with each of its labels."""
        assert pool.scores is not None
        if len(pool.labels) < pool.scores.shape[1] or len(np.unique(pool.labels)) < 2:
            return STRATEGIES.get("typical").choose(pool, k, random)
        scores = pool.sound_scores(free)
        worth = self.unsure(scores).astype(np.float64) * (scores @ wanted(pool, self.power)) + 1e-9
        known = pool.labelled if len(pool.labelled) <= LOOKED_AT else random.choice(pool.labelled, LOOKED_AT, False)
        vectors = np.asarray(pool.vectors[np.concatenate([known, free])])
        cluster = clusters(vectors, min(len(known) + k, MOST_CLUSTERS), int(random.integers(2**31)))
        labels = np.bincount(cluster[: len(known)], minlength=int(cluster.max()) + 1)
        return free[_shared(vectors[len(known) :], worth, (cluster[len(known) :], labels), k)]


def wanted(pool: Pool, power: float) -> npt.NDArray[np.float64]:
    """How much a label of each class is wanted, shape (classes,), 1 for that with the fewest."""
    assert pool.scores is not None
    has = np.bincount(pool.labels, minlength=pool.scores.shape[1])[: pool.scores.shape[1]]
    want = (1.0 + has) ** -power
    return np.asarray(want / want.max(), dtype=np.float64)


def _shared(
    rows: npt.NDArray[np.float32], worth: npt.NDArray[np.float64], groups: tuple[Numbers, Numbers], k: int
) -> Numbers:
    """Positions of `k` rows; `groups` are each row's cluster, and how many labels each cluster has."""
    cluster, labels = groups
    has = labels.astype(np.float64)
    mass = np.bincount(cluster, weights=worth, minlength=len(labels))
    queues: dict[int, list[int]] = {}
    chosen: list[int] = []
    while len(chosen) < k:
        name = int((mass / (1.0 + has)).argmax())
        if name not in queues:
            places = np.flatnonzero(cluster == name)
            ranked = np.argsort(-(typicality(rows[places]) * worth[places]), kind="stable")
            queues[name] = places[ranked].tolist()
        chosen.append(queues[name].pop(0))
        has[name] += 1.0
        if not queues[name]:
            mass[name] = -1.0
    return np.asarray(chosen, dtype=np.int64)


def _evenness(scores: Scores) -> npt.NDArray[np.float32]:
    return entropies(scores) / np.float32(np.log(max(2, scores.shape[1])))


def _narrowness(scores: Scores) -> npt.NDArray[np.float32]:
    return np.float32(1.0) - margins(scores)


STRATEGIES("balanced-entropy")(Balanced(_evenness, power=1.0))
STRATEGIES("balanced-margin")(Balanced(_narrowness, power=0.5))
