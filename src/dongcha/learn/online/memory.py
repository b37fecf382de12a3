"""What an online head goes on learning from: a bounded memory of rows, kept balanced by class.

Class-balancing reservoir (Chrysakis and Moens 2020, https://proceedings.mlr.press/v119/chrysakis20a.html): a full one
takes a row of a smaller class in the place of one of the largest, and one of the largest by a reservoir within it.  The
same rows in the same order are kept.
"""

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dongcha.core.checks import need
from dongcha.model.predictions import Floats

if TYPE_CHECKING:
    from dongcha.model.vectors import Vectors

Places = npt.NDArray[np.int64]


class Memory:
    """At most `size` rows: their vectors, the numbers of their classes, and their weights."""

    def __init__(self, size: int, seed: int = 0) -> None:
        need("memory", "size", size, size >= 1, "an integer of at least 1")
        self.size = size
        self.labels: Places = np.zeros(size, dtype=np.int64)
        self.weights: Floats = np.zeros(size)
        self._vectors: list[Vectors] = []  # each of shape (1, width)
        self._keys: list[Hashable] = []
        self._at: dict[Hashable, int] = {}
        self._of: dict[int, list[int]] = {}  # of each class, the places of its rows
        self._seen: dict[int, int] = {}
        self._random = np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self._vectors)

    def counts(self) -> dict[int, int]:
        """Rows kept of each class."""
        return {label: len(places) for label, places in sorted(self._of.items()) if places}

    def add(self, vector: "Vectors", label: int, weight: float = 1.0, key: Hashable = None) -> int | None:
        """Keep a row, and say where; None where it was left out.  A row of the same key is replaced: the last word."""
        place = None if key is None else self._at.get(key)
        if place is None:
            self._seen[label] = self._seen.get(label, 0) + 1
            place = self._room(label)
        if place is None:
            return None
        self._put(place, vector, key)
        self.labels[place], self.weights[place] = label, weight
        self._of.setdefault(label, []).append(place)
        return place

    def drop(self, key: Hashable) -> None:
        """Forget the row of that key, where there is one; the newest place moves into its own."""
        place = self._at.pop(key, None)
        if place is None:
            return
        self._of[int(self.labels[place])].remove(place)
        vector, moved, last = self._vectors.pop(), self._keys.pop(), len(self._vectors)
        if place == last:
            return
        self._vectors[place], self._keys[place] = vector, moved
        self.labels[place], self.weights[place] = self.labels[last], self.weights[last]
        places = self._of[int(self.labels[last])]
        places[places.index(last)] = place
        if moved is not None:
            self._at[moved] = place

    def rows(self, places: Places) -> "list[Vectors]":
        """The vectors of rows, each of shape (1, width)."""
        return [self._vectors[i] for i in places.tolist()]

    def draw(self, count: int) -> Places:
        """The places of so many rows at random, each as likely as any other; all where there are fewer."""
        if len(self) <= count:
            return np.arange(len(self))
        return self._random.choice(len(self), count, replace=False).astype(np.int64)

    def _room(self, label: int) -> int | None:
        """Where a new row of that class goes."""
        if len(self) < self.size:
            return len(self)
        own = self._of.get(label, [])
        largest = max(self._of, key=lambda one: (len(self._of[one]), -one))
        if len(own) < len(self._of[largest]):
            return self._any(self._of[largest])
        return self._any(own) if self._random.random() * self._seen[label] < len(own) else None

    def _any(self, places: list[int]) -> int:
        return places[int(self._random.integers(len(places)))]

    def _put(self, place: int, vector: "Vectors", key: Hashable) -> None:
        if place == len(self):
            self._vectors.append(vector)
            self._keys.append(key)
        else:
            self._of[int(self.labels[place])].remove(place)
            self._at.pop(self._keys[place], None)
            self._vectors[place], self._keys[place] = vector, key
        if key is not None:
            self._at[key] = place
