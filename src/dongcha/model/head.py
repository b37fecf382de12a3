"""A linear head: logits from vectors, fitted by logistic regression."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.model.predictions import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    Vectors = csr_matrix | Floats


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """`weight` of shape (classes, width) and `bias` of shape (classes,)."""

    weight: Floats
    bias: Floats

    def of(self, vectors: "Vectors") -> Floats:
        """Logits, shape (rows, classes), of vectors of shape (rows, width)."""
        return np.asarray(vectors @ self.weight.T + self.bias, dtype=np.float64)


def fit_heads(
    vectors: "Vectors", labels: Sequence[str], strengths: Sequence[float], *, balanced: bool = False
) -> Iterator[Head]:
    """Multinomial logistic regressions, one for each inverse L2 penalty, each started from the one before.

    The classes are in sorted order.  `balanced` weighs every class alike, whatever its number of rows.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=200, warm_start=True, class_weight="balanced" if balanced else None)
    for strength in strengths:
        model.set_params(C=strength)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(vectors, np.asarray(labels))
        yield _two_sided(np.asarray(model.coef_, dtype=np.float64), np.asarray(model.intercept_, dtype=np.float64))


def _two_sided(weight: Floats, bias: Floats) -> Head:
    if len(weight) > 1:
        return Head(weight.copy(), bias.copy())
    # Of two classes scikit-learn keeps the second one's logit only.
    return Head(np.vstack([0 * weight, weight]), np.array([0.0, bias[0]]))
