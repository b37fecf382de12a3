"""The contract of a network: inputs become vectors, one a unit, and a linear head turns vectors into logits.

Knows batches and devices.  Knows nothing of what inputs are, how a network is trained, or how it is stored.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from dongcha.core.events import OnStep, silent
from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.model.batching import Order, batches
from dongcha.model.encoder import Encoder
from dongcha.model.head import Head
from dongcha.model.intake import Intake, Item, Passes
from dongcha.model.predictions import Floats
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe

if TYPE_CHECKING:
    import torch

__all__ = ["NETWORKS", "Item", "Kind", "Network", "Reader", "device_name"]


class Reader(Protocol):
    """Another way to the vectors of an encoder that nobody trains: faster, and nearly the same."""

    @property
    def name(self) -> str:
        """Tells it apart where speeds are remembered."""

    def vectors(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Vectors of all units, shape (units, width)."""


class Network(ABC):
    """An encoder (`body`, of Transformers) with a linear head."""

    job: ClassVar[Words] = Words("reading texts", "读取文本")
    batch_size: ClassVar[int] = 4096  # the cost of a batch when nothing is learned; more is no faster on a CPU
    reader: Reader | None = None

    intake: Intake  # how inputs become the arrays that `forward` takes
    beside: Any = None  # a `torch.nn.Module` of our own that learns with the encoder

    def __init__(self, body: Any, head: Head | None = None) -> None:
        self.body = body
        self.head = head

    def settle(self, recipe: Recipe) -> None:  # noqa: B027
        """Take the settings that are of this kind of network; called once, before anything is read."""

    @property
    def caveat(self) -> Words | None:
        """What plain Transformers does not load of the folder; None where it loads all."""
        return None

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

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """The inputs as items; units are numbered from 0 in the order of the inputs."""
        return self.intake.items(inputs)

    @abstractmethod
    def forward(self, *arrays: "torch.Tensor") -> "torch.Tensor":
        """The vectors of a batch, shape (units, width), out of the arrays of `intake`, in one traceable computation.

        What only learning needs (dropout, changed inputs) is left out while the body is not in training.
        """

    def hidden(self, items: Sequence[Item]) -> "torch.Tensor":
        """The vectors of the items' units in order, shape (units, width), with gradients where they are on."""
        return self.forward(*self.tensors(items))

    def tensors(self, items: Sequence[Item]) -> "tuple[torch.Tensor, ...]":
        """The arrays of the items, on the body's device."""
        import torch

        arrays = self.intake.arrays(items).values()
        return tuple(torch.from_numpy(array).to(self.body.device) for array in arrays)

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

        def run(batch: Sequence[Item]) -> Floats:
            return then(self.hidden(batch).double().cpu().numpy())

        self.body.eval()
        with steady(0), torch.inference_mode():
            return Passes(self.items, self.cut, run, columns, self.job).over(inputs, on_step)

    def read(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Vectors for fitting a head on: from the reader where there is one."""
        return self.vectors(inputs, on_step) if self.reader is None else self.reader.vectors(inputs, on_step)

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
    intake: Callable[[Path], Intake]  # read from a model's folder


NETWORKS: Registry[Kind] = Registry("network")


def device_name() -> str:
    """`cuda` where PyTorch sees one, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
