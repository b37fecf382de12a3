"""Weeks that begin on any day: a cycle of five weeks need not turn on a Monday.

Where it turns in the middle of calendar weeks, its high week is smeared over two of them, and most of what shows it is
gone.  So all seven days are tried as the first of a week, and the p-value is corrected for it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dongcha.insight.daily import Daily
from dongcha.insight.season import Season, likeliest, season
from dongcha.insight.series import Scaled, counts, rates

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class WeekCycle:
    """A cycle of `length` weeks of which the first begins on `first`; one of `tried` lengths and first days."""

    scaled: Scaled
    length: int
    first: date
    found: Season
    tried: int

    @property
    def phases(self) -> "Ints":
        """The phase of each week."""
        import numpy as np

        return np.arange(len(self.scaled.values)) % self.length


def week_cycle(one: Daily) -> WeekCycle | None:
    """The cycle of weeks that explains most, over all first days of a week; None where the series is too short."""
    import numpy as np

    starts = [_weeks(one, offset) for offset in range(WEEK)]
    likely = [likeliest(series, frozenset()) for series in starts]
    fits = [(each.p_value, offset, each) for offset, each in enumerate(likely) if each is not None]
    if not fits:
        return None
    _, offset, best = min(fits, key=lambda each: each[:2])
    series = starts[offset]
    found = season(series, np.arange(len(series.values)) % best.length, best.length)
    if found is None:
        return None
    return WeekCycle(series, best.length, one.first + timedelta(days=offset), found, best.tried * len(fits))


def _weeks(one: Daily, offset: int) -> Scaled:
    """The series by whole weeks from the day `offset` on."""
    import numpy as np

    weeks = (len(one.n) - offset) // WEEK
    inside = slice(offset, offset + weeks * WEEK)
    hits, n = (values[inside].reshape(weeks, WEEK).sum(axis=1) for values in (one.hits, one.n))
    return rates(hits, n) if one.is_rate else counts(n, np.full(weeks, float(WEEK)))
