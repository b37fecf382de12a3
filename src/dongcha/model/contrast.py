"""The supervised contrastive loss: inputs of one class near each other, of different classes apart.

Khosla et al. 2020, https://arxiv.org/abs/2004.11362.  Every two inputs of a batch are a pair, so a batch of 32 teaches
496 pairs, and no list of pairs is ever made.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

TEMPERATURE = 0.1
"""Of the similarities: what the authors found best."""


def contrast(vectors: "torch.Tensor", classes: "torch.Tensor") -> "torch.Tensor":
    """The mean loss of vectors, shape (inputs, width), of classes, shape (inputs,); -1 is an unknown class.

    An input that has no other of its class beside it teaches nothing; 0 where none has.
    """
    import torch
    from torch.nn import functional

    there = classes >= 0
    directions = functional.normalize(vectors[there], dim=1)
    alike = directions @ directions.T / TEMPERATURE
    itself = torch.eye(len(alike), dtype=torch.bool, device=alike.device)
    shares = functional.log_softmax(alike.masked_fill(itself, float("-inf")), dim=1)
    same = (classes[there].unsqueeze(0) == classes[there].unsqueeze(1)) & ~itself
    paired = same.sum(dim=1)
    taught = paired > 0
    if not bool(taught.any()):
        return vectors.sum() * 0.0
    means = shares.masked_fill(~same, 0.0).sum(dim=1)[taught] / paired[taught]
    return -means.mean()
