"""The contract of an encoder: a pretrained network as a local Hugging Face folder.

Knows where it lies and what it is for.  Knows nothing of how it is run.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dongcha.core.errors import ConfigError, StorageError
from dongcha.core.registry import Registry
from dongcha.model.knobs import Value

FAMILIES = ("bert", "roberta", "xlm-roberta", "camembert")
"""Model types of Transformers whose layers `network.py` knows by name."""

IMAGE_FAMILIES = ("vit", "deit", "convnext", "convnextv2", "resnet", "regnet", "swin")
AUDIO_FAMILIES = ("audio-spectrogram-transformer",)
ALL_FAMILIES = (*FAMILIES, *IMAGE_FAMILIES, *AUDIO_FAMILIES)


@dataclass(frozen=True, slots=True)
class Encoder:
    """A folder with `config.json`, `*.safetensors` and `tokenizer.json`."""

    name: str
    folder: Path
    licence: str = "unknown"
    settings: Mapping[str, Value] = field(default_factory=dict)  # defaults of its own, where it is trained
    passes: float = 1.0  # epochs that it needs, as a multiple of a pretrained one's


ENCODERS: Registry[Callable[[], Encoder]] = Registry("encoder")


def checked_encoder(encoder: Encoder, families: Sequence[str] = ALL_FAMILIES) -> Encoder:
    """The encoder, if it can be run; raises `StorageError` or `ConfigError` that says what is missing."""
    folder = encoder.folder
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise StorageError(f"encoder {encoder.name!r}: no readable config.json in {str(folder)!r}") from error
    if kind not in families:
        raise ConfigError(f"encoder {encoder.name!r} is of type {kind!r}; choose one of type {', '.join(families)}")
    if not any(folder.glob("*.safetensors")):
        raise ConfigError(
            f"encoder {encoder.name!r} has no .safetensors weights in {str(folder)!r}; "
            "pickled weights are not loaded, because they can run code: convert them first or choose another encoder"
        )
    return encoder
