"""The answers that were asked for last: large arrays that several proofs in a row ask for, and none after them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Recent(Generic[K, V]):
    """The last `most` answers by question; an older one is worked out again. Threads wait for each other.

    >>> known = Recent[str, int](1)
    >>> known.of("a", lambda: 1), known.of("a", lambda: 2), known.of("b", lambda: 3), known.of("a", lambda: 4)
    (1, 1, 3, 4)
    """

    most: int
    _made: dict[K, V] = field(default_factory=dict)
    _making: threading.RLock = field(default_factory=threading.RLock)

    def of(self, question: K, make: Callable[[], V]) -> V:
        """The answer, from `make` where it is not known."""
        with self._making:
            if question not in self._made:
                while len(self._made) >= self.most:
                    del self._made[next(iter(self._made))]
                self._made[question] = make()
            self._made[question] = found = self._made.pop(question)  # the last one asked for is the last one forgotten
            return found
