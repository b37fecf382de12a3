"""Series of a table over its periods, and the query that proves one.

A series is the number of rows, or the share of rows with one category, in each period.  Only complete periods are
tested; the evidence also shows the incomplete ones, marked.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.cube import Cube, period_key
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Cell, Evidence, Subject
from dongcha.insight.quantify import Correction, rate_contrast
from dongcha.insight.series import FEWEST, Scaled, counts, rates

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.series import Floats

MIN_HITS = 5.0
"""Mean rows a period that a category needs for its share to be followed."""

Extra = Callable[["ir.Table"], "dict[str, ir.Value]"]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Rows read as each value in each complete period, shape (values, periods), and how to correct them."""

    how: Correction
    rows: "Floats"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A series with where it comes from: `hits` of `n` rows in each complete period, both of shape (periods,)."""

    cube: Cube
    time: Periods
    subject: Subject
    hits: "Floats"
    n: "Floats"
    read: "Read | None" = None
    said: "Callable[[ir.Table], ir.BooleanValue] | None" = None  # whether a row counts, where no value of a column does

    @property
    def scaled(self) -> Scaled:
        """The series on the scale on which it is tested."""
        return rates(self.hits, self.n) if self.is_rate else counts(self.hits, self.days)

    @property
    def is_rate(self) -> bool:
        """Whether it is a share, 0..1, and not a count."""
        return self.subject.aggregation in ("rate", "said")

    @property
    def days(self) -> "Floats":
        """Days of each complete period."""
        import numpy as np

        pairs = zip(self.time.days, self.time.complete, strict=True)
        return np.array([days for days, whole in pairs if whole], dtype=float)

    @property
    def starts(self) -> list[str]:
        """The complete periods by the ISO date of their first day."""
        pairs = zip(self.time.starts, self.time.complete, strict=True)
        return [day.isoformat() for day, whole in pairs if whole]

    @property
    def values(self) -> "Floats":
        """What a reader sees: rows, or the share."""
        import numpy as np

        return self.hits / np.maximum(self.n, 1) if self.is_rate else self.hits

    def held(self, p: float, later: "slice") -> float:
        """The p-value of a difference between the periods `later` and the others, also where errors are corrected."""
        import numpy as np

        if self.read is None:
            return p
        there = np.zeros(len(self.n), dtype=bool)
        there[later] = True
        inside, outside = (self.read.rows[:, side].sum(axis=1) for side in (there, ~there))
        found = rate_contrast(self.read.how, self.subject.category, inside, outside)
        raw = self.hits[there].sum() / max(self.n[there].sum(), 1) - self.hits[~there].sum() / max(
            self.n[~there].sum(), 1
        )
        return max(p, found.p_value) if raw * found.difference > 0 else 1.0

    def unscaled(self, value: float, at: int) -> float:
        """A value of the scale as rows in period `at`, or as a share."""
        import numpy as np

        if self.is_rate:
            return float(np.sin(min(max(value, 0.0), np.pi / 2)) ** 2)
        return float(max(value, 0.0) ** 2 * self.days[at])

    def prove(self, extra: Extra) -> Evidence:
        """One row a period: `period`, `value`, `n`, `complete`, and the columns that `extra` adds."""
        time, measure, category = self.time, self.subject.measure, self.subject.category
        partial = [d for d, whole in zip(time.starts, time.complete, strict=True) if not whole]

        def query(data: "ir.Table") -> "ir.Table":
            import ibis

            kept = data.filter(data[time.column].notnull())
            if measure is not None:
                kept = kept.filter(kept[measure].notnull())
                hit = self.said(kept) if self.said else kept[measure].cast("string") == category
            else:
                hit = ibis.literal(True)
            cut = kept.select(period=time.start_of(kept), hit=hit.cast("int64"))
            found = cut.group_by("period").agg(hits=cut.hit.sum(), n=cut.count())
            found = with_empty(found, data, self.empty)
            value = found.hits / found.n.nullif(0) if self.is_rate else found.hits
            whole = ~found.period.isin(partial) if partial else ibis.literal(True)
            found = found.mutate(value=value, complete=whole)
            found = found.mutate(**extra(found))
            return found.drop("hits").order_by("period")

        return evidence(self.cube.table if self.said is None else self.cube.at_hand, query)

    @property
    def empty(self) -> list[str]:
        """The complete periods without a row, which counting alone would not show."""
        return [day for day, n in zip(self.starts, self.n, strict=True) if not n]

    def row(self, found: Evidence, at: int) -> Mapping[str, Cell]:
        """The row of a complete period."""
        return next(row for row in found.rows if row["period"] == self.starts[at])


def with_empty(found: "ir.Table", data: "ir.Table", days: list[str]) -> "ir.Table":
    """The counts with a line of zeros for each of the days."""
    import ibis

    if not days:
        return found
    spine = data.limit(1).select(period=ibis.array([ibis.date(day) for day in days]).unnest())
    zero = spine.mutate(hits=ibis.literal(0, found.hits.type()), n=ibis.literal(0, found.n.type()))
    return found.union(zero)


def timelines(cube: Cube) -> Iterator[Timeline]:
    """The number of rows over time, and the share of each category that is common enough, at every grain."""
    for time in cube.times:
        if sum(time.complete) >= FEWEST:
            yield from _at_grain(cube, time)


def _at_grain(cube: Cube, time: Periods) -> Iterator[Timeline]:
    import numpy as np

    key, whole = period_key(time), np.array(time.complete)
    rows: Floats = cube.counts[(key,)].array[whole].astype(float)
    yield Timeline(cube, time, Subject(None, "count", (time.column,), grain=time.grain), rows, rows)
    for name in cube.categories:
        pair = cube.counts[(name, key)]
        cells: Floats = pair.array[:, whole].astype(float)
        n = cells.sum(axis=0)
        lines = {str(value): cells[at] for at, value in enumerate(pair.values[0]) if pair.array[at].any()}
        values, none = list(lines), np.zeros(len(n))
        read = None
        if how := cube.corrections.get(name):
            read = Read(how, np.array([lines.get(value, none) for value in how.values]))
        for value in values[:1] if len(values) == 2 else values:  # the other of two tells the same, mirrored
            hits = lines[value]
            if min(hits.mean(), (n - hits).mean()) >= MIN_HITS:
                subject = Subject(name, "rate", (time.column,), grain=time.grain, category=value)
                yield Timeline(cube, time, subject, hits, n, read)
