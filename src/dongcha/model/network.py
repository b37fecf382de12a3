"""The contract of a network: inputs become vectors, one a unit, and a linear head turns vectors into logits.

Knows batches and devices.  Knows nothing of what inputs are, how a network is trained, or how it is stored.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dongcha.core.events import OnStep, Step, silent
from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.model.batching import Order, batches
from dongcha.model.encoder import Encoder
from dongcha.model.head import Head
from dongcha.model.predictions import Floats
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe

if TYPE_CHECKING:
    import torch

CHUNK = 20_000  # inputs that are prepared at once


@dataclass(frozen=True, slots=True)
class Item:
    """What goes through a network at once: `size` is its cost (tokens), `units` are the numbers of its answers."""

    size: int
    units: Sequence[int]
    data: Any


class Network(ABC):
    """An encoder (`body`, of Transformers) with a linear head."""

    job: ClassVar[Words] = Words("reading texts", "读取文本")
    batch_size: ClassVar[int] = 4096  # the cost of a batch when nothing is learned; more is no faster on a CPU

    beside: Any = None  # a `torch.nn.Module` of our own that learns with the encoder

    def __init__(self, body: Any, head: Head | None = None) -> None:
        self.body = body
        self.head = head

    def settle(self, recipe: Recipe) -> None:  # noqa: B027
        """Take the settings that are of this kind of network; called once, before anything is read."""

    @property
    def caveat(self) -> str:
        """What plain Transformers does not load of the folder; empty where it loads all."""
        return ""

    @property
    def width(self) -> int:
        """Values of a vector."""
        return int(self.body.config.hidden_size)

    @property
    def layers(self) -> Any:
        """The layers of the encoder, lowest first: a `torch.nn.ModuleList`."""
        return self.body.encoder.layer

    @property
    def embeddings(self) -> Any:
        """The module below the layers."""
        return self.body.embeddings

    @abstractmethod
    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """The inputs as the body takes them; units are numbered from 0 in the order of the inputs."""

    @abstractmethod
    def hidden(self, items: Sequence[Item]) -> "torch.Tensor":
        """The vectors of the items' units in order, shape (units, width), with gradients where they are on."""

    @abstractmethod
    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """Write a folder that plain Transformers loads."""

    def vectors(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Vectors of all units, shape (units, width), read in batches of like size."""
        return self._read(inputs, lambda found: found, (self.width, on_step))

    def _read(self, inputs: Sequence[Any], then: Callable[[Floats], Floats], how: tuple[int, OnStep]) -> Floats:
        """What `then` makes of the vectors, batch by batch; `how` holds its number of columns."""
        import torch

        columns, on_step = how
        self.body.eval()
        parts, done = [np.zeros((0, columns))], 0
        with steady(0), torch.inference_mode():
            for start in range(0, len(inputs), CHUNK):
                items = self.items(inputs[start : start + CHUNK])
                found = np.zeros((sum(len(item.units) for item in items), columns))
                for rows in self.cut(items):
                    batch = [items[i] for i in rows]
                    units = [unit for item in batch for unit in item.units]
                    found[units] = then(self.hidden(batch).double().cpu().numpy())
                    done += len(rows)
                    on_step(Step(self.job, min(done, len(inputs)), len(inputs)))
                parts.append(found)
        return np.concatenate(parts)

    def cut(self, items: Sequence[Item]) -> Iterator[Order]:
        """Batches of the items for reading, the largest first."""
        yield from batches([item.size for item in items], self.batch_size)

    def logits(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Logits, shape (units, outputs)."""
        assert self.head is not None, "a network without a head cannot answer"
        return self._read(inputs, self.head.of, (len(self.head.bias), on_step))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of network: how it is built on an encoder, read from a folder, and which encoder is taken by default."""

    build: Callable[[Encoder, int], Network]  # the encoder and the most tokens of an input
    load: Callable[[Path], Network]
    choose: Callable[[Sequence[Any]], str]


NETWORKS: Registry[Kind] = Registry("network")


def device_name() -> str:
    """`cuda` where PyTorch sees one, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
