"""A graph at work: inputs in, one line a unit out."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dongcha.core.errors import StorageError
from dongcha.core.events import OnStep, silent
from dongcha.core.settings import thread_count
from dongcha.model.batching import Order, batches
from dongcha.model.intake import Intake, Item, Passes
from dongcha.model.network import Network
from dongcha.model.onnx.graph import checked, parts
from dongcha.model.predictions import Floats

BATCH_TOKENS = 512
"""Padded tokens of a batch; what flows through a graph then stays near the size of the caches."""


class Session:
    """The graph in `file` (or in `graph`, made from it), on the CPU; raises `StorageError` where it cannot be run.

    Each batch is run in one thread, and as many at the same time as there are cores: threads that share a short text
    cost more and answer no sooner.  With `threads`, so many share a batch, and batches follow each other: for callers
    that read at the same time, and for long inputs that come alone.
    """

    def __init__(self, file: Path, intake: Intake, graph: bytes | None = None, threads: int | None = None) -> None:
        _, runtime = parts()
        from onnxruntime.capi import onnxruntime_pybind11_state as states

        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads or 1, 1
        options.log_severity_level = 4
        # Threads that spin while they wait take the cores from whatever else runs there.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        wrong = (
            states.Fail,
            states.InvalidArgument,
            states.InvalidGraph,
            states.InvalidProtobuf,
            states.NotImplemented,
        )
        try:
            made = str(checked(file)) if graph is None else graph
            self._session = runtime.InferenceSession(made, options, providers=["CPUExecutionProvider"])
        except (*wrong, states.RuntimeException) as error:
            raise StorageError(f"{str(file)!r} cannot be run ({str(error)[:100]})") from error
        self.file, self.intake, self._threads = file, intake, threads
        self._cutting = threading.Lock()
        self.width = int(self._session.get_outputs()[0].shape[-1])

    def beside(self, graph: bytes) -> "Session":
        """A graph made from this one's file, on the same intake; threads may read by both at the same time."""
        made = Session(self.file, self.intake, graph, self._threads)
        made._cutting = self._cutting
        return made

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """The inputs as items, by one thread at a time: a tokenizer holds settings that it sets at each call."""
        with self._cutting:
            return self.intake.items(inputs)

    def run(self, items: Sequence[Item]) -> Floats:
        """The units of one batch in order, shape (units, width)."""
        return np.asarray(self._session.run(None, self.intake.arrays(items))[0], dtype=np.float64)

    def read(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """All units in the order of the inputs, read in batches of like size; threads may call it at the same time."""
        together = thread_count() if self._threads is None else 1
        return Passes(self.items, _cut, self.run, self.width, Network.job, together).over(inputs, on_step)


def _cut(items: Sequence[Item]) -> Iterator[Order]:
    yield from batches([item.size for item in items], BATCH_TOKENS)
