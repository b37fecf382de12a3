"""How inputs enter a network: as items, in batches of like size, and as the arrays that a graph takes.

Knows no weights, so that a stored graph can answer without PyTorch.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.events import OnStep, Step
from dongcha.core.words import Words
from dongcha.model.batching import Order
from dongcha.model.predictions import Floats

CHUNK = 20_000  # inputs that are prepared at once
Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Item:
    """What goes through a network at once: `size` is its cost (tokens), `units` are the numbers of its answers."""

    size: int
    units: Sequence[int]
    data: Any


class Intake(ABC):
    """What of a network is needed beside its graph."""

    @property
    @abstractmethod
    def axes(self) -> Mapping[str, Mapping[int, str]]:
        """The names of the arrays in order, and which of their dimensions vary."""

    @abstractmethod
    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """The inputs as items; units are numbered from 0 in the order of the inputs."""

    @abstractmethod
    def arrays(self, items: Sequence[Item]) -> Arrays:
        """A batch as the graph takes it."""


@dataclass(frozen=True, slots=True)
class Passes:
    """Batches through a network or a graph: `run` gives the units of a batch in order, shape (units, width).

    With several `threads`, so many batches are run at the same time.
    """

    items: Callable[[Sequence[Any]], list[Item]]
    cut: Callable[[Sequence[Item]], Iterable[Order]]
    run: Callable[[Sequence[Item]], Floats]
    width: int
    job: Words
    threads: int = 1

    def over(self, inputs: Sequence[Any], on_step: OnStep) -> Floats:
        """What `run` gives for all units, in the order of the inputs."""
        parts, done = [np.zeros((0, self.width))], 0
        for start in range(0, len(inputs), CHUNK):
            items = self.items(inputs[start : start + CHUNK])
            found = np.zeros((sum(len(item.units) for item in items), self.width))
            for batch, values in self._through([[items[i] for i in rows] for rows in self.cut(items)]):
                found[[unit for item in batch for unit in item.units]] = values
                done += len(batch)
                on_step(Step(self.job, min(done, len(inputs)), len(inputs)))
            parts.append(found)
        return np.concatenate(parts)

    def _through(self, all_batches: Sequence[Sequence[Item]]) -> Iterator[tuple[Sequence[Item], Floats]]:
        """Each batch with what `run` gives for it, in order."""
        if min(self.threads, len(all_batches)) <= 1:
            yield from ((batch, self.run(batch)) for batch in all_batches)
            return
        pool = ThreadPoolExecutor(min(self.threads, len(all_batches)), "batch")
        try:
            yield from zip(all_batches, pool.map(self.run, all_batches), strict=True)
        finally:  # who gives up in between does not wait for what has not begun
            pool.shutdown(cancel_futures=True)
