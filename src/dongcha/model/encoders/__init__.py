"""Pretrained encoders by name; each module registers itself in `ENCODERS`."""

from dongcha.model.encoders import e5, minilm, tiny
from dongcha.model.encoders.find import choose_encoder, find_encoder

__all__ = ["choose_encoder", "e5", "find_encoder", "minilm", "tiny"]
