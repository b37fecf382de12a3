"""Whether inputs look new: the vectors of a window against those of the reference, by maximum mean discrepancy.

Gretton et al., A Kernel Two-Sample Test (JMLR 2012).  The distribution of the statistic without a change is a weighted
sum of chi-squares whose weights are the eigenvalues of the centred kernel (Gretton et al., NIPS 2009); its tail is
taken by a saddlepoint, so that p-values of one in a million, which repeated looks need, cost no million permutations.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words
from dongcha.learn.drift.change import Change
from dongcha.learn.drift.weighted import tail

Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

WIDTHS = (0.25, 0.5, 1.0)
"""Widths of the kernel beside the median squared distance; the narrow ones see a small new topic."""

MOST = 2000
"""Rows of a side beyond which an even part is compared: cost grows with their square."""

EIGENVALUES = 24
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernel over reference and window, the reference's `m` rows first."""

    values: Vectors  # (m + n, m + n)
    m: int

    @property
    def n(self) -> int:
        """Rows of the window."""
        return len(self.values) - self.m


def inputs_changed(reference: Vectors, window: Vectors) -> Change | None:
    """The test of vectors, (rows, width) each; None where a side has fewer than two rows of finite numbers.

    `effect` is the probability that a new input looks newer than an old one, 0.5 where nothing changed.  Raises
    `ValueError` for another width.
    """
    if reference.ndim != 2 or window.ndim != 2 or reference.shape[1] != window.shape[1]:
        raise ValueError(f"vectors of one width are needed, got {reference.shape} and {window.shape}")
    old, new = _usable(reference), _usable(window)
    if min(len(old), len(new)) < 2:
        return None
    kernel = kernel_of(reference[old], window[new])
    statistic, p = discrepancy(kernel)
    newer, seen = _told_apart(kernel)
    places = new[np.argsort(-seen, kind="stable")[:SHOWN]]
    return Change(
        trait="inputs", statistic=statistic, p=p, effect=newer, reference=len(old), window=len(new),
        meaning=Words(
            f"a new input looks newer than an old one in {newer:.0%} of pairs (50% without a change)",
            f"在 {newer:.0%} 的配对中，新输入看起来比旧输入更新（无变化时为 50%）",
        ),
        sentence=Words(
            f"What is asked has changed: inputs of the window can be told from those of the reference in {newer:.0%} "
            "of pairs.",
            f"输入内容发生了变化：在 {newer:.0%} 的配对中可以分辨出窗口与参照的输入。",
        ),
        rows=tuple(int(i) for i in places),
    )  # fmt: skip


def kernel_of(old: Vectors, new: Vectors) -> Kernel:
    """The mean of Gaussian kernels of `WIDTHS` times the median squared distance of all pairs."""
    both = np.concatenate([old, new]).astype(np.float32)
    both -= both.mean(axis=0)
    squares = np.einsum("ij,ij->i", both, both)
    distances = squares[:, None] + squares[None, :]
    distances -= 2.0 * (both @ both.T)
    np.maximum(distances, 0.0, out=distances)
    np.fill_diagonal(distances, 0.0)
    step = max(1, len(both) // 500)  # a part of the pairs gives the median as well
    pairs = distances[::step, ::step]
    middle = float(np.median(pairs[np.triu_indices(len(pairs), 1)])) or float(distances.mean())
    if middle <= 0.0:
        return Kernel(np.ones_like(distances), len(old))
    values = np.zeros_like(distances)
    for width in WIDTHS:
        values += np.exp(distances / np.float32(-2.0 * width * middle))
    return Kernel(values / np.float32(len(WIDTHS)), len(old))


def discrepancy(kernel: Kernel) -> tuple[float, float]:
    """The squared discrepancy, biased, times mn/(m+n), and its p-value."""
    m, n = kernel.m, kernel.n
    centred = kernel.values.astype(np.float64)
    means = centred.mean(axis=0)
    centred += means.mean() - means[:, None] - means[None, :]
    side = np.concatenate([np.full(m, 1.0 / m), np.full(n, -1.0 / n)])
    statistic = float(side @ centred @ side) * m * n / (m + n)
    first, second = float(np.trace(centred)) / (m + n - 1), float((centred**2).sum()) / (m + n - 1) ** 2
    if first <= 1e-12:
        return 0.0, 1.0
    top = _largest(centred) / (m + n - 1)
    left, square = max(0.0, first - float(top.sum())), max(0.0, second - float((top**2).sum()))
    rest = (square / left, left**2 / square) if left > 0 and square > 0 else (0.0, 0.0)
    p = tail(statistic, [*top.tolist(), rest[0]], [*([1.0] * len(top)), rest[1]])
    return statistic, min(1.0, max(p, 0.0))


def _largest(centred: Floats) -> Floats:
    """The largest eigenvalues of a symmetric matrix."""
    size = len(centred)
    if size <= 2 * EIGENVALUES:
        found = np.linalg.eigvalsh(centred)
    else:
        from scipy.sparse.linalg import eigsh

        start = np.cos(np.arange(size, dtype=np.float32))  # any fixed one: the same rows give the same p-value
        found = eigsh(centred.astype(np.float32), k=EIGENVALUES, v0=start, tol=1e-4, return_eigenvectors=False)
    return np.maximum(np.sort(found)[::-1], 0.0)


def _told_apart(kernel: Kernel) -> tuple[float, Floats]:
    """How well halves tell the other halves apart (area under the curve), and how new each row of the window looks.

    A row is judged by its likeness to the half of each side that it is not in, so that 0.5 means no difference.
    """
    from scipy.stats import rankdata

    m, n = kernel.m, kernel.n
    places = np.arange(m + n)
    scores, areas = np.zeros(m + n), []
    for half in (0, 1):
        learned = places % 2 == half
        old, new = places[learned & (places < m)], places[learned & (places >= m)]
        judged = places[~learned]
        values = kernel.values[judged]
        scores[judged] = values[:, new].mean(axis=1) - values[:, old].mean(axis=1)
        ours = judged >= m
        ranks = rankdata(scores[judged])
        k = int(ours.sum())
        areas.append((float(ranks[ours].sum()) - k * (k + 1) / 2) / (k * (len(judged) - k)))
    return float(np.mean(areas)), scores[m:]


def _usable(vectors: Vectors) -> npt.NDArray[np.int64]:
    """Places of rows of finite numbers, an even part of them where there are more than `MOST`."""
    places = np.flatnonzero(np.isfinite(vectors).all(axis=1))
    step = math.ceil(len(places) / MOST)
    return places[:: max(1, step)]
