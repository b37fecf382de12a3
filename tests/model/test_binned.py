"""Numbers as counts of bins."""

import numpy as np
import pytest

from dongcha.model.binned import against, histogram


def test_every_number_is_counted_and_far_ones_do_not_stretch_the_bins() -> None:
    values = np.concatenate([np.random.default_rng(0).normal(size=1000), [1e9]])
    found = histogram(values)
    assert sum(found["counts"]) == 1001
    assert len(found["edges"]) == len(found["counts"]) + 1
    assert found["edges"][-1] < 10
    assert found["counts"][-1] >= 1


@pytest.mark.parametrize("value", [0.0, -3.0, 1e12])
def test_equal_numbers_have_a_bin_of_some_width(value: float) -> None:
    found = histogram(np.full(5, value))
    assert sum(found["counts"]) == 5
    assert np.all(np.diff(found["edges"]) > 0)


def test_a_right_answer_lies_on_the_diagonal() -> None:
    truth = np.linspace(0, 10, 200)
    counts = np.array(against(truth, truth)["counts"])
    assert counts.sum() == np.trace(counts) == 200
    # Answers that are too high lie right of it: true down, answered across.
    assert np.triu(np.array(against(truth, truth + 3)["counts"])).sum() == 200
