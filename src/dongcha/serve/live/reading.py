"""A model's logits for several threads at once.

A graph answers in parallel: only cutting texts into tokens is done by one thread at a time, because a tokenizer holds
settings that it sets at each call.  Whatever else a model is, one thread at a time uses it.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dongcha.model.model import Model
from dongcha.model.onnx.served import Served
from dongcha.model.predictions import Floats

T = TypeVar("T")
Read = Callable[[Sequence[Any]], Floats]


def reading(model: Model) -> tuple[Read, bool]:
    """A function from inputs to logits, shape (units, outputs), that threads may call at the same time.

    Beside it whether they then work at the same time.
    """
    fitted = model.fitted
    return (fitted.session.read, True) if isinstance(fitted, Served) else (alone(fitted.logits), False)


def alone(read: Callable[[Sequence[Any]], T]) -> Callable[[Sequence[Any]], T]:
    """The same function for one thread at a time."""
    lock = threading.Lock()

    def locked(inputs: Sequence[Any]) -> T:
        with lock:
            return read(inputs)

    return locked
