"""The structure that a recipe asks of an encoder: layers kept, layers frozen, dropout.

Knows layers.  Knows nothing of adapters or training.
"""

from dongcha.core.errors import ConfigError
from dongcha.model.method import Job
from dongcha.model.network import Network
from dongcha.model.networks import NETWORKS
from dongcha.model.recipe import Recipe

TOKEN_LIMIT = 256
"""Of a text; a longer one is cut, for time grows with length and most is said early."""


def built(job: Job) -> Network:
    """The network of the job's task on its encoder, with the layers and the dropout that the recipe asks for."""
    if job.encoder is None:
        raise ConfigError(f"method {job.recipe.method!r} needs an encoder: name one, for example 'minilm' or 'e5'")
    net = NETWORKS.get(job.task.reads).build(job.encoder, job.recipe.whole("token_limit"))
    net.settle(job.recipe)
    if job.task.problem is not None:
        net.body.config.problem_type = job.task.problem  # a saved folder keeps it, for plain Transformers
    shortened(net, job.recipe.whole("kept_layers"))
    dropped(net, job.recipe.dropout)
    return net


def shortened(net: Network, kept: int) -> None:
    """Keep the `kept` lowest layers; 0 keeps all.  Raises `ConfigError` where there are not so many."""
    if not kept:
        return
    if kept > len(net.layers):
        raise ConfigError(f"setting 'kept_layers' must be at most {len(net.layers)} for this encoder, got {kept}")
    del net.layers[kept:]
    net.body.config.num_hidden_layers = kept


def dropped(net: Network, rate: float | None) -> None:
    """Set every dropout of the encoder; None leaves them."""
    import torch

    if rate is None:
        return
    for module in net.body.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = rate


def frozen(net: Network, recipe: Recipe) -> None:
    """Let all weights learn but those that the recipe freezes."""
    layers, count = net.layers, recipe.whole("frozen_layers")
    if count > len(layers):
        raise ConfigError(f"setting 'frozen_layers' must be at most {len(layers)} for this encoder, got {count}")
    for weight in net.body.parameters():
        weight.requires_grad_(True)
    still = [*layers[:count], *([net.embeddings] if recipe.setting("frozen_embeddings") or count else [])]
    for module in still:
        for weight in module.parameters():
            weight.requires_grad_(False)
