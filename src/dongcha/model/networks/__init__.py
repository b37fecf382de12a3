"""Networks by the kind of input; each module registers itself in `NETWORKS`."""

from dongcha.model.network import NETWORKS
from dongcha.model.networks import text, words

__all__ = ["NETWORKS", "text", "words"]
