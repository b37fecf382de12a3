"""A linear head: logits from vectors, fitted by logistic regression."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dongcha.model.predictions import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    Vectors = csr_matrix | Floats

TOLERANCE = 1e-3
"""Of the gradient; scikit-learn's own is 1e-4, which takes more iterations."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """`weight` of shape (outputs, width) and `bias` of shape (outputs,)."""

    weight: Floats
    bias: Floats

    def of(self, vectors: "Vectors") -> Floats:
        """Logits, shape (rows, outputs), of vectors of shape (rows, width)."""
        return np.asarray(vectors @ self.weight.T + self.bias, dtype=np.float64)


def fit_heads(
    vectors: "Vectors", targets: npt.NDArray[np.int64], strengths: Sequence[float], *, balanced: bool = False
) -> Iterator[Head]:
    """Multinomial logistic regressions, one for each inverse L2 penalty, each started from the one before.

    `targets` are numbers of classes, 0 to the highest, each of which occurs.  `balanced` weighs every class alike,
    whatever its number of rows.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    weights = "balanced" if balanced else None
    model = LogisticRegression(max_iter=200, tol=TOLERANCE, warm_start=True, class_weight=weights)
    for strength in strengths:
        model.set_params(C=strength)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(vectors, targets)
        yield _two_sided(np.asarray(model.coef_, dtype=np.float64), np.asarray(model.intercept_, dtype=np.float64))


def _two_sided(weight: Floats, bias: Floats) -> Head:
    if len(weight) > 1:
        return Head(weight.copy(), bias.copy())
    # Of two classes scikit-learn keeps the second one's logit only.
    return Head(np.vstack([0 * weight, weight]), np.array([0.0, bias[0]]))


def fit_one_sided(vectors: "Vectors", targets: Floats, strength: float) -> Head:
    """One logistic regression an output on targets 0..1 of shape (rows, outputs), one logit each.

    A target between 0 and 1 counts as that much of a yes.  An output that is always or never true gets its odds.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    weight, bias = np.zeros((targets.shape[1], vectors.shape[1])), np.zeros(targets.shape[1])
    for i, wanted in enumerate(targets.T):
        yes, no = np.flatnonzero(wanted > 0), np.flatnonzero(wanted < 1)
        if not len(yes) or not len(no):
            bias[i] = np.log((len(yes) + 0.5) / (len(no) + 0.5))
            continue
        places = np.concatenate([yes, no])
        counts = np.concatenate([wanted[yes], 1.0 - wanted[no]])
        model = LogisticRegression(C=strength, max_iter=200, tol=TOLERANCE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(vectors[places], np.repeat([1, 0], [len(yes), len(no)]), sample_weight=counts)
        weight[i], bias[i] = model.coef_[0], model.intercept_[0]
    return Head(weight, bias)


def fit_ridge(vectors: "Vectors", targets: Floats, strength: float) -> Head:
    """Least squares with an L2 penalty, on targets of shape (rows, outputs)."""
    from sklearn.linear_model import Ridge

    model = Ridge(alpha=1.0 / strength, tol=1e-6)
    model.fit(vectors, targets)
    weight = np.asarray(model.coef_, dtype=np.float64).reshape(targets.shape[1], -1)
    return Head(weight, np.asarray(model.intercept_, dtype=np.float64).reshape(-1))
