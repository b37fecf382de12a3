"""Distances of vectors of unit length, in bounded memory."""

import warnings

import numpy as np
import numpy.typing as npt

from dongcha.learn.pool import Numbers, Vectors

Distances = npt.NDArray[np.float32]
BLOCK = 2_000
"""Rows of a block of a matrix of distances."""


def squared(rows: Vectors, other: Vectors) -> Distances:
    """Squared distances of unit vectors, shape (rows, others), 0 to 4."""
    return np.asarray(np.clip(2.0 - 2.0 * (rows @ other.T), 0.0, 4.0), dtype=np.float32)


def nearest(rows: Vectors, others: Vectors) -> Distances:
    """The squared distance of each row to the nearest of `others`; infinite where there are none."""
    found = np.full(len(rows), np.inf, dtype=np.float32)
    if len(others):
        for start in range(0, len(rows), BLOCK):
            found[start : start + BLOCK] = squared(rows[start : start + BLOCK], others).min(axis=1)
    return found


def clusters(rows: Vectors, count: int, seed: int, weights: npt.NDArray[np.floating] | None = None) -> Numbers:
    """The number of each row's cluster (k-means; in small batches where there are many clusters or rows)."""
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    count = min(count, len(rows))
    if count <= 1:
        return np.zeros(len(rows), dtype=np.int64)
    if count <= 50 and len(rows) <= 5_000:
        model = KMeans(count, n_init=1, max_iter=50, random_state=seed)
    else:
        model = MiniBatchKMeans(
            count, n_init=1, max_iter=10, batch_size=1024, reassignment_ratio=0.0, init="random", random_state=seed
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different rows than clusters: some stay empty
        return np.asarray(model.fit_predict(rows, sample_weight=weights), dtype=np.int64)


def typicality(rows: Vectors, neighbours: int = 20) -> Distances:
    """How near the nearest other rows are: 1 / their mean distance (Hacohen et al. 2022), shape (rows,)."""
    near = min(neighbours, len(rows) - 1)
    if near < 1:
        return np.ones(len(rows), dtype=np.float32)
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        away = np.sqrt(squared(rows[start : start + BLOCK], rows))
        found[start : start + BLOCK] = np.partition(away, near, axis=1)[:, : near + 1].sum(axis=1) / near
    return 1.0 / (found + 1e-3)
