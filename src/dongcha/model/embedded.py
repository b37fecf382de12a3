"""Vectors of many texts by a frozen encoder, in a file of the user's cache that is mapped into memory.

Knows texts and the cache.  Knows nothing of labels.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import StorageError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.files import storage_error
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import Encoder
from dongcha.model.encoders import choose_encoder, find_encoder
from dongcha.model.memo import fingerprint
from dongcha.model.network import Network
from dongcha.model.onnx.quick import read_with
from dongcha.model.onnx.reader import CHECKED

Vectors = npt.NDArray[np.float32]

TOKENS = 128
CHUNK = 2_000
"""Texts that are read, written and made durable at once; a killed reading goes on after the last of them."""

KEPT_BYTES = 8_000_000_000
"""Of the cache of vectors; the files that were used longest ago go first."""


def embedded(
    texts: Sequence[str], encoder: str | None = None, *, tokens: int = TOKENS, on_step: OnStep = silent
) -> Vectors:
    """Vectors of unit length, float32 of shape (texts, width), mapped from a file; read once for the same texts.

    The encoder is named, or chosen by the language of the texts; a text is cut after `tokens` tokens.  Raises
    `StorageError` where the cache cannot be written, `UnknownName` or `ConfigError` for an encoder that is not there.
    """
    found = find_encoder(encoder or choose_encoder(texts))
    width = int(_facts(found)["hidden_size"])
    if not len(texts):
        return np.zeros((0, width), dtype=np.float32)
    folder = cache_folder() / "vectors"
    name = _name(texts, found, tokens)
    path = folder / f"{name}.f32"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f"{name}.lock"):
            if not path.exists():
                _read_all(texts, width, (found, tokens), path, on_step)
        path.touch()
        _pruned(folder, path)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise storage_error(path, error) from error
    mapped: Vectors = np.memmap(path, dtype=np.float32, mode="r", shape=(len(texts), width))
    return mapped


def _facts(encoder: Encoder) -> dict[str, int]:
    facts: dict[str, int] = json.loads((encoder.folder / "config.json").read_text(encoding="utf-8"))
    return facts


def _name(texts: Sequence[str], encoder: Encoder, tokens: int) -> str:
    """What the vectors depend on: the texts in their order, the encoder's files, and how much of a text is read."""
    files = sorted(file for file in encoder.folder.iterdir() if file.suffix in (".safetensors", ".json"))
    states = [(file.name, file.stat().st_size) for file in files]
    facts = repr((encoder.name, states, tokens, fingerprint(texts)))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time reads the same texts; the other waits and finds them read."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    lock.unlink(missing_ok=True)


def _read_all(texts: Sequence[str], width: int, how: tuple[Encoder, int], path: Path, on_step: OnStep) -> None:
    part, line = path.with_suffix(".part"), width * 4
    with part.open("ab") as file:
        done = file.tell() // (line * CHUNK) * CHUNK  # whole chunks only: an 8-bit graph reads a text by its company
        file.truncate(done * line)
        read = read_with(*how, texts[:CHECKED])
        for start in range(done, len(texts), CHUNK):
            on_step(Step(Network.job, start, len(texts)))
            _append(file, unit(read(texts[start : start + CHUNK])))
    on_step(Step(Network.job, len(texts), len(texts)))
    part.replace(path)


def _append(file: BinaryIO, vectors: Vectors) -> None:
    file.write(vectors.tobytes())
    file.flush()
    os.fsync(file.fileno())


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """The vectors at length 1, float32; one of length 0, or that is not finite, becomes the first axis.

    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929], [1.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    good = np.isfinite(lengths) & (lengths > 0)
    scaled = np.divide(vectors, lengths, out=np.zeros(vectors.shape, dtype=np.float64), where=good)
    scaled[~good[:, 0], 0] = 1.0
    found: Vectors = scaled.astype(np.float32)
    return found


def _pruned(folder: Path, used: Path) -> None:
    files = sorted(folder.glob("*.f32"), key=lambda file: file.stat().st_mtime, reverse=True)
    total = 0
    for file in files:
        total += file.stat().st_size
        if total > KEPT_BYTES and file != used:
            file.unlink(missing_ok=True)
