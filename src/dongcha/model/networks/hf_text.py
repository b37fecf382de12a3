"""A network as a Hugging Face folder that `AutoModelForSequenceClassification` loads and scores alike.

BERT's classifier reads the first token through a tanh; ours reads the layer-normed mean of all tokens.  The mean is
what a layer computes whose queries and keys are zero (every token gets the same weight), so one such layer is put on
top, with its output scaled up until the residual vanishes, and a pooler scaled down to the straight part of tanh.  The
difference is about 1e-4 of a logit.
"""

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import StorageError
from dongcha.model.head import Head
from dongcha.model.quiet import quiet

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import nn

UP = 1e4  # fits into half precision
DOWN = 1e-3


Place = tuple[Path, Sequence[str]]
"""A folder and the names of the outputs."""


def write_folder(body: Any, tokenizer: "Tokenizer", token_limit: int, head: Head | None, place: Place) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files into an existing folder."""
    import torch
    import transformers

    hf: Any = transformers  # its type hints are partial
    folder, outputs = place
    config = copy.deepcopy(body.config)
    config.num_hidden_layers += 1
    config.id2label = dict(enumerate(outputs))
    config.label2id = {name: i for i, name in enumerate(outputs)}
    with quiet(), torch.no_grad():
        model = hf.AutoModelForSequenceClassification.from_config(config)
        encoder, pooler, out = _parts(model)
        encoder.load_state_dict(body.state_dict(), strict=False)
        _mean_layer(encoder.encoder.layer[-1], pooler)
        assert head is not None
        out.weight.copy_(torch.as_tensor(head.weight / DOWN))
        out.bias.copy_(torch.as_tensor(head.bias))
        model.save_pretrained(folder)
        write_tokenizer(tokenizer, token_limit, body.config.model_type, folder)


def write_tokenizer(tokenizer: "Tokenizer", token_limit: int, family: str, folder: Path) -> None:
    """Write the tokenizer's files, as Transformers reads them."""
    import transformers

    hf: Any = transformers
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=token_limit)
    specials = _specials(tokenizer, family)
    hf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=token_limit, **specials).save_pretrained(
        folder
    )


def read_folder(folder: Path) -> "tuple[Any, Tokenizer, int, Head]":
    """Body, tokenizer, token limit and head that `write_folder` wrote; raises `StorageError` where it is damaged."""
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification

    try:
        with quiet():
            model = AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({str(error)[:200]}); train it again") from error
    tokenizer, limit, _ = read_tokenizer(folder)
    body, _, out = _parts(model)
    body.encoder.layer = body.encoder.layer[:-1]
    body.config = copy.deepcopy(body.config)
    body.config.num_hidden_layers -= 1
    body.pooler = None
    head = Head(out.weight.detach().double().numpy() * DOWN, out.bias.detach().double().numpy())
    return body, tokenizer, limit, head


def read_tokenizer(folder: Path) -> "tuple[Tokenizer, int, int]":
    """Tokenizer, token limit and the number of the padding token; raises `StorageError` where they are damaged."""
    from tokenizers import Tokenizer

    try:
        text = (folder / "tokenizer.json").read_text(encoding="utf-8")
        json.loads(text)  # a cut file is a `ValueError` here; the tokenizers raise a bare `Exception`
        tokenizer = Tokenizer.from_str(text)
        pad = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("pad_token_id")
    except (OSError, ValueError, AttributeError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({str(error)[:200]}); train it again") from error
    return tokenizer, int(tokenizer.truncation["max_length"] if tokenizer.truncation else 256), int(pad or 0)


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


def _specials(tokenizer: "Tokenizer", family: str) -> dict[str, str]:
    """The names of the special tokens, which a Hugging Face tokenizer keeps beside `tokenizer.json`."""
    names = {"bert": ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")}.get(
        family, ("<pad>", "<unk>", "<s>", "</s>", "<mask>")
    )
    roles = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    return {r: n for r, n in zip(roles, names, strict=True) if tokenizer.token_to_id(n) is not None}
