"""Prequential figures: each row is answered before it is learned from (Gama, Sebastião and Rodrigues 2013).

Over all rows, over a window, and with a fading factor, which forgets as a window does and keeps one number.
"""

from collections import deque

from dongcha.core.checks import need


class Prequential:
    """The accuracy of answers that came before their truth."""

    def __init__(self, window: int = 200, fading: float = 0.995) -> None:
        need("prequential", "window", window, window >= 1, "an integer of at least 1")
        need("prequential", "fading", fading, 0 < fading <= 1, "above 0 and at most 1")
        self.rows, self._right, self._fading = 0, 0, fading
        self._last: deque[bool] = deque(maxlen=window)
        self._faded = self._mass = 0.0

    def add(self, right: bool) -> None:
        """One more answer."""
        self.rows += 1
        self._right += right
        self._last.append(bool(right))
        self._faded = self._fading * self._faded + right
        self._mass = self._fading * self._mass + 1.0

    @property
    def accuracy(self) -> float:
        """Of all answers; NaN where there is none."""
        return self._right / self.rows if self.rows else float("nan")

    @property
    def recent(self) -> float:
        """Of those in the window."""
        return sum(self._last) / len(self._last) if self._last else float("nan")

    @property
    def faded(self) -> float:
        """Of all, each counting `fading` times as much as the one after it."""
        return self._faded / self._mass if self._mass else float("nan")
