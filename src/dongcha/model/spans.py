"""Entities and tags counted sentence by sentence, as conlleval (and seqeval's default mode) counts them.

An entity is right where type, first and last word are.  Knows counts; knows nothing of models.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from dongcha.data.iob import type_of
from dongcha.model.predictions import Floats

Ints = npt.NDArray[np.int64]
Tags = Sequence[Sequence[str]]
"""Tags of the words of some sentences."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What was right, said and true, each of shape (sentences, names)."""

    names: tuple[str, ...]
    right: Ints
    said: Ints
    true: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Flat:
    """The tags of all sentences in a row, as numbers of `names`; `sentence` is the number of each word's sentence."""

    names: tuple[str, ...]
    sentence: Ints
    true: Ints
    said: Ints
    rows: int


def _flat(truth: Tags, said: Tags) -> _Flat:
    sizes = [len(tags) for tags in truth]
    assert sizes == [len(tags) for tags in said], "truth and answers are of the same words"
    names = tuple(sorted({*chain.from_iterable(truth), *chain.from_iterable(said)}))
    place = {name: i for i, name in enumerate(names)}
    both = [np.array([place[tag] for tag in chain.from_iterable(tags)], dtype=np.int64) for tags in (truth, said)]
    return _Flat(names, np.repeat(np.arange(len(sizes)), sizes), both[0], both[1], len(sizes))


def token_counts(truth: Tags, said: Tags) -> Counted:
    """Counts of the tags that occur in the truth or the answers, `O` among them."""
    flat = _flat(truth, said)
    shape = (flat.rows, len(flat.names))
    keys = flat.sentence * shape[1]
    right = flat.true == flat.said
    return Counted(
        flat.names,
        _table((keys + flat.true)[right], shape),
        _table(keys + flat.said, shape),
        _table(keys + flat.true, shape),
    )


def entity_counts(truth: Tags, said: Tags) -> Counted:
    """Counts of the entities of each type that occurs in the truth or the answers."""
    flat = _flat(truth, said)
    types = tuple(sorted({type_of(name) for name in flat.names} - {""}))
    true, found = (_entities(flat, tags, types) for tags in (flat.true, flat.said))
    shape = (flat.rows, len(types))
    end_of = np.full(len(flat.true) + 1, -1, dtype=np.int64)
    type_at = end_of.copy()
    end_of[true[0]], type_at[true[0]] = true[1], true[2]
    right = (end_of[found[0]] == found[1]) & (type_at[found[0]] == found[2])

    def counts(start: Ints, kind: Ints) -> Ints:
        return _table(flat.sentence[start] * max(1, shape[1]) + kind, shape)

    return Counted(
        types, counts(found[0][right], found[2][right]), counts(found[0], found[2]), counts(true[0], true[2])
    )


def _entities(flat: _Flat, tags: Ints, types: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
    """First word, last word and type of each entity."""
    place = {name: i for i, name in enumerate(types)}
    kinds = np.array([place.get(type_of(name), -1) for name in flat.names], dtype=np.int64)
    opens = np.array([name[0] == "B" for name in flat.names], dtype=bool)
    kind, opened = kinds[tags], opens[tags]
    if not len(tags):
        return kind, kind, kind
    apart = np.concatenate([[True], (kind[1:] != kind[:-1]) | (flat.sentence[1:] != flat.sentence[:-1])])
    begins = (kind >= 0) & (opened | apart)
    last = (kind >= 0) & np.concatenate([apart[1:] | begins[1:], [True]])
    start = np.flatnonzero(begins)
    return start, np.flatnonzero(last), kind[start]


def _table(keys: Ints, shape: tuple[int, int]) -> Ints:
    return np.bincount(keys, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)


def f1(right: Floats | Ints, said: Floats | Ints, true: Floats | Ints) -> Floats:
    """F1 of counts, 0 where there is nothing."""
    return np.asarray(2.0 * right / np.maximum(said + true, 1), dtype=np.float64)


def resampled(columns: Floats, resamples: int, seed: int, at_once: int = 50) -> Floats:
    """Sums of columns (sentences, …) over sentences drawn with replacement, shape (resamples, …)."""
    rows, random, found = len(columns), np.random.default_rng(seed), []
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = random.integers(0, rows, (size, rows)) + rows * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * rows).reshape(size, rows)
        found.append(times.astype(np.float64) @ columns)
    return np.concatenate(found)
