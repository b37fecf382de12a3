import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.learn.estimate import calibration, estimate, estimates


def world(rows: int, a: float, b: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidences out of a beta law, each right with a chance that is 0.1 below its confidence."""
    random = np.random.default_rng(seed)
    scores = random.beta(a, b, rows)
    return scores, random.random(rows) < np.maximum(0.0, scores - 0.1)


def test_an_overconfident_model_is_estimated_right_where_nothing_changed() -> None:
    scores, right = world(1000, 8, 2, 0)
    window, truth = world(2000, 8, 2, 1)
    found = estimate(scores, right, window)
    assert found is not None
    assert abs(found.accuracy - truth.mean()) < 0.03
    assert abs(window.mean() - truth.mean()) > 0.08  # what the model itself says is not
    assert found.low <= truth.mean() <= found.high
    assert found.reference == right.mean()


@pytest.mark.parametrize(("a", "b"), [(4.0, 4.0), (6.0, 3.0), (12.0, 1.0)])
def test_easier_and_harder_inputs_are_followed_and_the_interval_holds(a: float, b: float) -> None:
    inside, errors, unchanged = 0, [], []
    for seed in range(10):
        scores, right = world(1000, 8, 2, 100 + seed)
        window, truth = world(500, a, b, seed)
        found = estimate(scores, right, window)
        assert found is not None
        inside += found.low <= truth.mean() <= found.high
        errors.append(abs(found.accuracy - truth.mean()))
        unchanged.append(abs(right.mean() - truth.mean()))
    assert inside >= 8
    assert np.mean(errors) < np.mean(unchanged)


def test_the_reference_itself_is_estimated_as_it_was_by_all_three() -> None:
    scores, right = world(500, 5, 2, 3)
    assert estimates(scores, right, scores) == pytest.approx([right.mean()] * 3, abs=0.002)


def test_ties_at_the_cut_count_in_part() -> None:
    scores, right = np.full(100, 0.7), np.arange(100) < 60
    assert estimates(scores, right, scores) == pytest.approx([0.6] * 3)


def test_calibration_is_isotonic_as_worked_out_by_hand() -> None:
    # shares at 0.1 0.2 0.3 are 1/2 0 1: the first two are pooled to 1/3
    steps, rates = calibration(np.array([0.1, 0.1, 0.2, 0.3]), np.array([True, False, False, True]))
    assert steps.tolist() == [0.1, 0.2, 0.3]
    assert rates == pytest.approx([1 / 3, 1 / 3, 1.0])


def test_too_little_is_not_estimated_and_sides_have_to_match() -> None:
    scores, right = world(100, 5, 2, 0)
    assert estimate(scores, right, scores[:29]) is None
    assert estimate(scores, right, np.full(100, np.nan)) is None
    with pytest.raises(ValueError, match="a score"):
        estimate(scores, right[:50], scores)


@given(st.integers(0, 100), st.floats(0.0, 1.0))
def test_an_estimate_lies_within_its_interval_and_is_a_share(correct: int, score: float) -> None:
    found = estimate(np.linspace(0, 1, 100), np.arange(100) < correct, np.full(40, score))
    assert found is not None
    assert 0.0 <= found.low <= found.accuracy <= found.high <= 1.0
    assert "%" in found.words.zh
