"""A network that reads pictures, as its family's own classifier does: the first token, or the pooled map."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dongcha.core.words import Words
from dongcha.model.descriptors import DESCRIPTORS, DescriptorKind
from dongcha.model.encoder import IMAGE_FAMILIES, Encoder
from dongcha.model.network import NETWORKS, Kind, device_name
from dongcha.model.networks.hf_media import read_media
from dongcha.model.networks.media import MediaIntake, MediaNetwork, open_body
from dongcha.model.pictures import Shapes, preparation

if TYPE_CHECKING:
    import torch

SIDE = 224  # of a picture, where an encoder does not say
SHIFT = 16  # a picture moves by up to this part of its side while the network learns


class ImageNetwork(MediaNetwork):
    """`body` is of one of `IMAGE_FAMILIES`."""

    job: ClassVar[Words] = Words("reading pictures", "读取图像")
    kind: ClassVar[str] = "Image"
    takes: ClassVar[str] = "pixel_values"

    def forward(self, *arrays: "torch.Tensor") -> "torch.Tensor":
        """Shape (pictures, width)."""
        said = self.run(*arrays)
        if self.body.config.model_type in ("vit", "deit"):
            first: torch.Tensor = said.last_hidden_state[:, 0]
            return first
        pooled: torch.Tensor = said.pooler_output.flatten(1)
        return pooled

    def varied(self, values: "torch.Tensor") -> "torch.Tensor":
        """Each batch moved a little, its edges repeated."""
        import torch

        most = values.shape[-1] // SHIFT
        down, across = torch.randint(0, 2 * most + 1, (2,)).tolist()
        wide = torch.nn.functional.pad(values, (most, most, most, most), mode="replicate")
        return wide[..., down : down + values.shape[-2], across : across + values.shape[-1]]


def image_network(encoder: Encoder, token_limit: int) -> ImageNetwork:
    """The encoder loaded, without a head; pictures have no tokens to limit."""
    body = open_body(encoder, IMAGE_FAMILIES)
    size = getattr(body.config, "image_size", SIDE)
    return ImageNetwork(body, preparation(encoder.folder, size if isinstance(size, int) else size[0]))


def load_image_network(folder: Path) -> ImageNetwork:
    """What `ImageNetwork.save` wrote; raises `StorageError` where the folder is damaged."""
    body, head = read_media("Image", folder)
    return ImageNetwork(body.to(device_name()), preparation(folder, SIDE), head)


def image_intake(folder: Path) -> MediaIntake:
    """What a stored network needs beside its graph."""
    return MediaIntake(preparation(folder, SIDE), ImageNetwork.takes)


def _choose(inputs: Sequence[Any]) -> str:
    return "tiny-image"


NETWORKS("image")(Kind(image_network, load_image_network, _choose, image_intake))
DESCRIPTORS("image")(DescriptorKind(lambda inputs: Shapes(), lambda folder: Shapes(), 0.01))
