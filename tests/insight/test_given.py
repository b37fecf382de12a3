"""What one thing adds given others: against answers that are known otherwise."""

import numpy as np
from scipy import stats
from sklearn.linear_model import LogisticRegression

from dongcha.insight.text.given import fitted, forward, scores


def sample(seed: int, rows: int = 4_000, *, size: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """A column of ones and two yes-or-no columns that often come together; only the first moves the outcome."""
    rng = np.random.default_rng(seed)
    cause = rng.random(rows) < 0.2
    beside = np.where(cause, rng.random(rows) < 0.7, rng.random(rows) < 0.05)
    x = np.column_stack([np.ones(rows), cause, beside]).astype(float)
    return x, (rng.random(rows) < 1 / (1 + np.exp(1.0 - size * cause))).astype(float)


def test_the_logistic_fit_is_that_of_another_library():
    x, y = sample(1)
    known = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(x[:, 1:], y)  # the same ridge
    found = fitted(x, y, binary=True)
    assert np.allclose(found.coefficients, [known.intercept_[0], *known.coef_[0]], atol=1e-4)
    assert np.allclose(found.expected, known.predict_proba(x[:, 1:])[:, 1], atol=1e-4)


def test_the_linear_fit_is_least_squares():
    x, _ = sample(2)
    y = 2 - x[:, 1] + np.random.default_rng(0).normal(0, 1, len(x))
    found, (known, *_) = fitted(x, y, binary=False), np.linalg.lstsq(x, y, rcond=None)
    assert np.allclose(found.coefficients, known, atol=0.01)


def test_what_only_stands_beside_a_cause_adds_nothing_given_it():
    x, y = sample(3)
    without = fitted(x[:, [0, 1]], y, binary=True)
    alone = fitted(x[:, [0]], y, binary=True)
    assert abs(scores(x[:, [2]], x[:, [0]], y, alone, binary=True)[0]) > 5
    assert abs(scores(x[:, [2]], x[:, [0, 1]], y, without, binary=True)[0]) < 3
    assert forward(x[:, 1:], x[:, [0]], y, binary=True, most=5, least=3.5) == [0]


def test_the_score_is_a_z_score_where_nothing_goes_together():
    z = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        x, y = np.ones((300, 1)), (rng.random(300) < 0.3).astype(float)
        z.append(scores((rng.random((300, 1)) < 0.3).astype(float), x, y, fitted(x, y, binary=True), binary=True)[0])
    assert stats.kstest(z, "norm").pvalue > 0.001


def test_a_phrase_that_decides_the_outcome_has_a_finite_coefficient():
    x = np.column_stack([np.ones(200), np.r_[np.ones(40), np.zeros(160)]])
    y = np.r_[np.ones(40), np.tile([0.0, 1.0], 80)]
    found = fitted(x, y, binary=True)
    assert np.isfinite(found.coefficients).all()
    assert 2 < found.coefficients[1] < 20
