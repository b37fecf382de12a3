"""A model taken apart: a reader from inputs to the vectors of their units, and the linear head on them.

A head learns from every correction and what reads does not, so that what serves holds the two apart.  Knows contracts.
Imports no kind of model: each gives its own parts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import StorageError
from dongcha.core.events import OnStep, silent
from dongcha.model.head import Head
from dongcha.model.predictions import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    Vectors = csr_matrix | Floats


class Reads(Protocol):
    """Inputs in, vectors out."""

    def __call__(self, inputs: Sequence[Any], on_step: OnStep = silent) -> "Vectors":
        """Vectors of all units in the order of the inputs, shape (units, width); sparse for `linear` on texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """`head.of(read(inputs))` is what the whole model's `logits(inputs)` gives, but for rounding."""

    read: Reads
    head: Head
    parallel: bool = False  # whether threads may call `read` at the same time


@runtime_checkable
class Separable(Protocol):
    """A fitted recipe that can be taken apart."""

    def apart(self) -> Apart:
        """Its reader and its head; raises `StorageError` where a stored graph has another shape than ours."""


def taken_apart(fitted: object) -> Apart | None:
    """The reader and the head of a fitted recipe; None for one that has no linear head on vectors of its own."""
    try:
        return fitted.apart() if isinstance(fitted, Separable) else None
    except StorageError:  # a graph that something else wrote
        return None


def dense_vectors(fitted: object) -> "Callable[[Sequence[Any]], npt.NDArray[np.float32]] | None":
    """The vectors of inputs as a plain array; None for a model without, or whose vectors are counts of words."""
    from scipy.sparse import issparse

    apart = taken_apart(fitted)
    if apart is None or issparse(apart.read([])):
        return None
    return lambda inputs: np.asarray(apart.read(inputs), dtype=np.float32)
