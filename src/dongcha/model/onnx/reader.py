"""A frozen encoder's vectors from an 8-bit graph, made once and kept in the user's cache folder."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from dongcha.core.errors import ConfigError, MissingExtra, StorageError
from dongcha.core.events import OnStep, silent
from dongcha.core.files import atomic_file
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import Encoder
from dongcha.model.method import Job
from dongcha.model.network import Network, device_name
from dongcha.model.onnx.export import speed
from dongcha.model.onnx.graph import quantise, write_vectors
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Floats
from dongcha.model.structure import built

FROM_INPUTS = 1000
"""Inputs from which on a reader is worth its making; it depends on the data alone, so that plans repeat."""

READS = ("text", "pair")
"""Kinds of network that are read so: a mean over tokens evens out what 8 bits lose, and a single token does not."""

FAITHFUL = 0.98  # mean correlation of its vectors with PyTorch's: a probe then loses less than half a point
CHECKED = 32  # inputs that this is measured on


@dataclass(frozen=True, slots=True, eq=False)
class OnnxReader:
    """A graph from inputs to vectors."""

    session: Session
    name: str = "int8"

    def vectors(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Vectors of all units, shape (units, width)."""
        return self.session.read(inputs, on_step)


def reading(job: Job) -> Network:
    """The job's network for reading only: with a reader where there is much to read and the chip is faster with it."""
    net = built(job)
    assert job.encoder is not None
    many = len(job.parts.train) + len(job.parts.validation) >= FROM_INPUTS
    if many and job.task.reads in READS and device_name() == "cpu":
        net.reader = reader(job.encoder, net, job.parts.train.inputs[:CHECKED])
    return net


def reader(encoder: Encoder, net: Network, sample: Sequence[Any]) -> OnnxReader | None:
    """The reader of an encoder; None where none can be made, or where it is unfaithful or no faster."""
    file = place(fingerprint(encoder, net))
    refused = file.with_suffix(".refused")
    if refused.exists():
        return None
    try:
        if not file.exists():
            _make(net, list(sample), file)
        found = OnnxReader(_session(file, net, sample))
        if not file.with_suffix(".good").exists():
            good = _good(found, net, sample)
            (file.with_suffix(".good") if good else refused).touch()
            if not good:
                file.unlink()
                return None
    except (MissingExtra, ConfigError, OSError):  # also a cache that cannot be written
        return None
    return found


def place(print_: str) -> Path:
    """Where the graph with a fingerprint lies, whether it is made or not."""
    return cache_folder() / "readers" / f"{print_}.onnx"


def _session(file: Path, net: Network, sample: Sequence[Any]) -> Session:
    """The graph of the cache, made once more where it is damaged."""
    try:
        return Session(file, net.intake)
    except StorageError:
        file.unlink()
        _make(net, list(sample), file)
        return Session(file, net.intake)


def fingerprint(encoder: Encoder, net: Network) -> str:
    """What the vectors depend on: the encoder's files, its layers in use, and the versions of what makes the graph."""
    return mark(encoder, len(net.layers), type(net).__name__, tuple(net.intake.axes))


def mark(encoder: Encoder, layers: int, kind: str, axes: tuple[str, ...]) -> str:
    """The fingerprint where no network is loaded: `layers` in use, the `kind` of network and its arrays."""
    files = sorted(file for file in encoder.folder.iterdir() if file.suffix in (".safetensors", ".json"))
    states = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    versions = [metadata.version(name) for name in ("torch", "onnxruntime", "transformers")]
    facts = repr((encoder.name, states, versions, layers, kind, axes))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def _make(net: Network, sample: list[Any], file: Path) -> None:
    with atomic_file(file) as small:
        plain = small.with_name(f"{small.stem}.plain")
        try:
            write_vectors(net, sample[:2], plain)
            quantise(plain, small)
        finally:
            plain.unlink(missing_ok=True)


def _good(found: OnnxReader, net: Network, sample: Sequence[Any]) -> bool:
    pairs = zip(found.vectors(sample), net.vectors(sample), strict=True)
    like = float(np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs]))
    return like >= FAITHFUL and speed(found.vectors, sample) > speed(net.vectors, sample)
