"""How fast a computer runs an encoder, measured once and remembered.

Remembered, because plans rest on it: the same data, budget and seed must give the same plan on the second run.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from dongcha.core.files import write_json
from dongcha.core.settings import thread_count
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import Encoder


def tokens_per_s(encoder: Encoder, work: str, measure: Callable[[], float]) -> float:
    """Tokens a second of `work` ("read", "train") with this encoder: as remembered, else measured and remembered."""
    import torch

    file = cache_folder() / "speed.json"
    size = (encoder.folder / "config.json").stat().st_size
    key = f"{encoder.name} {size} {work} {thread_count()} of {os.cpu_count()} torch {torch.__version__}"
    known = _read(file)
    if key not in known:
        # Two digits: more would claim more than one measurement knows.
        known[key] = float(f"{measure():.1e}")
        there = next(folder for folder in file.parents if folder.exists())
        if os.access(there, os.W_OK):
            write_json(file, known)
    return known[key]


def forget(encoder: Encoder) -> None:
    """Drop what is remembered of an encoder: it was too wrong to plan by."""
    file = cache_folder() / "speed.json"
    known = _read(file)
    kept = {key: value for key, value in known.items() if not key.startswith(f"{encoder.name} ")}
    if kept != known:
        write_json(file, kept)


def _read(file: Path) -> dict[str, float]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    good = isinstance(known, dict) and all(isinstance(v, int | float) and v > 0 for v in known.values())
    return {str(k): float(v) for k, v in known.items()} if good else {}
