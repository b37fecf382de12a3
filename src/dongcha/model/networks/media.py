"""What networks of pictures and of sounds share: files that are read once where there is room, and fixed shapes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from dongcha.core.errors import ConfigError
from dongcha.model.encoder import Encoder, checked_encoder
from dongcha.model.head import Head
from dongcha.model.intake import Arrays, Intake
from dongcha.model.network import Item, Network, device_name
from dongcha.model.networks.hf_media import write_media
from dongcha.model.quiet import quiet

if TYPE_CHECKING:
    import torch

SIZE = 64  # what an input counts for in a batch
ROOM = 400_000_000  # bytes of inputs that are kept, so that an epoch need not read the files again


class Prepares(Protocol):
    """How files become arrays of one shape."""

    def read(self, references: Sequence[Any]) -> Any:
        """The files as small arrays."""

    def scaled(self, found: Any) -> Any:
        """Those arrays as the network takes them."""

    def save(self, folder: Path) -> None:
        """Write `preprocessor_config.json`."""


class MediaIntake(Intake):
    """Files as arrays of one shape; `room` is how many bytes of them are kept, by reference, for the next reading."""

    def __init__(self, prepares: Prepares, name: str, room: int = 0) -> None:
        self.prepares, self.name, self.room = prepares, name, room
        self.kept: dict[Any, Any] = {}

    @property
    def axes(self) -> Mapping[str, Mapping[int, str]]:
        """Only the number of inputs varies."""
        return {self.name: {0: "inputs"}}

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """One item and one unit a file."""
        return [Item(SIZE, (i,), reference) for i, reference in enumerate(inputs)]

    def arrays(self, items: Sequence[Item]) -> Arrays:
        """One array, of shape (files, …) as the network takes them."""
        return {self.name: self.prepares.scaled(self._read([item.data for item in items]))}

    def _read(self, references: Sequence[Any]) -> Any:
        """The files as small arrays, out of memory where they were read before."""
        new = [one for one in dict.fromkeys(references) if one not in self.kept]
        fresh = dict(zip(new, self.prepares.read(new), strict=True)) if new else {}
        found = np.stack([fresh[one] if one in fresh else self.kept[one] for one in references])
        if (len(self.kept) + len(fresh)) * found[0].nbytes <= self.room:
            self.kept |= fresh
        return found


class MediaNetwork(Network):
    """`body` is a Transformers encoder of pictures or sounds."""

    kind: ClassVar[str]  # of Transformers' class: Image, Audio
    takes: ClassVar[str]  # the name of the body's argument
    intake: MediaIntake

    def __init__(self, body: Any, prepares: Prepares, head: Head | None = None) -> None:
        super().__init__(body, head)
        self.intake = MediaIntake(prepares, self.takes, ROOM)

    @property
    def width(self) -> int:
        """Values of a vector."""
        config = self.body.config
        sizes = getattr(config, "hidden_sizes", None)
        return int(sizes[-1] if sizes else config.hidden_size)

    @property
    def layers(self) -> Any:
        """The layers or stages, lowest first."""
        found = _first(self.body, "layers", "encoder.layers", "encoder.layer", "encoder.stages")
        if found is None:
            raise ConfigError("the layers of this encoder are not known by name; use method 'probe'")
        return found

    @property
    def embeddings(self) -> Any:
        """The module below the layers."""
        return _first(self.body, "embeddings", "embedder")

    def varied(self, values: "torch.Tensor") -> "torch.Tensor":
        """The inputs of a batch changed as no answer depends on."""
        return values

    def run(self, values: "torch.Tensor") -> Any:
        """What the body says of a batch; while it learns, of a batch changed a little."""
        import torch

        for part in self.body.modules():
            if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
                part.eval()  # its running figures are no weights: they stay as they came
        return self.body(**{self.takes: self.varied(values) if self.body.training else values})

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """A folder of Transformers' own classifier."""
        assert self.head is not None
        write_media(self.kind, self.body, self.head, folder, outputs)
        self.intake.prepares.save(folder)


def _first(body: Any, *paths: str) -> Any:
    for path in paths:
        found = body
        for name in path.split("."):
            found = getattr(found, name, None)
        if found is not None:
            return found
    return None


def open_body(encoder: Encoder, families: Sequence[str]) -> Any:
    """The encoder's body; raises `StorageError` or `ConfigError` where it cannot be read."""
    from transformers import AutoModel

    checked_encoder(encoder, families)
    with quiet():
        body = AutoModel.from_pretrained(
            encoder.folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype="float32"
        )
    if body.config.model_type in ("vit", "deit"):
        body.pooler = None  # their classifier does not read it
    return body.to(device_name())
