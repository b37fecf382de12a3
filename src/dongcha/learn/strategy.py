"""The contract of a query strategy, and the register of them.

A strategy never looks at more than `CANDIDATES` rows where its cost grows with rows times batch: these are drawn at
random from the unlabelled ones, so that a pool of a million rows is asked in seconds.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from dongcha.core.checks import need
from dongcha.core.registry import Registry
from dongcha.learn.pool import Numbers, Pool

CANDIDATES = 20_000


class Strategy(ABC):
    """The rule that chooses what to label next, a batch at a time."""

    needs_scores: ClassVar[bool] = True
    most: ClassVar[int | None] = None
    """Rows that are looked at; None for all."""

    def choose(self, pool: Pool, k: int, random: np.random.Generator) -> Numbers:
        """Numbers of `k` different rows without label, best first; all that remain where they are fewer.

        The same pool and the same state of `random` give the same rows.  Before there is a model (no scores), a
        strategy that needs one chooses as `typical` does.  Raises `ConfigError` for a negative `k`.
        """
        need("strategy", "k", k, k >= 0, "at least 0")
        free = pool.unlabelled
        if k >= len(free):
            return random.permutation(free)
        if not k:
            return free[:0]
        if self.needs_scores and pool.scores is None:
            return STRATEGIES.get("typical").choose(pool, k, random)
        if self.most is not None and len(free) > max(self.most, k):
            free = np.sort(random.choice(free, max(self.most, k), replace=False))
        return self.pick(pool, free, k, random)

    @abstractmethod
    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """`k` of the rows `free`, of which there are more than `k`, which is at least 1."""


STRATEGIES: Registry[Strategy] = Registry("strategy")
"""By name; `strategies/` registers ours."""


def highest(values: np.ndarray, k: int, random: np.random.Generator) -> Numbers:
    """Positions of the `k` highest values, highest first; chance decides among equal ones.

    >>> highest(np.array([0.1, 0.9, 0.5]), 2, np.random.default_rng(0)).tolist()
    [1, 2]
    """
    mixed = random.permutation(len(values))
    ranked = np.argsort(-np.nan_to_num(values[mixed], nan=-np.inf), kind="stable")
    return mixed[ranked[:k]].astype(np.int64)
