"""Series by the day over the whole time, for the seasons that the grains of the cube cannot show.

The cube has days only up to two months, and months only up to five years.

Days without rows count: they are a part of a season.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.cube import Cube
from dongcha.insight.insight import Subject

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

MOST_DAYS = 20_000
"""Days that a table may span, some 55 years: beyond, a date is wrong more often than a season is right."""
MOST_VALUES = 60
"""Values of a category whose shares are followed by the day."""


@dataclass(frozen=True, slots=True)
class Daily:
    """`hits` of `n` rows on each day from `first` on, both of shape (days,): of a count both are the rows."""

    subject: Subject
    first: dt.date
    hits: "Floats"
    n: "Floats"

    @property
    def is_rate(self) -> bool:
        """Whether it is a share, 0..1, and not a count."""
        return self.subject.aggregation == "rate"

    @property
    def rarest(self) -> float:
        """Mean rows a day that the series rests on: of a share, with the category or without, whichever is rarer."""
        return float(min(self.hits.mean(), (self.n - self.hits).mean())) if self.is_rate else float(self.n.mean())


def daily(cube: Cube) -> Iterator[Daily]:
    """The number of rows by the day, and the share of each common category; nothing where the table spans too long."""
    import numpy as np

    if not cube.times:
        return
    column = cube.times[0].column
    start, size = cube.days[0], (cube.days[-1] - cube.days[0]).days + 1
    if size > MOST_DAYS:
        return
    place = np.array([(day - start).days for day in cube.days])
    _, days, rows = cube.daily()
    whole: Floats = np.bincount(place[days], weights=rows, minlength=size).astype(float)
    yield Daily(Subject(None, "count", (column,), grain="day"), start, whole, whole)
    for name in cube.categories:
        values = [str(value) for value in cube.counts[(name,)].values[0]]
        if len(values) > MOST_VALUES:
            continue
        codes, days, rows = cube.daily(name)
        cells = np.bincount(place[days] * len(values) + codes, weights=rows, minlength=size * len(values))
        by_value: Floats = cells.reshape(size, len(values)).astype(float)
        rarest = int(by_value.sum(axis=0).argmin())  # of two answers the rarer one, the other is its mirror
        for at in [rarest] if len(values) == 2 else range(len(values)):
            subject = Subject(name, "rate", (column,), grain="day", category=values[at])
            yield Daily(subject, start, by_value[:, at], by_value.sum(axis=1))
