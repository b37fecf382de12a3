"""A model's logits for several threads at once.

A graph answers in parallel: only cutting texts into tokens is done by one thread at a time, because a tokenizer holds
settings that it sets at each call.  Whatever else a model is, one thread at a time uses it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dongcha.core.events import silent
from dongcha.model.batching import Order, batches
from dongcha.model.intake import Item, Passes
from dongcha.model.model import Model
from dongcha.model.network import Network
from dongcha.model.onnx.served import Served
from dongcha.model.onnx.session import BATCH_TOKENS
from dongcha.model.predictions import Floats

Read = Callable[[Sequence[Any]], Floats]


def reading(model: Model) -> Read:
    """A function from inputs to logits, shape (units, outputs), that threads may call at the same time."""
    lock, fitted = threading.Lock(), model.fitted
    if not isinstance(fitted, Served):

        def alone(inputs: Sequence[Any]) -> Floats:
            with lock:
                return fitted.logits(inputs)

        return alone
    session = fitted.session

    def items(inputs: Sequence[Any]) -> list[Item]:
        with lock:
            return session.intake.items(inputs)

    passes = Passes(items, _cut, session.run, session.width, Network.job)
    return lambda inputs: passes.over(inputs, silent)


def _cut(items: Sequence[Item]) -> Iterator[Order]:
    yield from batches([item.size for item in items], BATCH_TOKENS)
