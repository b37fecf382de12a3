import numpy as np
import pytest
from scipy.stats import chi2

from dongcha.learn.drift.inputs import Kernel, discrepancy, inputs_changed, kernel_of
from dongcha.learn.drift.weighted import tail


def topics(rows: int, seed: int, share_of_new: float = 0.0) -> np.ndarray:
    """Rows around twenty centres; some around one that no other row lies at."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).standard_normal((21, 32))
    which = random.integers(0, 20, rows)
    which[random.random(rows) < share_of_new] = 20
    return (centres[which] + 0.5 * random.standard_normal((rows, 32))).astype(np.float32)


@pytest.mark.parametrize(("degrees", "p"), [(3, 0.5), (3, 1e-3), (10, 1e-6), (100, 1e-8)])
def test_the_tail_of_equal_weights_is_that_of_a_chi_square(degrees: int, p: float) -> None:
    value = 7.0 * chi2.isf(p, degrees)
    assert tail(value, [7.0], [degrees]) == pytest.approx(p, rel=0.04)
    assert tail(value, [7.0] * degrees, [1.0] * degrees) == pytest.approx(p, rel=0.04)


def test_the_tail_of_unequal_weights_is_that_of_draws() -> None:
    weights = np.array([5.0, 2.0, 1.0, 0.5, 0.1])
    drawn = np.random.default_rng(0).standard_normal((400_000, 5)) ** 2 @ weights
    for p in (0.5, 0.1, 0.01, 1e-3):
        assert tail(float(np.quantile(drawn, 1 - p)), weights, np.ones(5)) == pytest.approx(p, rel=0.12)


def test_the_tail_of_nothing_is_one() -> None:
    assert tail(1.0, [], []) == 1.0
    assert tail(0.0, [1.0], [1.0]) == 1.0
    assert tail(1.0, [0.0, -1.0], [1.0, 1.0]) == 1.0


def test_the_statistic_is_the_mean_of_the_kernel_within_less_that_between() -> None:
    values = kernel_of(topics(6, 0), topics(4, 1)).values
    within = values[:6, :6].mean() + values[6:, 6:].mean() - 2 * values[:6, 6:].mean()
    assert discrepancy(Kernel(values, 6))[0] == pytest.approx(within * 24 / 10, rel=1e-4)


@pytest.mark.parametrize(("m", "n"), [(100, 100), (200, 25)])
def test_p_values_without_a_change_are_at_most_what_they_say(m: int, n: int) -> None:
    ps = np.array([discrepancy(kernel_of(topics(m, 2 * i), topics(n, 2 * i + 1)))[1] for i in range(500)])
    for p, most in ((0.5, 0.57), (0.1, 0.14), (0.01, 0.024)):  # three standard errors above
        assert (ps <= p).mean() <= most
    assert (ps <= 0.5).mean() >= 0.4  # and not idle


def test_a_small_new_topic_is_found_and_its_rows_are_named() -> None:
    window = np.concatenate([topics(270, 5), topics(60, 6, share_of_new=1.0)])
    found = inputs_changed(topics(1000, 4), window)
    assert found is not None
    assert found.p < 1e-6
    assert found.effect > 0.52
    assert set(found.rows) <= set(range(270, 330))
    assert (found.reference, found.window) == (1000, 330)


def test_the_effect_of_another_world_is_near_one_and_of_the_same_near_a_half() -> None:
    far = inputs_changed(topics(300, 1), topics(200, 2) + 20)
    same = inputs_changed(topics(300, 1), topics(200, 2))
    assert far is not None
    assert same is not None
    assert far.effect > 0.99
    assert far.p < 1e-12
    assert abs(same.effect - 0.5) < 0.08


def test_the_same_rows_give_the_same_p_value() -> None:
    first, second = (inputs_changed(topics(100, 1), topics(60, 2)) for _ in range(2))
    assert first == second


def test_rows_that_are_no_numbers_are_left_out() -> None:
    window = topics(50, 3)
    window[[4, 9], 0] = np.nan, np.inf
    found = inputs_changed(topics(50, 2), window)
    assert found is not None
    assert found.window == 48
    assert not {4, 9} & set(found.rows)


def test_vectors_that_are_all_the_same_are_no_change() -> None:
    same = np.ones((30, 8), dtype=np.float32)
    found = inputs_changed(same, same)
    assert found is not None
    assert (found.p, found.effect) == (1.0, 0.5)


def test_too_few_rows_are_not_tested_and_another_width_is_refused() -> None:
    assert inputs_changed(topics(10, 1), topics(1, 2)) is None
    with pytest.raises(ValueError, match="one width"):
        inputs_changed(topics(10, 1), topics(10, 2)[:, :5])
