"""Encoders that need no download: small networks with random weights, to be trained whole by method `full`."""

from collections.abc import Callable, Mapping
from typing import Any

from dongcha.core.files import atomic_folder
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import ENCODERS, Encoder, checked_encoder
from dongcha.model.knobs import Value
from dongcha.model.quiet import quiet, steady

SCRATCH: Mapping[str, Value] = {
    "learning_rate": 1e-3, "weight_decay": 0.05, "frozen_embeddings": False, "patience": 12, "checks": 1.0,
    "batch_rows": 32, "smoothing": 0.1, "layer_decay": 1.0,
}  # fmt: skip
"""What a network without pretraining needs; a person's own settings come before these."""

IMAGE = {
    "num_channels": 3, "patch_size": 4, "num_stages": 4, "hidden_sizes": [32, 64, 96, 160], "depths": [1, 1, 2, 1],
    "layer_scale_init_value": 0.0, "image_size": 64, "drop_path_rate": 0.0,
}  # fmt: skip
AUDIO = {
    "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 128, "patch_size": 16,
    "frequency_stride": 16, "time_stride": 12, "num_mel_bins": 64, "max_length": 128,
}  # fmt: skip


@ENCODERS("tiny-image")
def tiny_image() -> Encoder:
    """A ConvNeXt of 0.5 M parameters for pictures of 64 pixels a side (Liu et al. 2022, arXiv 2201.03545)."""
    return _made("tiny-image", lambda hf: (hf.ConvNextModel(hf.ConvNextConfig(**IMAGE)),))


@ENCODERS("tiny-audio")
def tiny_audio() -> Encoder:
    """An audio spectrogram transformer of 0.1 M parameters for sounds of 1.28 seconds; of a longer one, the start."""
    sizes = {name: AUDIO[name] for name in ("num_mel_bins", "max_length")}
    return _made("tiny-audio", lambda hf: (hf.ASTModel(hf.ASTConfig(**AUDIO)), hf.ASTFeatureExtractor(**sizes)))


def _made(name: str, make: Callable[[Any], tuple[Any, ...]]) -> Encoder:
    folder = cache_folder() / f"{name}-1"
    if not (folder / "config.json").exists():
        import transformers

        with atomic_folder(folder) as temporary, quiet(), steady(0):
            for part in make(transformers):
                part.save_pretrained(temporary)
    return checked_encoder(Encoder(name, folder, "Apache-2.0", SCRATCH, passes=6.0))
