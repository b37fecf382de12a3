"""`entropy`: the rows whose scores are spread most evenly over the classes (Settles 2009, section 3.1)."""

import numpy as np
import numpy.typing as npt

from dongcha.learn.pool import Numbers, Pool, Scores
from dongcha.learn.strategy import STRATEGIES, Strategy, highest


class Entropy(Strategy):
    """Looks at all rows; the cost grows with rows times classes."""

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """The highest entropies."""
        return free[highest(entropies(pool.sound_scores(free)), k, random)]


def entropies(scores: Scores) -> npt.NDArray[np.float32]:
    """Shannon's entropy of each row, in nats.

    >>> entropies(np.array([[1.0, 0.0], [0.5, 0.5]])).round(4).tolist()
    [0.0, 0.6931]
    """
    logs = np.log(scores, out=np.zeros_like(scores), where=scores > 0)
    return np.asarray(np.abs((scores * logs).sum(axis=-1)))


STRATEGIES("entropy")(Entropy())
