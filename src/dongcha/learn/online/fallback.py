"""Whether an updated head has become worse than the stored one that it started from: a test at every answer.

Where only one of the two was right, it bets on the stored one; the capital of several bets, begun again whenever it is
lost, is an e-detector (Shin, Ramdas and Rinaldo 2023, https://arxiv.org/abs/2203.03532): a head that is as good or
better is given up no sooner than after `1 / alpha` such answers on average, however long it serves.
"""

from dongcha.core.checks import need

STAKES = (0.1, 0.25, 0.5, 0.75)


class Fallback:
    """The test; `fallen` stays true once it is."""

    def __init__(self, alpha: float = 0.001) -> None:
        need("fallback", "alpha", alpha, 0 < alpha < 1, "between 0 and 1")
        self.gained = self.lost = 0  # answers that only the updated head, only the stored head had right
        self.fallen = False
        self._alpha = alpha
        self._capital = [0.0] * len(STAKES)

    @property
    def evidence(self) -> float:
        """The capital; `1 / alpha` is enough."""
        return sum(self._capital) / len(self._capital)

    def add(self, updated: bool, stored: bool) -> None:
        """Whether each of the two was right before it learned."""
        if updated == stored:
            return
        self.gained, self.lost = self.gained + updated, self.lost + stored
        way = 1.0 if stored else -1.0
        self._capital = [max(one, 1.0) * (1 + stake * way) for one, stake in zip(self._capital, STAKES, strict=True)]
        self.fallen = self.fallen or self.evidence >= 1 / self._alpha
