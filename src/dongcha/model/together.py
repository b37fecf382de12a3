"""What the processes of one training tell each other, through Accelerate.

Knows tensors.  Knows nothing of who started the processes.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dongcha.model.ranks import Ranks

if TYPE_CHECKING:
    import torch


def summed(accelerator: Any, weights: "Sequence[torch.Tensor]", loss: "torch.Tensor | None") -> "torch.Tensor":
    """Add up the gradients of all processes in place, and give the sum of their losses.

    One exchange after the backward pass, and none in it: a process that runs out of memory can begin its part again.
    A weight that no process used stays without a gradient.
    """
    import torch

    assert loss is not None
    there = torch.tensor([float(w.grad is not None) for w in weights], device=loss.device)
    found = [torch.zeros_like(w) if w.grad is None else w.grad for w in weights]
    own = torch.cat([loss.reshape(1).float(), there, *(g.reshape(-1).float() for g in found)])
    flat: torch.Tensor = accelerator.reduce(own, reduction="sum")
    used, at = flat[1 : 1 + len(weights)].tolist(), 1 + len(weights)
    for weight, count in zip(weights, used, strict=True):
        if count:
            weight.grad = flat[at : at + weight.numel()].view_as(weight).to(weight.dtype)
        at += weight.numel()
    return flat[0]


def first_says(value: float, device: Any) -> float:
    """The value of the first process, in all of them."""
    import torch
    from accelerate.utils import broadcast

    told: torch.Tensor = broadcast(torch.tensor([value], dtype=torch.float64, device=device))
    return float(told)


def random_states(ranks: Ranks) -> "list[torch.Tensor]":
    """The random state of every process."""
    import torch

    own = torch.get_rng_state()
    if ranks.alone:
        return [own]
    from accelerate.utils import gather_object

    found: list[torch.Tensor] = gather_object([own])
    return found
