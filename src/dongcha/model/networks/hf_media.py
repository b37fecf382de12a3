"""Networks of pictures and sounds as Hugging Face folders: their families' own classifiers read our vectors."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dongcha.core.errors import StorageError
from dongcha.model.head import Head
from dongcha.model.quiet import quiet


def auto_class(kind: str) -> Any:
    """Transformers' class of classifiers of a kind of input: `Image` or `Audio`."""
    import transformers

    return getattr(transformers, f"AutoModelFor{kind}Classification")


def write_media(kind: str, body: Any, head: Head, folder: Path, outputs: Sequence[str]) -> None:
    """Write `config.json` and `model.safetensors` into an existing folder."""
    import torch

    config = copy.deepcopy(body.config)
    config.id2label = dict(enumerate(outputs))
    config.label2id = {name: i for i, name in enumerate(outputs)}
    with quiet(), torch.no_grad():
        model = auto_class(kind).from_config(config)
        model.base_model.load_state_dict(body.state_dict(), strict=False)
        out = _out(model)
        out.weight.copy_(torch.as_tensor(head.weight))
        out.bias.copy_(torch.as_tensor(head.bias))
        model.save_pretrained(folder)


def read_media(kind: str, folder: Path) -> tuple[Any, Head]:
    """Body and head that `write_media` wrote; raises `StorageError` where the folder is damaged."""
    from safetensors import SafetensorError

    try:
        with quiet():
            model = auto_class(kind).from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
        out = _out(model)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({str(error)[:200]}); train it again") from error
    return model.base_model, Head(out.weight.detach().double().numpy(), out.bias.detach().double().numpy())


def _out(model: Any) -> Any:
    """The last linear layer of the classifier."""
    import torch

    return [part for part in model.classifier.modules() if isinstance(part, torch.nn.Linear)][-1]
