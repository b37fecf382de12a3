"""All counts and means that the patterns need, from few queries on small whole numbers.

Knows which categories and periods are looked at, and in which sets.  Knows nothing of tests.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dongcha.data.engine import served
from dongcha.data.periods import Periods, days_with_rows, fitting_periods
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.axis import axis
from dongcha.insight.coded import MOST_VALUES, Coded, coded, place
from dongcha.insight.facts import Facts, Values
from dongcha.insight.moments import MOST_CELLS as MOST_AVERAGED
from dongcha.insight.moments import Moments, Sums
from dongcha.insight.quantify import Correction, correction
from dongcha.insight.ranks import Ranks, Summing, in_memory
from dongcha.insight.served import MOST_GROUPS, on_server, served_facts
from dongcha.insight.tally import FEWEST_CELLS, MOST_CELLS, Counts, Tally, covering

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

__all__ = ["Counts", "Cube", "cube", "period_key"]

_NARROW, _MOST_NARROW = 60, 7  # values, columns
_MOST_CATEGORIES = 60  # of one table: their pairs are 1,770 sets
_FOLLOWED = 30  # values of a category that is averaged by period together with others
_RANKED_AT_ONCE = 1 << 16  # cells

Names = tuple[str, ...]


def period_key(time: Periods) -> str:
    """The name of the dimension that holds the periods of one grain."""
    return f"__{time.grain}__"


@dataclass(frozen=True, slots=True)
class Cube:
    """What patterns ask of a table without reading its rows again.

    - `counts[names]`: rows by every category, pair of categories, triple of small ones, period (`period_key`), and
      category with period, as `keys` and `cells` or as an array.  `for names in counts` costs nothing; a set is
      counted when it is first asked for, so ask only for what you test (`counts.items()` counts all).
    - `sums(*names)`: `Moments` of every measure by any breakdown of categories and period keys, one, two or more of
      them, or none for the whole table: rows with the measure, means, squared deviations.  Worked out once and kept.
    - `rank_sums(category)`: sums of ranks (0..1) and of their squares, for tests on ranks.
    - `correlation(x, y)`: rows, Spearman's coefficient and the variance of the products of ranks of two measures.
    - `daily(category)`: rows by day, without or with a category.
    """

    table: Table
    rows: int
    categories: tuple[str, ...]
    times: tuple[Periods, ...]  # every grain that fits, the finest first
    counts: Mapping[Names, Counts]
    corrections: dict[str, Correction | None] = field(default_factory=dict)  # of the categories that a model read
    days: tuple[dt.date, ...] = ()  # the days that have rows
    sample: Table | None = None  # of a table that lies in a database, the rows that were brought
    kept: "_Kept | None" = None

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures, in the order of the columns."""
        return self._held.sums.coded.measures

    def sums(self, *names: str) -> Moments:
        """The moments of every measure by `names`: categories and period keys.

        `cube.sums("region", period_key(time)).of("price")` is three arrays of shape (regions, periods).
        """
        return self._held.sums.of(names)

    def rank_sums(self, category: str) -> tuple["Floats", "Floats"]:
        """The sums of ranks (0..1, of all rows) and of their squares, shape (measures, values of the category) each."""
        return self._held.ranks.sums(self._held.ranked_at_once, category)

    def correlation(self, x: str, y: str) -> tuple[int, float, float]:
        """Rows with both measures, Spearman's coefficient (NaN where undefined), and the variance of the products."""
        return self._held.ranks.correlation(self.measures.index(x), self.measures.index(y))

    def daily(self, category: str | None = None) -> tuple["Ints", "Ints", "Ints"]:
        """Of each cell with rows: the place of its value in `counts[(category,)].values[0]`, of its day, its rows."""
        return self._held.tally.daily(category)

    def work(self) -> Iterator[Callable[[], object]]:
        """What can be worked out before it is asked for, in about the order in which patterns ask for it."""
        yield from self._held.tally.count()
        yield from self._held.sums.average()
        yield from self._held.ranks.work(self._held.ranked_at_once)

    @property
    def ranks(self) -> Ranks:
        """The measures by rank."""
        return self._held.ranks

    @property
    def coded(self) -> Coded | None:
        """The rows as codes, where they are in this process."""
        rows = self._held.tally.coded
        return rows if isinstance(rows, Coded) else None

    @property
    def at_hand(self) -> Table:
        """The rows that lie in this process: those of the table, or a sample of one that lies in a database."""
        return self.table if self.sample is None else self.sample

    @property
    def _held(self) -> "_Kept":
        assert self.kept is not None, "a cube is made by cube()"
        return self.kept


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """Where the answers come from."""

    tally: Tally
    sums: Sums
    ranks: Ranks
    ranked_at_once: tuple[Names, ...]


def cube(table: Table, sample: Table | None = None) -> Cube:
    """The counts and means of `table`: its categories, periods and measures; rows are read once.

    `sample` holds rows of a table that lies in a database.  Raises `DataError` where a column of times holds none.
    """
    at = axis(table)
    dated = days_with_rows(table, at) if at else []
    grains = fitting_periods(at, dated) if at else ()
    found = _categories(table)
    days = tuple(day for day, _ in dated)
    facts, summed = _facts(table, found, [(period_key(time), time) for time in grains], days)
    keys = [period_key(time) for time in grains]
    columns = [*found, *keys]
    pairs = [pair for pair in itertools.combinations(columns, 2) if not set(pair) <= set(keys)]
    triples = list(itertools.combinations(_narrow(found), 3))
    sets = (*((name,) for name in columns), *pairs, *triples)
    of_categories = [names for names in (*triples, *pairs, *((name,) for name in found)) if not set(names) & set(keys)]
    most = max(FEWEST_CELLS, min(MOST_GROUPS if served(table.expr) else MOST_CELLS, facts.rows))
    periods = {key: place(time, days) for key, time in zip(keys, grains, strict=True)}
    tally = Tally(facts, sets, covering(facts, of_categories, most), periods)
    kept = _Kept(tally, _sums(facts, found, grains), Ranks(facts, summed), _ranked_at_once(facts, found))
    return Cube(table, facts.rows, tuple(found), grains, tally, _corrections(table, found), days, sample, kept)


def _facts(
    table: Table, found: Mapping[str, Values], times: Sequence[tuple[str, Periods]], days: Sequence[dt.date]
) -> tuple[Facts, Summing]:
    """The rows as codes in the engine of this process, or asked where they lie."""
    if served(table.expr):
        lying = served_facts(table, found, times, days)
        return lying, on_server(lying)
    made = coded(table, found, times, days)
    return made, in_memory(made)


def _sums(facts: Facts, found: Mapping[str, Values], grains: Sequence[Periods]) -> Sums:
    """Months tell quarters and years, and days all: what is averaged by the finest grain is averaged by the others."""
    finest = {time.grain: time for time in grains}
    base = next((finest[grain] for grain in ("day", "month", "quarter") if grain in finest), None)
    parts = {
        period_key(time): (period_key(base), place(time, base.starts))
        for time in grains
        if base is not None and time is not base and (time.grain != "week" or base.grain == "day")
    }
    keys = [period_key(time) for time in grains if period_key(time) not in parts]
    small = [name for name, values in found.items() if len(values) <= _FOLLOWED]
    wanted = [*itertools.product(small, keys), *((key,) for key in keys), *((name,) for name in found)]
    return Sums(facts, covering(facts, wanted, MOST_AVERAGED), parts)


def _ranked_at_once(facts: Facts, found: Mapping[str, Values]) -> tuple[Names, ...]:
    """The categories packed into few blocks, each with cells enough for one pass."""
    blocks: list[Names] = []
    for name in sorted(found, key=lambda name: len(found[name])):
        if blocks and facts.size((*blocks[-1], name)) <= _RANKED_AT_ONCE:
            blocks[-1] = (*blocks[-1], name)
        else:
            blocks.append((name,))
    return tuple(blocks)


def _corrections(table: Table, found: Mapping[str, Values]) -> dict[str, Correction | None]:
    """How to correct each category that a model read; None where its errors are not known."""
    made: dict[str, Correction | None] = {}
    for name, values in found.items():
        by = table.schema[name].read_by
        if by is not None:
            how = correction(by.confusion) if by.confusion else None
            known = how is not None and {str(value) for value in values} <= set(how.values)
            made[name] = how if known else None
    return made


def _narrow(found: Mapping[str, Values]) -> list[str]:
    """The categories with the fewest values, in order: those that are also counted three at a time."""
    few = sorted((len(values), name) for name, values in found.items() if len(values) <= _NARROW)
    kept = {name for _, name in few[:_MOST_NARROW]}
    return [name for name in found if name in kept]


def _categories(table: Table) -> dict[str, Values]:
    """The values, as texts in order, of each category with 2 to 400 of them."""
    import ibis

    named = [c.name for c in table.schema.of(Role.CATEGORY, Role.LABEL)][:_MOST_CATEGORIES]
    if not named:
        return {}
    asked: list[ir.Table] = []
    for at, name in enumerate(named):
        texts = table.expr.select(value=table.expr[name].cast("string"))
        distinct = texts.filter(texts.value.notnull()).distinct().limit(MOST_VALUES + 1)
        asked.append(distinct.mutate(at=ibis.literal(at, "int32")))
    found: dict[str, list[str]] = {name: [] for name in named}
    for row in ibis.union(*asked).to_pyarrow().to_pylist() if len(asked) > 1 else asked[0].to_pyarrow().to_pylist():
        found[named[row["at"]]].append(row["value"])
    return {name: tuple(sorted(values)) for name, values in found.items() if 2 <= len(values) <= MOST_VALUES}
