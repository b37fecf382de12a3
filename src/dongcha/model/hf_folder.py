"""A network as a Hugging Face folder that `AutoModelForSequenceClassification` loads and scores alike.

BERT's classifier reads the first token through a tanh; ours reads the layer-normed mean of all tokens.  The mean is
what a layer computes whose queries and keys are zero (every token gets the same weight), so one such layer is put on
top, with its output scaled up until the residual vanishes, and a pooler scaled down to the straight part of tanh.  The
difference is about 1e-4 of a logit.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import StorageError
from dongcha.core.events import OnStep, silent
from dongcha.model.head import Head
from dongcha.model.network import Network, device_name
from dongcha.model.predictions import Floats
from dongcha.model.quiet import quiet

if TYPE_CHECKING:
    from torch import nn

UP = 1e4  # fits into half precision
DOWN = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A network with a head, as a fitted recipe."""

    net: Network

    def logits(self, texts: Sequence[str], on_step: OnStep = silent) -> Floats:
        """Logits, shape (len(texts), classes)."""
        return self.net.logits(texts, on_step)

    def save(self, folder: Path, classes: Sequence[str]) -> None:
        """Write a Hugging Face folder."""
        save_network(self.net, folder, classes)


def save_network(network: Network, folder: Path, classes: Sequence[str]) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files into an existing folder."""
    import torch
    import transformers

    hf: Any = transformers  # its type hints are partial

    config = copy.deepcopy(network.body.config)
    config.num_hidden_layers += 1
    config.id2label = dict(enumerate(classes))
    config.label2id = {name: i for i, name in enumerate(classes)}
    with quiet(), torch.no_grad():
        model = hf.AutoModelForSequenceClassification.from_config(config)
        body, pooler, out = _parts(model)
        body.load_state_dict(network.body.state_dict(), strict=False)
        _mean_layer(body.encoder.layer[-1], pooler)
        assert network.head is not None
        out.weight.copy_(torch.as_tensor(network.head.weight / DOWN))
        out.bias.copy_(torch.as_tensor(network.head.bias))
        model.save_pretrained(folder)
        network.tokenizer.no_padding()
        network.tokenizer.enable_truncation(max_length=network.token_limit)
        specials = _specials(network)
        hf.PreTrainedTokenizerFast(
            tokenizer_object=network.tokenizer, model_max_length=network.token_limit, **specials
        ).save_pretrained(folder)


def load_network(folder: Path) -> Network:
    """What `save_network` wrote; raises `StorageError` where the folder is damaged."""
    from safetensors import SafetensorError
    from tokenizers import Tokenizer
    from transformers import AutoModelForSequenceClassification

    try:
        with quiet():
            model = AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
        text = (folder / "tokenizer.json").read_text(encoding="utf-8")
        tokenizer = Tokenizer.from_str(text)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({str(error)[:200]}); train it again") from error
    body, _, out = _parts(model)
    body.encoder.layer = body.encoder.layer[:-1]
    body.config = copy.deepcopy(body.config)
    body.config.num_hidden_layers -= 1
    body.pooler = None
    head = Head(
        out.weight.detach().double().numpy() * DOWN,
        out.bias.detach().double().numpy(),
    )
    limit = tokenizer.truncation["max_length"] if tokenizer.truncation else 256
    return Network(body.to(device_name()), tokenizer, head, int(limit))


def _parts(model: Any) -> "tuple[Any, nn.Linear, nn.Linear]":
    """The encoder, the pooler's and the classifier's linear layer of a model of one of `FAMILIES`."""
    if model.config.model_type == "bert":
        return model.bert, model.bert.pooler.dense, model.classifier
    return model.roberta, model.classifier.dense, model.classifier.out_proj


def _mean_layer(layer: Any, pooler: "nn.Linear") -> None:
    import torch

    for weights in (*layer.parameters(), *pooler.parameters()):
        weights.zero_()
    one = torch.eye(pooler.weight.shape[0])
    layer.attention.self.value.weight.copy_(one)
    layer.attention.output.dense.weight.copy_(one * UP)
    layer.attention.output.LayerNorm.weight.fill_(1.0)
    layer.output.LayerNorm.weight.fill_(1.0)
    pooler.weight.copy_(one * DOWN)


def _specials(network: Network) -> dict[str, str]:
    """The names of the special tokens, which a Hugging Face tokenizer keeps beside `tokenizer.json`."""
    names = {"bert": ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")}.get(
        network.body.config.model_type, ("<pad>", "<unk>", "<s>", "</s>", "<mask>")
    )
    roles = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    return {r: n for r, n in zip(roles, names, strict=True) if network.tokenizer.token_to_id(n) is not None}
