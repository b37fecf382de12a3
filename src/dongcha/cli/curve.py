"""How a training goes, in one line of a terminal: the loss and the figure on the validation rows as sparklines.

Knows moments and characters.  Knows nothing of terminals.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from dongcha.core.words import Lang, Words

if TYPE_CHECKING:
    from dongcha.model.watch import Moment

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 24
MOST = 4 * WIDTH  # losses that are kept: neighbours are merged when there are more
LOSS = Words("loss", "损失")


class Curve:
    """The line of the method that is being trained."""

    def __init__(self, lang: Lang) -> None:
        self.lang, self.method, self.figure, self.line = lang, "", "", ""
        self.losses: list[float] = []
        self.values: list[float] = []

    def see(self, moment: "Moment") -> bool:
        """Take a moment in; never stops a training."""
        if moment.method != self.method or moment.step == 0:
            self.method, self.losses, self.values = moment.method, [], []
        if moment.loss is not None:
            self.losses.append(moment.loss)
        self.values += list(moment.figures.values())[:1]
        if len(self.losses) > MOST:
            self.losses = [sum(self.losses[i : i + 2]) / 2 for i in range(0, MOST, 2)] + self.losses[MOST:]
        self.line = self._drawn(next(iter(moment.figures), ""))
        return False

    def _drawn(self, figure: str) -> str:
        self.figure = figure or self.figure
        parts = [self.method]
        if self.losses:
            parts.append(f"{LOSS.at(self.lang)} {sparkline(self.losses)} {self.losses[-1]:.3f}")
        if self.values:
            named = self.figure.replace("_", " ")
            parts.append(f"{named} {sparkline(self.values)} {self.values[-1]:.3f} (max {max(self.values):.3f})")
        return "  ".join(parts)


def sparkline(values: Sequence[float], width: int = WIDTH) -> str:
    """The values as blocks from the lowest to the highest, at most `width` of them.

    >>> sparkline([3.0, 2.0, 1.0, 1.0])
    '█▅▁▁'
    """
    if len(values) > width:
        edges = [i * len(values) // width for i in range(width + 1)]
        values = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return "".join(BLOCKS[min(len(BLOCKS) - 1, int((value - low) / span * len(BLOCKS)))] for value in values)
