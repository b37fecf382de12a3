"""Series by the day over the whole time, for the seasons that the grains of the cube cannot show.

The cube has days only up to two months, and months only up to five years.

Days without rows count: they are a part of a season.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.table import Table
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Subject

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Ints = npt.NDArray[np.int64]

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
    days, rows = _counted(cube.table, column, None)
    if not len(days):
        return
    first, size = int(days.min()), int(days.max() - days.min()) + 1
    if size > MOST_DAYS:
        return
    start = dt.date(1970, 1, 1) + dt.timedelta(days=first)
    whole: Floats = np.bincount(days - first, weights=rows[1], minlength=size).astype(float)
    yield Daily(Subject(None, "count", (column,), grain="day"), start, whole, whole)
    for name in cube.categories:
        values = [str(key[0]) for key in cube.counts[(name,)].keys]
        if len(values) > MOST_VALUES:
            continue
        days, (codes, counts) = _counted(cube.table, column, (name, values))
        cells = np.bincount((days - first) * len(values) + codes, weights=counts, minlength=size * len(values))
        by_value: Floats = cells.reshape(size, len(values)).astype(float)
        rarest = int(by_value.sum(axis=0).argmin())  # of two answers the rarer one, the other is its mirror
        for at in [rarest] if len(values) == 2 else range(len(values)):
            subject = Subject(name, "rate", (column,), grain="day", category=values[at])
            yield Daily(subject, start, by_value[:, at], by_value.sum(axis=1))


def _counted(table: Table, column: str, by: tuple[str, list[str]] | None) -> "tuple[Ints, tuple[Ints, Ints]]":
    """Days since 1970, each with the place of its value in the list and its rows."""
    import numpy as np
    import pyarrow as pa

    known = table.expr.filter(table.expr[column].notnull())
    if by is not None:
        known = known.filter(known[by[0]].notnull())
    day = known[column].cast("timestamp").cast("date")
    keys = {"day": day} if by is None else {"day": day, "value": known[by[0]].cast("string")}
    named = known.select(**keys)
    found = named.group_by(*keys).agg(n=named.count()).to_pyarrow()
    days = found.column("day").cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    counts = found.column("n").to_numpy().astype(np.int64)
    places = {value: place for place, value in enumerate(by[1])} if by else {}
    codes = [places[value] for value in found.column("value").to_pylist()] if by else [0] * len(days)
    return days, (np.array(codes, dtype=np.int64), counts)
