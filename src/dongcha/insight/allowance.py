"""How a budget of seconds is spent: most of it on tests, the rest on proofs.

Knows a clock.  Knows nothing of patterns.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dongcha.core.checks import need

Clock = Callable[[], float]
T = TypeVar("T")

TESTS = 0.6
"""The part of the budget after which nothing more is tested: the rest is for choosing, proving and wording."""
LEAST_TESTS = 0.2
"""The part that tests get at least, however long the rows took to be read and coded."""
LEAST_PROOFS = 0.2
TURNS = 60
"""Turns that a whole budget holds."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The seconds from `start` on by `clock`, or no end to them where `budget_s` is None."""

    budget_s: float | None
    clock: Clock
    start: float

    @property
    def endless(self) -> bool:
        """Whether there is no budget."""
        return self.budget_s is None

    @property
    def turn_s(self) -> float:
        """How long one pattern has its turn before the next is heard."""
        return math.inf if self.budget_s is None else self.budget_s / TURNS

    def tests_end(self) -> float:
        """The moment when testing, which begins now, is to stop."""
        return self._end(TESTS, LEAST_TESTS)

    def proofs_end(self) -> float:
        """The moment when proving, which begins now, is to stop."""
        return self._end(1.0, LEAST_PROOFS)

    def proven(self, chosen: Sequence[T], end: float) -> Iterator[T]:
        """Those of `chosen` that there is time to prove until `end`, in order: the first of them always."""
        for at, one in enumerate(chosen):
            if at and self.clock() >= end:
                return
            yield one

    def _end(self, part: float, least: float) -> float:
        if self.budget_s is None:
            return math.inf
        return max(self.start + part * self.budget_s, self.clock() + least * self.budget_s)


def allowance(budget_s: float | None, clock: Clock) -> Allowance:
    """The allowance of a mining that begins now; raises `ConfigError` for a budget that is not above 0."""
    need("mine", "budget_s", budget_s, budget_s is None or budget_s > 0, "above 0")
    return Allowance(budget_s, clock, clock())
