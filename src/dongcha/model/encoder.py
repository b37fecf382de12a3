"""The contract of an encoder: a pretrained network as a local Hugging Face folder.

Knows where it lies and what it is for.  Knows nothing of how it is run.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dongcha.core.errors import ConfigError, StorageError
from dongcha.core.registry import Registry

FAMILIES = ("bert", "roberta", "xlm-roberta", "camembert")
"""Model types of Transformers whose layers `network.py` knows by name."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A folder with `config.json`, `*.safetensors` and `tokenizer.json`."""

    name: str
    folder: Path
    licence: str = "unknown"


ENCODERS: Registry[Callable[[], Encoder]] = Registry("encoder")


def checked_encoder(encoder: Encoder) -> Encoder:
    """The encoder, if it can be run; raises `StorageError` or `ConfigError` that says what is missing."""
    folder = encoder.folder
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise StorageError(f"encoder {encoder.name!r}: no readable config.json in {str(folder)!r}") from error
    if kind not in FAMILIES:
        raise ConfigError(f"encoder {encoder.name!r} is of type {kind!r}; choose one of type {', '.join(FAMILIES)}")
    if not any(folder.glob("*.safetensors")):
        raise ConfigError(
            f"encoder {encoder.name!r} has no .safetensors weights in {str(folder)!r}; "
            "pickled weights are not loaded, because they can run code: convert them first or choose another encoder"
        )
    return encoder
