"""Tails and points of the laws that tests use, without the checks that `scipy.stats` makes on each call.

The same functions stand behind `scipy.stats`; over thousands of series its checks take most of the time.
"""

from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def t_two_sided(value: float, free: float) -> float:
    """The probability that Student's t is farther from 0 than `value`."""
    from scipy.special import stdtr

    return float(2 * stdtr(free, -abs(value)))


def t_tail(value: float, free: float) -> float:
    """The probability that Student's t is above `value`; `free` may be infinite."""
    from scipy.special import ndtr, stdtr

    return float(ndtr(-value) if free == float("inf") else stdtr(free, -value))


def t_point(below: float, free: float) -> float:
    """The value that Student's t is below with the probability `below`; `free` may be infinite."""
    from scipy.special import ndtri, stdtrit

    return float(ndtri(below) if free == float("inf") else stdtrit(free, below))


@overload
def f_tail(value: float, more: float, free: float) -> float: ...
@overload
def f_tail(value: "Floats", more: "Floats", free: "Floats") -> "Floats": ...
def f_tail(value: "float | Floats", more: "float | Floats", free: "float | Floats") -> "float | Floats":
    """The probability that F with `more` and `free` degrees of freedom is above `value`."""
    from scipy.special import fdtrc

    return fdtrc(more, free, value)  # type: ignore[no-any-return]
