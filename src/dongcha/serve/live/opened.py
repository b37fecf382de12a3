"""From a registered version to a `Live` that has shown that it answers."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from dongcha.core.errors import StorageError
from dongcha.model.folder import load
from dongcha.model.onnx.sentences import built_in
from dongcha.serve.live.files import readable
from dongcha.serve.live.inputs import FILES, accepted
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import Live, live
from dongcha.serve.live.place import Place
from dongcha.store.predicted import predictions_of
from dongcha.store.versions import Version

TRIED = 16


def opened(version: Version, place: Place, limits: Limits) -> tuple[Live, dict[str, object]]:
    """The version at work, and what its trial on real inputs, the newest that clients sent, gave.

    Raises `StorageError` where its folder is missing or damaged, or where it does not answer.
    """
    start = time.monotonic()
    found = live(version.model, version.number, load(place.base / version.folder, limits.call_threads))
    readable(found.task.reads)
    loaded = time.monotonic()
    real = predictions_of(place.state).between(version.model, most=TRIED)
    inputs = tried_on(found, [one.input for one in real])
    check(found, inputs)
    return found, {
        "load_s": round(loaded - start, 3), "try_s": round(time.monotonic() - loaded, 3), "inputs": len(inputs),
        "notes": [note.to_json() for note in found.model.notes],
    }  # fmt: skip


def tried_on(found: Live, real: Sequence[Any]) -> list[Any]:
    """The inputs of a trial: real ones where there are any that the task reads, else built-in sentences."""
    kind = found.task.reads
    inputs: list[Any] = []
    for one in [] if kind in FILES else real[-TRIED:]:
        try:
            inputs += accepted(found.task, [one])
        except ValueError:
            continue  # of an older version that read something else
    return inputs or list(built_in(kind)[:TRIED])


def check(found: Live, inputs: Sequence[Any]) -> None:
    """Raise `StorageError` unless the model answers the inputs with numbers, together as alone."""
    if not inputs:
        return
    logits = found.read(inputs)
    if logits.ndim != 2 or logits.shape[1] != len(found.classes) or not np.isfinite(logits).all():
        raise StorageError("the model does not answer with numbers for its classes; train it again")
    if len(found.predict(inputs)) != len(inputs):
        raise StorageError("the model gave another number of answers than it was asked for; train it again")
