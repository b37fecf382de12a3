"""A network of words as a Hugging Face folder that `AutoModelForTokenClassification` loads.

Beside its files: `words.json` (how much context is read) and, where the encoder lower-cases, `words.safetensors` (what
the network learned of letter case and spelling, which plain Transformers does not load).
"""

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dongcha.core.errors import StorageError
from dongcha.model.head import Head
from dongcha.model.networks.hf_text import write_tokenizer
from dongcha.model.networks.words_intake import RECORD, SHAPES
from dongcha.model.quiet import quiet


def write_words(net: Any, folder: Path, outputs: Sequence[str]) -> None:
    """Write the files of a `WordNetwork` into an existing folder."""
    import torch
    import transformers
    from safetensors.torch import save_file

    hf: Any = transformers  # its type hints are partial
    pieces = net.intake.pieces
    config = copy.deepcopy(net.body.config)
    config.id2label = dict(enumerate(outputs))
    config.label2id = {name: i for i, name in enumerate(outputs)}
    with quiet(), torch.no_grad():
        model = hf.AutoModelForTokenClassification.from_config(config)
        getattr(model, model.base_model_prefix).load_state_dict(net.body.state_dict(), strict=False)
        model.classifier.weight.copy_(torch.as_tensor(net.head.weight))
        model.classifier.bias.copy_(torch.as_tensor(net.head.bias))
        model.save_pretrained(folder)
        write_tokenizer(copy.deepcopy(pieces.tokenizer), pieces.token_limit, config.model_type, folder)
    (folder / RECORD).write_text(json.dumps({"context_words": net.intake.context_words}), encoding="utf-8")
    if net.beside is not None:
        state = {name: part.detach().cpu().contiguous() for name, part in net.beside.state_dict().items()}
        save_file(state, folder / SHAPES)


def read_words(folder: Path) -> tuple[Any, Head, Any]:
    """Body, head, and the state of the module beside the body or None; raises `StorageError` where it is damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import AutoModelForTokenClassification

    try:
        with quiet():
            model = AutoModelForTokenClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
        shapes = load_file(folder / SHAPES) if (folder / SHAPES).exists() else None
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({str(error)[:200]}); train it again") from error
    out = model.classifier
    head = Head(out.weight.detach().double().numpy(), out.bias.detach().double().numpy())
    return getattr(model, model.base_model_prefix).eval(), head, shapes
