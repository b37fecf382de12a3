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
