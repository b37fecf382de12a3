"""`adapter`: a narrow trained path beside every feed-forward block of a frozen encoder.

Bottleneck adapters are Houlsby et al. 2019, https://arxiv.org/abs/1902.00751.  Placed in parallel and not in series (He
et al. 2022, https://arxiv.org/abs/2110.04366) they are exactly a wider feed-forward block, so after training the model
is an ordinary one that plain Transformers loads.
"""

from collections.abc import Callable
from typing import Any

from dongcha.core.errors import ConfigError
from dongcha.model.method import METHODS
from dongcha.model.methods.tuned import TunedMethod
from dongcha.model.network import Network
from dongcha.model.recipe import Recipe


def _adapt(net: Network, recipe: Recipe) -> Callable[[], None]:
    import torch

    width, still = recipe.whole("adapter_width"), recipe.whole("frozen_layers")
    for weight in net.body.parameters():
        weight.requires_grad_(False)
    changed = list(net.layers)[still:]
    if not changed or not all(_has_block(layer) for layer in changed):
        raise ConfigError("this encoder has no feed-forward blocks that an adapter can stand beside; use method 'lora'")
    for layer in changed:
        layer.intermediate.dense = _wide_in(layer.intermediate.dense, width)
        layer.output.dense = _wide_out(layer.output.dense, width)
        for part in layer.modules():
            if isinstance(part, torch.nn.LayerNorm):
                part.requires_grad_(True)

    def finish() -> None:
        for layer in net.layers:
            for block in (layer.intermediate, layer.output):
                block.dense = block.dense.folded() if hasattr(block.dense, "folded") else _widened(block, width)
        net.body.config.intermediate_size += width

    return finish


def _has_block(layer: Any) -> bool:
    return all(hasattr(getattr(layer, name, None), "dense") for name in ("intermediate", "output"))


def _widened(block: Any, width: int) -> Any:
    """A block without adapter made as wide as the others, by units that do nothing."""
    dense = block.dense
    wide = _wide_in(dense, width) if dense.out_features > dense.in_features else _wide_out(dense, width)
    return wide.folded(silent=True)


def _wide_in(dense: Any, width: int) -> Any:
    import torch
    from torch import nn

    class WideIn(nn.Module):
        """The old units and the new ones, side by side."""

        def __init__(self) -> None:
            super().__init__()
            self.base, self.extra = dense, nn.Linear(dense.in_features, width, device=dense.weight.device)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([self.base(x), self.extra(x)], dim=-1)

        def folded(self, silent: bool = False) -> nn.Linear:
            one = nn.Linear(dense.in_features, dense.out_features + width, device=dense.weight.device)
            scale = 0.0 if silent else 1.0
            with torch.no_grad():
                one.weight.copy_(torch.cat([self.base.weight, scale * self.extra.weight]))
                one.bias.copy_(torch.cat([self.base.bias, scale * self.extra.bias]))
            return one

    return WideIn()


def _wide_out(dense: Any, width: int) -> Any:
    import torch
    from torch import nn

    class WideOut(nn.Module):
        """The sum of what the old and the new units say; the new ones start silent."""

        def __init__(self) -> None:
            super().__init__()
            self.base = dense
            self.extra = nn.Linear(width, dense.out_features, bias=False, device=dense.weight.device)
            nn.init.zeros_(self.extra.weight)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            old = self.base.in_features
            said: torch.Tensor = self.base(x[..., :old]) + self.extra(x[..., old:])
            return said

        def folded(self, silent: bool = False) -> nn.Linear:
            one = nn.Linear(dense.in_features + width, dense.out_features, device=dense.weight.device)
            with torch.no_grad():
                one.weight.copy_(torch.cat([self.base.weight, self.extra.weight], dim=1))
                one.bias.copy_(self.base.bias)
            return one

    return WideOut()


METHODS("adapter")(TunedMethod("adapter", 5, _adapt))
