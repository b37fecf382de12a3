"""`lora` and `adalora`: low-rank updates of the weights of every layer, through PEFT.

LoRA: Hu et al. 2021, https://arxiv.org/abs/2106.09685.  AdaLoRA, which spends its ranks where they help most: Zhang
et al. 2023, https://arxiv.org/abs/2303.10512.  After training the updates are added to the weights, so that the model
is an ordinary one.
"""

from collections.abc import Callable
from typing import Any

from dongcha.core.errors import ConfigError
from dongcha.model.method import METHODS
from dongcha.model.methods.tuned import TunedMethod
from dongcha.model.network import Network
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe

TARGETS = ("query", "key", "value", "dense", "q_proj", "k_proj", "v_proj", "out_proj", "q_lin", "k_lin", "v_lin")
"""Names of linear layers in the encoders of Transformers."""


def _lora(net: Network, recipe: Recipe) -> Callable[[], None]:
    from peft import LoraConfig

    return _wrapped(net, LoraConfig(r=recipe.whole("rank"), **_where(net, recipe)))


def _adalora(net: Network, recipe: Recipe) -> Callable[[], None]:
    from peft import AdaLoraConfig

    rank, steps = recipe.whole("rank"), recipe.made("steps")
    quiet, final = max(1, steps // 10), max(1, steps // 3)
    config = AdaLoraConfig(
        init_r=rank + max(1, rank // 2), target_r=rank, total_step=steps + quiet + final + 1, tinit=quiet, tfinal=final,
        deltaT=max(1, steps // 50), **_where(net, recipe),
    )  # fmt: skip
    return _wrapped(net, config)


def _where(net: Network, recipe: Recipe) -> dict[str, Any]:
    import torch

    parts = {n.rsplit(".", 1)[-1] for n, part in net.body.named_modules() if isinstance(part, torch.nn.Linear)}
    found = [name for name in TARGETS if name in parts]
    if not found:
        raise ConfigError(f"this encoder has no linear layer named {', '.join(TARGETS)}; use method 'full'")
    still = recipe.whole("frozen_layers")
    layers = list(range(still, len(net.layers))) if still else None
    return {"lora_alpha": recipe.number("alpha"), "target_modules": found, "layers_to_transform": layers}


def _wrapped(net: Network, config: Any) -> Callable[[], None]:
    from peft import get_peft_model

    with quiet():  # PEFT calls a property of Transformers by its older name
        net.body = get_peft_model(net.body, config)

    def finish() -> None:
        net.body = net.body.merge_and_unload()

    return finish


METHODS("lora")(TunedMethod("lora", 3, _lora))
METHODS("adalora")(TunedMethod("adalora", 4, _adalora))
