"""Answers that are worked out once, by whichever thread asks first; another that asks meanwhile waits for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Once(Generic[K, V]):
    """Answers by question, each kept for good.

    >>> known = Once[str, int]()
    >>> known.of("a", lambda: 1), known.of("a", lambda: 2)
    (1, 1)
    """

    _made: dict[K, V] = field(default_factory=dict)
    _making: dict[K, threading.RLock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def of(self, question: K, make: Callable[[], V]) -> V:
        """The answer, from `make` where it is not known; what that raises is raised, and asked anew the next time."""
        if question not in self._made:
            with self._guard:
                lock = self._making.setdefault(question, threading.RLock())
            with lock:
                if question not in self._made:
                    self._made[question] = make()
        return self._made[question]
