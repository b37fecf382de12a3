"""A network that hears: an audio spectrogram transformer (Gong et al. 2021, https://arxiv.org/abs/2104.01778)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dongcha.core.words import Words
from dongcha.model.descriptors import DESCRIPTORS, DescriptorKind
from dongcha.model.encoder import AUDIO_FAMILIES, Encoder
from dongcha.model.network import NETWORKS, Kind, device_name
from dongcha.model.networks.hf_media import read_media
from dongcha.model.networks.media import MediaIntake, MediaNetwork, open_body
from dongcha.model.sounds import Timbre, listening

if TYPE_CHECKING:
    import torch

LATE = 10  # frames by which a sound comes later at most while the network learns


class AudioNetwork(MediaNetwork):
    """`body` is of one of `AUDIO_FAMILIES`; its classifier reads the layer-normed first tokens."""

    job: ClassVar[Words] = Words("reading sounds", "读取音频")
    kind: ClassVar[str] = "Audio"
    takes: ClassVar[str] = "input_values"

    def forward(self, *arrays: "torch.Tensor") -> "torch.Tensor":
        """Shape (sounds, width)."""
        import torch

        pooled = self.run(*arrays).pooler_output
        return torch.nn.functional.layer_norm(pooled, (self.width,), eps=self.body.config.layer_norm_eps)

    def varied(self, values: "torch.Tensor") -> "torch.Tensor":
        """Each batch a little later; what falls out at the end comes in at the start."""
        import torch

        return values.roll(int(torch.randint(0, LATE + 1, (1,))), dims=1)


def audio_network(encoder: Encoder, token_limit: int) -> AudioNetwork:
    """The encoder loaded, without a head; its own length limits a sound."""
    return AudioNetwork(open_body(encoder, AUDIO_FAMILIES), listening(encoder.folder))


def load_audio_network(folder: Path) -> AudioNetwork:
    """What `AudioNetwork.save` wrote; raises `StorageError` where the folder is damaged."""
    body, head = read_media("Audio", folder)
    return AudioNetwork(body.to(device_name()), listening(folder), head)


def audio_intake(folder: Path) -> MediaIntake:
    """What a stored network needs beside its graph."""
    return MediaIntake(listening(folder), AudioNetwork.takes)


def _choose(inputs: Sequence[Any]) -> str:
    return "tiny-audio"


NETWORKS("audio")(Kind(audio_network, load_audio_network, _choose, audio_intake))
DESCRIPTORS("audio")(DescriptorKind(lambda inputs: Timbre(), lambda folder: Timbre(), 0.01))
