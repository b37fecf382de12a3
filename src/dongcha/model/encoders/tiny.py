"""Encoders that need no download: small networks with random weights, to be trained whole by method `full`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dongcha.core.files import atomic_folder
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import ENCODERS, Encoder, checked_encoder
from dongcha.model.knobs import Value
from dongcha.model.quiet import quiet, steady

SCRATCH: Mapping[str, Value] = {
    "learning_rate": 2e-3, "weight_decay": 0.05, "frozen_embeddings": False, "patience": 12, "checks": 1.0,
    "batch_rows": 32, "smoothing": 0.1, "head_rate": 1.0,
}  # fmt: skip
"""What a network without pretraining needs; a person's own settings come before these."""

IMAGE = {
    "num_channels": 3, "patch_size": 4, "num_stages": 4, "hidden_sizes": [32, 64, 96, 160], "depths": [1, 1, 2, 1],
    "layer_scale_init_value": 0.0, "image_size": 64, "drop_path_rate": 0.0,
}  # fmt: skip


@ENCODERS("tiny-image")
def tiny_image() -> Encoder:
    """A ConvNeXt of 0.6 M parameters for pictures of 64 pixels a side (Liu et al. 2022, arXiv 2201.03545)."""
    import transformers

    hf: Any = transformers  # its type hints are partial
    return _made("tiny-image", lambda: hf.ConvNextModel(hf.ConvNextConfig(**IMAGE)))


def _made(name: str, make: Any) -> Encoder:
    folder = cache_folder() / f"{name}-1"
    if not (folder / "config.json").exists():
        _write(make, folder)
    return checked_encoder(Encoder(name, folder, "Apache-2.0", SCRATCH, passes=6.0))


def _write(make: Any, folder: Path) -> None:
    with atomic_folder(folder) as temporary, quiet(), steady(0):
        make().save_pretrained(temporary)
