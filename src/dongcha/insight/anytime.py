"""Testing until the time is up: every pattern has its turns, what is about the most rows first.

Knows patterns as streams of claims.  Knows nothing of what the claims say.

A pattern gives its claims on whole columns before those on pairs, so that turns short against the budget leave unasked
what is about few rows.  When to stop follows from the clock and never from a p-value, so that Benjamini-Hochberg over
what was tried holds for it as for a table that had no other questions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from dongcha.insight.allowance import Allowance
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.grain import Level
from dongcha.insight.insight import Left
from dongcha.insight.uncollected import uncollected

FIRST = (
    "outstanding_mean",
    "over_time",
    "leader",
    "majority",
    "outstanding",
    "mean_trend",
    "correlation",
    "missing",
    "latest",
    "seasonality",
)
"""Patterns that are heard first: they are about whole columns, cost little, and tell the most.  The others follow."""

OnPattern = Callable[[int], None]


@dataclass(slots=True)
class _Stream:
    """A pattern and what it has claimed so far."""

    name: str
    claims: Iterator[Claim]
    given: list[Claim]
    begun: bool = False
    ended: bool = False

    def take(self, turn: Callable[[], Callable[[], bool]]) -> None:
        """Its next claims: one at least, and more until what `turn` gives, called once the first is there, is true.

        The first claim may have cost what those after it rest on; to leave them would waste it.
        """
        self.begun, over = True, None
        for claim in self.claims:
            self.given.append(claim)
            over = over or turn()
            if over():
                return
        self.ended = True


@uncollected()
def examined(at: Sequence[Level], time: Allowance, on_pattern: OnPattern) -> tuple[list[Claim], Left]:
    """All that was tested in the time, in the order of the patterns, and what was not.

    `on_pattern` hears at which of the patterns the work is.  With time enough it is the same as without a budget.
    """
    streams = [_Stream(name, _claims(name, at), []) for name in PATTERNS]
    if time.endless:
        for done, stream in enumerate(streams, 1):
            on_pattern(done)
            stream.take(lambda: bool)  # false for ever
    else:
        _in_turns(streams, time, on_pattern)
    tried = [claim for stream in streams for claim in stream.given]
    untouched = tuple(stream.name for stream in streams if not stream.begun)
    return tried, Left(untouched, tuple(stream.name for stream in streams if stream.begun and not stream.ended))


def _claims(name: str, at: Sequence[Level]) -> Iterator[Claim]:
    return (claim for level in at for claim in level.claims(PATTERNS.get(name)))


def _in_turns(streams: list[_Stream], time: Allowance, on_pattern: OnPattern) -> None:
    """Turn by turn, until all have ended or the time is up; the first turn is always had."""
    end, waiting = time.tests_end(), sorted(streams, key=_place)
    on_pattern(1)
    while waiting:
        for stream in list(waiting):
            stream.take(lambda: partial(_past, time, time.clock() + time.turn_s))
            if stream.ended:
                waiting.remove(stream)
                on_pattern(max(1, len(streams) - len(waiting)))
            if time.clock() >= end:
                return


def _past(time: Allowance, moment: float) -> bool:
    return time.clock() >= moment


def _place(stream: _Stream) -> int:
    return FIRST.index(stream.name) if stream.name in FIRST else len(FIRST)
