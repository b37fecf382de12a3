"""What one thing adds to an outcome, given others: logistic and linear regressions and their score tests.

The score test of one coefficient fits the model without it (Rao 1948, https://doi.org/10.1017/S0305004100023987), so
that it also holds where a phrase never goes with one of the outcomes.  Its variance is the larger of the model's and
that of the residuals as they are (White 1980, https://doi.org/10.2307/1912934).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

STEPS, NEAR = 30, 1e-8
RIDGE = 1.0  # a penalty as weak as one row's, which keeps a coefficient finite where its phrase decides the outcome


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients, their standard errors (the larger of the model's and White's), and what is expected of each row."""

    coefficients: "Floats"
    errors: "Floats"
    expected: "Floats"


def fitted(x: "Floats", y: "Floats", *, binary: bool) -> Fit:
    """The regression of `y`, shape (rows,), on the columns of `x`, the first of which is 1: logistic or linear."""
    beta = np.zeros(x.shape[1])
    penalty = np.diag([0.0, *[RIDGE] * (x.shape[1] - 1)])
    for _ in range(STEPS if binary else 1):
        mean = expected(x @ beta, binary=binary)
        weights = mean * (1 - mean) if binary else np.ones(len(y))
        inverse = np.linalg.pinv((x * weights[:, None]).T @ x + penalty)
        change = inverse @ (x.T @ (y - mean) - penalty @ beta)
        beta = beta + change * min(1.0, 5.0 / max(np.abs(change).max(), 1e-12) if binary else 1.0)
        if np.abs(change).max() < NEAR:
            break
    mean = expected(x @ beta, binary=binary)
    weights = mean * (1 - mean) if binary else np.ones(len(y))
    inverse = np.linalg.pinv((x * weights[:, None]).T @ x + penalty)
    middle = (x * (y - mean)[:, None] ** 2).T @ x
    noise = 1.0 if binary else float(((y - mean) ** 2).sum()) / max(1, len(y) - x.shape[1])
    variances = np.maximum(np.diag(inverse) * noise, np.diag(inverse @ middle @ inverse))
    return Fit(beta, np.sqrt(variances), mean)


def expected(linear: "Floats", *, binary: bool) -> "Floats":
    """The rate, or the mean, that a linear predictor stands for."""
    return 1 / (1 + np.exp(-np.clip(linear, -30, 30))) if binary else linear


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Of each row what it adds to the score of one more column, to its information and to its variance."""

    score: "Floats"
    information: "Floats"
    variance: "Floats"


def scored(candidate: "Floats", x: "Floats", y: "Floats", *, binary: bool) -> Scored:
    """The parts of the score test of adding the column `candidate` to the model of `x`, shape (rows,) each.

    The sum of the scores over that of the information is one step of Newton's from 0 towards its coefficient.
    """
    fit = fitted(x, y, binary=binary)
    weights, noise = _weights(x, y, fit, binary=binary)
    own = _apart(candidate[:, None], x, weights)[:, 0]
    return Scored(own * (y - fit.expected), own**2 * weights, own**2 * noise)


def _weights(x: "Floats", y: "Floats", fit: Fit, *, binary: bool) -> tuple["Floats", "Floats"]:
    """The weight of each row in the information, and its variance by the model."""
    if binary:
        weights: Floats = fit.expected * (1 - fit.expected)
        return weights, weights
    left = y - fit.expected
    return np.ones(len(y)), np.full(len(y), float(left @ left) / max(1, len(y) - x.shape[1]))


def _apart(candidates: "Floats", x: "Floats", weights: "Floats") -> "Floats":
    """What of each column of `candidates` the columns of `x` do not give."""
    inverse = np.linalg.pinv((x * weights[:, None]).T @ x)
    found: Floats = candidates - x @ (inverse @ ((x * weights[:, None]).T @ candidates))
    return found


def scores(candidates: "Floats", x: "Floats", y: "Floats", fit: Fit, *, binary: bool) -> "Floats":
    """The score test of adding each column of `candidates` to the model of `x`: z-scores, shape (candidates,)."""
    weights, noise = _weights(x, y, fit, binary=binary)
    left, own = y - fit.expected, _apart(candidates, x, weights)
    spread = np.maximum(((own * left[:, None]) ** 2).sum(axis=0), (own**2 * noise[:, None]).sum(axis=0))
    found: Floats = np.where(spread > 0, own.T @ left / np.sqrt(np.maximum(spread, 1e-300)), 0.0)
    return found


def forward(candidates: "Floats", x: "Floats", y: "Floats", *, binary: bool, most: int, least: float) -> list[int]:
    """Columns of `candidates` added to `x` one by one, each the strongest given those before, while z is `least`."""
    chosen: list[int] = []
    for _ in range(most):
        model = np.column_stack([x, candidates[:, chosen]])
        z = np.abs(scores(candidates, model, y, fitted(model, y, binary=binary), binary=binary))
        z[chosen] = 0.0
        if not z.size or z.max() < least:
            break
        chosen.append(int(z.argmax()))
    return chosen
