"""A network with a head as graphs, held against PyTorch on real inputs."""

import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dongcha.core.files import content_hash
from dongcha.model.network import Network
from dongcha.model.onnx.graph import quantise, write_logits, write_vectors
from dongcha.model.onnx.parity import FILES, FULL, SMALL, Parity, Variant, differences, fastest, refusal
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Floats
from dongcha.model.rows import Rows
from dongcha.model.task import Task

TRACED = 2  # inputs that a graph is traced on
TIMED = 64  # inputs that speed is measured on
Wanted = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a graph is judged on: labelled rows, more inputs without answers, and where they are from."""

    task: Task
    outputs: tuple[str, ...]
    rows: Rows
    more: tuple[Any, ...] = ()
    source: str = "given"

    @property
    def inputs(self) -> tuple[Any, ...]:
        """All inputs, the labelled ones first."""
        return (*self.rows.inputs, *self.more)


class Scratch:
    """A temporary folder that goes when nobody holds this any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="dongcha-onnx-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """Graphs in a temporary folder that lives as long as this does."""

    parity: Parity
    folder: Scratch

    def file(self, name: str) -> Path:
        """Where a variant's graph lies."""
        return self.folder.path / FILES[name]


def export(net: Network, shown: Shown, wanted: Wanted = (FULL, SMALL)) -> Exported:
    """The graphs of `wanted`, and the figures of each."""
    assert net.head is not None
    folder = Scratch()
    place = folder.path
    plain, small = place / "vectors.onnx", place / "vectors-int8.onnx"
    write_vectors(net, list(shown.inputs[:TRACED]), plain)
    if SMALL in wanted:
        quantise(plain, small)
    for name in wanted:
        write_logits(plain if name == FULL else small, net.head, place / FILES[name])
    for file in (plain, small):
        file.unlink(missing_ok=True)
    sessions = {name: Session(place / FILES[name], net.intake) for name in wanted}
    parity = compare(net, shown, {name: session.read for name, session in sessions.items()})
    digests = {name: content_hash(place / FILES[name]) for name in wanted}
    return Exported(replace(parity, sha256=digests), folder)


def compare(net: Network, shown: Shown, runs: dict[str, Callable[[Sequence[Any]], Floats]]) -> Parity:
    """Each variant beside PyTorch on the same inputs."""
    task, inputs = shown.task, shown.inputs
    truth = task.answer(net.logits(inputs), inputs, shown.outputs)
    figure, torch_per_s = _figure(shown, truth.labels), speed(net.logits, inputs)
    variants = {}
    for name, run in runs.items():
        said = task.answer(run(inputs), inputs, shown.outputs)
        found = Variant(
            speed(run, inputs), *differences(truth, said, per_word=task.per_word), _figure(shown, said.labels)
        )
        variants[name] = replace(found, refused=refusal(name, found, figure, len(inputs)))
    return Parity(
        fastest(torch_per_s, variants), len(inputs), len(shown.rows), shown.source, task.chosen_on, torch_per_s,
        figure, variants,
    )  # fmt: skip


def speed(run: Callable[[Sequence[Any]], Floats], inputs: Sequence[Any]) -> float:
    """Inputs a second, the better of two."""
    some, best = inputs[:TIMED], 0.0
    for _ in range(2):
        start = time.perf_counter()
        run(some)
        best = max(best, len(some) / max(time.perf_counter() - start, 1e-9))
    return best


def _figure(shown: Shown, said: Sequence[Any]) -> float | None:
    rows = shown.rows
    return shown.task.figures(rows.answers, said[: len(rows)])[shown.task.chosen_on] if len(rows) else None
