"""Streams with a planted shift: rows that a head is trained on, 500 rows of feedback, and rows that judge."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
FEEDBACK = 500


@dataclass(frozen=True)
class Stream:
    """Places of rows: trained on, told one by one after the shift, the next ones of the stream, and as before it."""

    train: Numbers
    told: Numbers
    after: Numbers
    old: Numbers
    frequent: Numbers | None = None  # of the old ones, those of classes that were frequent, after a flipped prior


def new_class(labels: npt.NDArray[np.str_], seed: int) -> Stream:
    """One class in eight is new, and a third of the stream."""
    rng = np.random.default_rng(seed)
    names = np.unique(labels)
    return _mixed(np.isin(labels, rng.permutation(names)[: max(1, len(names) // 8)]), rng)


def new_topic(vectors: npt.NDArray[np.float64], labels: npt.NDArray[np.str_], seed: int) -> Stream:
    """Of every class one of four clusters of its vectors is new, and a third of the stream."""
    from sklearn.cluster import KMeans

    held = np.zeros(len(labels), dtype=bool)
    for name in np.unique(labels):
        mine = np.flatnonzero(labels == name)
        if len(mine) >= 40:
            found = KMeans(4, random_state=seed, n_init=1).fit_predict(vectors[mine])
            held[mine[found == int(np.bincount(found).argmin())]] = True
    return _mixed(held, np.random.default_rng(seed))


def flipped_prior(labels: npt.NDArray[np.str_], seed: int) -> Stream:
    """Half of the classes are nine times as frequent before, the other half after."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.unique(labels))
    often = np.isin(labels, names[: len(names) // 2])
    order = rng.permutation(len(labels))
    kept = rng.random(len(labels)) < 1 / 9
    half = len(labels) // 2
    train = [i for i in order[:half] if often[i] or kept[i]]
    later = np.array([i for i in order[half:] if not often[i] or kept[i]])
    rest = order[int(np.flatnonzero(order == later[FEEDBACK - 1])[0]) + 1 :]  # of the rows before, part was told
    before = np.array([i for i in rest if often[i] or kept[i]])
    return Stream(np.array(train), later[:FEEDBACK], later[FEEDBACK:], before, before[often[before]])


def _mixed(fresh: npt.NDArray[np.bool_], rng: np.random.Generator) -> Stream:
    old, new = rng.permutation(np.flatnonzero(~fresh)), rng.permutation(np.flatnonzero(fresh))
    train, usual = np.split(old, [len(old) // 2])
    count = min(len(new), len(usual) // 2)
    later = rng.permutation(np.concatenate([new[:count], usual[: 2 * count]]))
    return Stream(train, later[:FEEDBACK], later[FEEDBACK:], usual)
