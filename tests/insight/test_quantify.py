"""Rates over what a model read are corrected for its errors, and the intervals hold what they say."""

import numpy as np
import pytest

from dongcha.data.schema import Confusion
from dongcha.insight.quantify import Correction, correction, group_contrast, rate_contrast

VALUES = ("a", "b", "c")
TRUE = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.05, 0.05, 0.9]])
"""Parts of each true value (down) that are read as each value (across)."""


def held_out(rng: np.random.Generator, rows: int) -> Correction:
    counts = np.array([rng.multinomial(rows, line) for line in TRUE])
    found = correction(Confusion(VALUES, tuple(tuple(int(n) for n in line) for line in counts)))
    assert found is not None
    return found


def read(rng: np.random.Generator, shares: np.ndarray, rows: int) -> np.ndarray:
    """Rows read as each value where the true shares are these."""
    return np.asarray(rng.multinomial(rows, shares @ TRUE), dtype=float)


def test_many_held_out_rows_give_the_true_shares_back() -> None:
    counts = (TRUE * 1_000_000).astype(int)
    how = correction(Confusion(VALUES, tuple(map(tuple, counts.tolist()))))
    assert how is not None
    inside, outside = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    found = rate_contrast(how, "a", 1e6 * inside @ TRUE, 1e6 * outside @ TRUE)
    assert (found.inside, found.outside) == pytest.approx((0.5, 0.2), abs=1e-4)
    assert how.weights @ (inside @ TRUE) == pytest.approx(inside, abs=1e-4)


def test_intervals_and_tests_of_a_rate_hold_what_they_say() -> None:
    rng, hits, false = np.random.default_rng(0), 0, 0
    inside, outside = np.array([0.3, 0.5, 0.2]), np.array([0.3, 0.2, 0.5])
    for _ in range(600):
        how = held_out(rng, 120)
        found = rate_contrast(how, "a", read(rng, inside, 400), read(rng, outside, 900))
        low, high = found.bounds
        hits += low <= 0.3 <= high
        false += found.p_value < 0.05
    assert 0.93 <= hits / 600 <= 0.975
    assert false / 600 <= 0.075, "the true shares of a are equal"


def test_what_was_read_differs_where_the_truth_does_not() -> None:
    """The model takes some of b for a, and one group has more of b: a raw comparison is fooled, a corrected one not."""
    rng, fooled = np.random.default_rng(1), 0
    inside, outside = np.array([0.3, 0.6, 0.1]), np.array([0.3, 0.1, 0.6])
    for _ in range(100):
        here, there = read(rng, inside, 4000), read(rng, outside, 4000)
        gap = here[0] / 4000 - there[0] / 4000
        fooled += abs(gap) > 1.96 * np.sqrt(2 * 0.3 * 0.7 / 4000)
        assert rate_contrast(held_out(rng, 2000), "a", here, there).p_value > 1e-4
    assert fooled > 50


def test_the_mean_of_something_by_what_was_read() -> None:
    rng, hits, false, naive = np.random.default_rng(2), 0, 0, 0
    shares, rates = np.array([0.4, 0.35, 0.25]), np.array([0.5, 0.2, 0.2])
    for _ in range(400):
        how, truth = held_out(rng, 150), rng.choice(3, 1500, p=shares)
        seen = np.array([rng.choice(3, p=TRUE[t]) for t in truth])
        hit = rng.random(1500) < rates[truth]
        rows, sums = (np.array([m[seen == j].sum() for j in range(3)], float) for m in (np.ones(1500), hit))
        found = group_contrast(how, "a", rows, sums, sums)
        low, high = found.bounds
        hits += low <= 0.5 <= high
        raw, n = sums[0] / rows[0], rows[0]
        naive += abs(raw - 0.5) <= 1.96 * np.sqrt(raw * (1 - raw) / n)
        level = rng.random(1500) < 0.3
        sums = np.array([level[seen == j].sum() for j in range(3)], float)
        false += group_contrast(how, "a", rows, sums, sums).p_value < 0.05
    assert 0.925 <= hits / 400 <= 0.98
    assert naive / 400 < 0.7, "errors of reading draw the raw rate to the middle"
    assert false / 400 <= 0.075


def test_few_held_out_rows_leave_doubt() -> None:
    rng = np.random.default_rng(3)
    here, there = read(rng, np.array([0.5, 0.3, 0.2]), 1000), read(rng, np.array([0.3, 0.3, 0.4]), 1000)
    sure, unsure = (rate_contrast(held_out(rng, rows), "a", here, there) for rows in (5000, 8))
    assert sure.error < unsure.error
    assert sure.inside_error < unsure.inside_error / 2


@pytest.mark.parametrize("counts", [((1, 0), (0, 1)), ((0, 0), (0, 0)), ((500,),)])
def test_nothing_is_corrected_where_errors_cannot_be_told(counts: tuple) -> None:
    assert correction(Confusion(VALUES[: len(counts)], counts)) is None


def test_a_value_that_no_held_out_row_has_is_in_doubt() -> None:
    how = correction(Confusion(VALUES, ((90, 10, 0), (5, 95, 0), (0, 0, 0))))
    assert how is not None
    found = rate_contrast(how, "c", np.array([10.0, 10, 80]), np.array([40.0, 40, 20]))
    assert found.inside_error > 0.1


def test_an_empty_group_tells_nothing() -> None:
    how = held_out(np.random.default_rng(4), 100)
    none, some = np.zeros(3), np.array([5.0, 5, 5])
    assert rate_contrast(how, "a", none, some).p_value == 1.0
    assert group_contrast(how, "a", none, none, none).p_value == 1.0
    assert group_contrast(how, "a", np.array([0.0, 0, 10]), some, some).p_value == 1.0, "no row is left for a"
