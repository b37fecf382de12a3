"""Networks by the kind of input; each module registers itself in `NETWORKS`."""

from dongcha.model.network import NETWORKS
from dongcha.model.networks import audio, image, pair, text, words

__all__ = ["NETWORKS", "audio", "image", "pair", "text", "words"]
