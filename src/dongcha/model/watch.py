"""What a training tells while it runs, and what may stop it: curves, tracking and pruning come in by this door.

Knows figures.  Knows nothing of who looks at them.  A watcher that never says stop changes no result.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A step that was made (`loss` of its rows), or a check on the validation rows (`figures`); step 0 is the start."""

    method: str
    step: int
    steps: int  # in all, if nothing stops it
    rate: float  # learning rate of the encoder after the step
    loss: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


Watch = Callable[[Moment], bool]
"""Looks at a moment and says whether to stop there; the best weights so far are then kept."""


def unwatched(moment: Moment) -> bool:
    """Never stop: what `watch` is unless told otherwise.

    >>> unwatched(Moment(method="full", step=1, steps=9, rate=1e-4, loss=0.7))
    False
    """
    return False


def together(*watches: Watch) -> Watch:
    """All of them look at every moment; one is enough to stop."""
    several = [watch for watch in watches if watch is not unwatched]

    def watch(moment: Moment) -> bool:
        said = [one(moment) for one in several]  # every one of them has to see it
        return any(said)

    return watch if several else unwatched
