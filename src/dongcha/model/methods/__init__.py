"""How a model is fitted; each module registers itself in `METHODS`, ours by the same door as a guest's."""

from dongcha.model.method import METHODS
from dongcha.model.methods import adapter, full, linear, low_rank, probe

__all__ = ["METHODS", "adapter", "full", "linear", "low_rank", "probe"]
