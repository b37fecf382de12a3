"""`contrastive`: rows that the model scores unlike their nearest labelled neighbours (Margatina et al. 2021, CAL).

https://arxiv.org/abs/2109.03764
"""

import numpy as np
import numpy.typing as npt

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.space import BLOCK, squared
from dongcha.learn.strategy import CANDIDATES, STRATEGIES, Strategy, highest

NEIGHBOURS = 10
LEAST = 1e-6  # of a score, under the logarithm


class Contrastive(Strategy):
    """Looks at `CANDIDATES` rows; the cost grows with candidates times labelled rows."""

    most = CANDIDATES

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """The highest mean divergence; drawn where nothing is labelled."""
        if not len(pool.labelled):
            return random.choice(free, k, replace=False)
        return free[highest(_divergence(pool, free), k, random)]


def _divergence(pool: Pool, free: Numbers) -> npt.NDArray[np.float32]:
    """The mean Kullback-Leibler divergence of the neighbours' scores from those of each row."""
    known, near = pool.vectors[pool.labelled], min(NEIGHBOURS, len(pool.labelled))
    theirs = np.maximum(pool.sound_scores(pool.labelled), LEAST)
    inner = (theirs * np.log(theirs)).sum(axis=1)
    found = np.empty(len(free), dtype=np.float32)
    for start in range(0, len(free), BLOCK):
        rows = free[start : start + BLOCK]
        away = squared(pool.vectors[rows], known)
        beside = np.argpartition(away, near - 1, axis=1)[:, :near]
        logs = np.log(np.maximum(pool.sound_scores(rows), LEAST))
        crossed = (theirs[beside] * logs[:, None, :]).sum(axis=2)
        found[start : start + BLOCK] = (inner[beside] - crossed).mean(axis=1)
    return found


STRATEGIES("contrastive")(Contrastive())
