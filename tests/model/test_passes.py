"""Batches through a network: in order whatever runs beside, and an end that does not wait for what has not begun."""

import threading
import time

import numpy as np
import pytest

from dongcha.core.words import Words
from dongcha.model.batching import batches
from dongcha.model.intake import Item, Passes


def passes(run, threads: int) -> Passes:
    def items(inputs):
        return [Item(size, [i], size) for i, size in enumerate(inputs)]

    def cut(found):
        return batches([item.size for item in found], tokens=10)

    return Passes(items, cut, run, 1, Words("reads", "读取"), threads)


def doubled(batch):
    return np.array([[2.0 * item.data] for item in batch])


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("inputs", [[], [3], [3, 1, 7, 2, 9, 4, 4, 10]])
def test_values_are_in_the_order_of_the_inputs_and_steps_end_at_all_of_them(threads, inputs) -> None:
    steps = []
    found = passes(doubled, threads).over(inputs, lambda step: steps.append((step.done, step.total)))
    assert found[:, 0].tolist() == [2.0 * one for one in inputs]
    assert steps == sorted(steps)
    assert steps[-1:] == ([(len(inputs), len(inputs))] if inputs else [])


def test_so_many_batches_run_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=10)

    def run(batch):
        together.wait()
        return doubled(batch)

    assert passes(run, 3).over([10] * 6, lambda step: None)[:, 0].tolist() == [20.0] * 6


def test_an_error_in_a_batch_or_of_who_watches_ends_it_and_the_rest_is_not_run() -> None:
    begun = []

    def run(batch):
        begun.append(batch[0].data)
        time.sleep(0.01)
        if batch[0].data == 9:
            raise ValueError("no")
        return doubled(batch)

    with pytest.raises(ValueError, match="no"):
        passes(run, 2).over([9] + [8] * 200, lambda step: None)
    assert len(begun) < 50
    begun.clear()

    def stop(step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        passes(run, 2).over([8] * 200, stop)
    assert len(begun) < 50
