"""Networks by the kind of input; each module registers itself in `NETWORKS`."""

from dongcha.model.network import NETWORKS
from dongcha.model.networks import image, pair, text

__all__ = ["NETWORKS", "image", "pair", "text"]
