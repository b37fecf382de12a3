"""`margin`: the rows whose two best classes have scores nearest to each other (Scheffer et al. 2001)."""

import numpy as np
import numpy.typing as npt

from dongcha.learn.pool import Numbers, Pool, Scores
from dongcha.learn.strategy import STRATEGIES, Strategy, highest


class Margin(Strategy):
    """Looks at all rows; the cost grows with rows times classes."""

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """The narrowest margins."""
        return free[highest(-margins(pool.sound_scores(free)), k, random)]


def margins(scores: Scores) -> npt.NDArray[np.float32]:
    """The best score less the second best, 0 to 1; 1 where there is one class only.

    >>> margins(np.array([[0.5, 0.25, 0.25]], dtype=np.float32)).tolist()
    [0.25]
    """
    if scores.shape[1] < 2:
        return np.ones(len(scores), dtype=np.float32)
    top = np.partition(scores, -2, axis=1)
    return np.asarray(top[:, -1] - top[:, -2], dtype=np.float32)


STRATEGIES("margin")(Margin())
