"""Which weights learn at which rate and under which penalty: the groups that an optimiser takes.

The lower a layer, the more general what it knows: with `layer_decay` each learns at that part of the rate of the layer
above it (layer-wise decay of the learning rate: Howard & Ruder 2018; Clark et al. 2020, ELECTRA).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dongcha.model.course import Course
from dongcha.model.network import Network

if TYPE_CHECKING:
    import torch

BESIDE_RATE = 10.0
"""Learning rate of what stands beside the encoder, as a multiple: it starts from nothing."""

UNDECAYED = ("bias", "LayerNorm.weight", "layernorm.weight", "layer_norm.weight")
"""Endings of the names of weights that weight decay spares, as BERT's authors did."""


def weight_groups(net: Network, course: Course, head: "tuple[torch.Tensor, torch.Tensor]") -> list[dict[str, Any]]:
    """Groups of `torch.optim.AdamW`: the encoder's from its top down, then what stands beside it and the head."""
    rate, penalty = course.number("learning_rate"), course.number("weight_decay")
    fall, depths = course.number("layer_decay"), _depths(net)
    found: dict[tuple[int, bool], list[torch.Tensor]] = {}
    for name, weight in net.body.named_parameters():
        if weight.requires_grad:
            found.setdefault((depths.get(id(weight), 0), name.endswith(UNDECAYED)), []).append(weight)
    own = rate * course.number("head_rate")
    beside = [] if net.beside is None else list(net.beside.parameters())
    groups = [
        *(
            {"params": found[depth, spared], "weight_decay": 0.0 if spared else penalty, "lr": rate * fall**depth}
            for depth, spared in sorted(found)
        ),
        {"params": beside, "weight_decay": penalty, "lr": rate * BESIDE_RATE},
        {"params": [head[0]], "weight_decay": penalty, "lr": own},
        {"params": [head[1]], "weight_decay": 0.0, "lr": own},
    ]
    return [group for group in groups if group["params"]]


def _depths(net: Network) -> Mapping[int, int]:
    """How many layers stand above each weight, by its identity; the embeddings are the lowest."""
    parts = [net.embeddings, *net.layers][::-1]
    return {id(weight): depth for depth, part in enumerate(parts) for weight in part.parameters()}
