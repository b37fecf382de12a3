"""A series without its season: what a trend, a change of level and an outlier are looked for in.

Knows which seasons hold.  A season is taken out where its own p-value, not corrected for other series, is at most 0.01:
to take one out that is none costs a few degrees of freedom, to leave one in makes findings that are none.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dongcha.insight.season import Season, calendar, learned, season, without
from dongcha.insight.series import Scaled
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

HOLDS = 0.01
KEPT = 1 << 12  # series whose seasons are remembered


@dataclass(frozen=True, slots=True)
class Settled:
    """The series that is left, and what the seasons add to each period, both on the scale, shape (periods,)."""

    series: Scaled
    season: "Floats"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A season of a timeline: its length, the phase of each period, and the test, chosen from `tried` lengths."""

    length: int
    phases: "npt.NDArray[np.int64]"
    found: Season
    tried: int = 1

    @property
    def p_value(self) -> float:
        """The p-value, corrected for the lengths tried."""
        return min(1.0, self.found.p_value * self.tried)


def settled(one: Timeline) -> Settled:
    """The series without the season that the calendar gives and the one that the data shows, where they hold."""
    import numpy as np

    series = one.scaled
    left = series
    for find in (by_calendar, by_data):
        cycle = find(one, left)
        if cycle is not None and cycle.p_value <= HOLDS and _enough(left, cycle.length):
            left = without(left, cycle.phases, cycle.found)
    return Settled(left, np.asarray(series.values - left.values))


def _enough(series: Scaled, length: int) -> bool:
    """Whether degrees of freedom are left for the tests that follow."""
    return len(series.values) - series.spent - length >= 4


def by_calendar(one: Timeline, series: Scaled) -> Cycle | None:
    """The season of weekdays, months or quarters, whether it holds or not; None where the grain or time has none."""
    return _by_calendar(_Series(series, one.time.grain, one.starts[0]))


def by_data(one: Timeline, series: Scaled) -> Cycle | None:
    """The season of the length that explains most, other than the calendar's; None where the series is too short."""
    return _by_data(_Series(series, one.time.grain, one.starts[0]))


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """A series from its first period on, equal to one with the same content: several patterns ask for its seasons."""

    series: Scaled
    grain: str
    first: str

    def __hash__(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Series) and self._content == other._content

    @property
    def _content(self) -> tuple[object, ...]:
        series = self.series
        return self.grain, self.first, series.spent, series.values.tobytes(), series.weights.tobytes()

    @property
    def calendar(self) -> "tuple[int, npt.NDArray[np.int64]] | None":
        import numpy as np

        return calendar(self.grain, np.datetime64(self.first), len(self.series.values))


@lru_cache(maxsize=KEPT)
def _by_calendar(one: _Series) -> Cycle | None:
    known = one.calendar
    found = season(one.series, known[1], known[0]) if known else None
    return Cycle(known[0], known[1], found) if known and found else None


@lru_cache(maxsize=KEPT)
def _by_data(one: _Series) -> Cycle | None:
    import numpy as np

    known = one.calendar
    best = learned(one.series, frozenset({known[0]} if known else ()))
    if best is None:
        return None
    length, tried, found = best
    return Cycle(length, np.arange(len(one.series.values)) % length, found, tried)
