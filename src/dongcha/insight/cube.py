"""All counts that the patterns need, from one grouping-sets query.

Knows categories and periods.  Knows nothing of tests.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dongcha.data.engine import engine, fresh_name
from dongcha.data.periods import Periods, all_periods
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.quantify import Correction, correction

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MOST_VALUES = 400
_NARROW, _MOST_NARROW = 60, 7  # values, columns
_MOST_CATEGORIES = 60  # GROUPING_ID has 64 bits


def period_key(time: Periods) -> str:
    """The name of the dimension that holds the periods of one grain."""
    return f"__{time.grain}__"


@dataclass(frozen=True, slots=True)
class Counts:
    """`cells[i]` rows have `keys[i]`: one value of each of `dimensions`.  Missing values have none."""

    dimensions: tuple[str, ...]
    keys: tuple[tuple[object, ...], ...]
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cube:
    """Counts of all categories, their pairs, and each with the periods of the first time column, at every grain."""

    table: Table
    rows: int
    categories: tuple[str, ...]
    times: tuple[Periods, ...]  # every grain that fits, the finest first
    counts: dict[tuple[str, ...], Counts]
    corrections: dict[str, Correction | None] = field(default_factory=dict)  # of the categories that a model read


def cube(table: Table) -> Cube:
    """Count the rows of `table` by every category, pair, triple of small ones, period, and category with period."""
    axis = _axis(table)
    grains = all_periods(table, axis) if axis else ()
    names = _categories(table)
    columns: dict[str, ir.Value] = {name: table.expr[name].cast("string") for name in names}
    columns |= {period_key(time): time.start_of(table.expr) for time in grains}
    if not columns:
        return Cube(table, table.rows, (), (), {})
    view = fresh_name("cube")
    engine().create_table(view, table.expr.select(**columns))
    keys = [period_key(time) for time in grains]
    pairs = [pair for pair in itertools.combinations(columns, 2) if not set(pair) <= set(keys)]
    sets = [*((name,) for name in columns), *pairs, *itertools.combinations(_narrow(table, names), 3)]
    counts = _count(view, list(columns), sets)
    engine().drop_table(view)
    return Cube(table, table.rows, tuple(names), grains, counts, _corrections(table, names, counts))


def _corrections(
    table: Table, names: Sequence[str], counts: dict[tuple[str, ...], Counts]
) -> dict[str, Correction | None]:
    """How to correct each category that a model read; None where its errors are not known."""
    found: dict[str, Correction | None] = {}
    for name in names:
        by = table.schema[name].read_by
        if by is not None:
            how = correction(by.confusion) if by.confusion else None
            known = how is not None and {str(key[0]) for key in counts[(name,)].keys} <= set(how.values)
            found[name] = how if known else None
    return found


def _axis(table: Table) -> str | None:
    """The time along which rows are counted: the start of a duration, since ends are still to come, or the first."""
    starts = [column.between[0] for column in table.schema if column.between]
    times = [column.name for column in table.schema.of(Role.TIME)]
    # A time of a joined table says when its row began, not when the row that is counted did.
    return min([*starts, *times], key=lambda name: table.schema[name].table is not None, default=None)


def _count(view: str, columns: Sequence[str], sets: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], Counts]:
    from sqlglot import exp

    def tuple_of(names: Sequence[str]) -> exp.Tuple:
        return exp.Tuple(expressions=[exp.column(name, quoted=True) for name in names])

    ids = exp.func("GROUPING_ID", *tuple_of(columns).expressions)
    counted = exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True)
    query = exp.select(*tuple_of(columns).expressions, exp.alias_(ids, "set", quoted=True), counted)
    query = query.from_(exp.to_table(view))
    grouped = exp.GroupingSets(expressions=[tuple_of(names) for names in sets])
    query.set("group", exp.Group(grouping_sets=[grouped]))
    rows = engine().con.execute(query.sql("duckdb")).fetchall()
    places = {names: [columns.index(name) for name in names] for names in sets}
    of_id = {_set_id(columns, names): names for names in sets}
    found: dict[tuple[str, ...], list[tuple[tuple[object, ...], int]]] = {names: [] for names in sets}
    for *cells, number, n in rows:
        names = of_id[number]
        key = tuple(cells[at] for at in places[names])
        if None not in key:
            found[names].append((key, n))
    return {names: _sorted(names, cells) for names, cells in found.items()}


def _set_id(columns: Sequence[str], names: tuple[str, ...]) -> int:
    """What GROUPING_ID gives for a set: one bit a column, the first the highest, 1 where it is not grouped by."""
    return sum((name not in names) << place for place, name in enumerate(reversed(columns)))


def _sorted(names: tuple[str, ...], cells: list[tuple[tuple[object, ...], int]]) -> Counts:
    ordered = sorted(cells, key=lambda cell: tuple(map(str, cell[0])))
    return Counts(names, tuple(key for key, _ in ordered), tuple(n for _, n in ordered))


def _narrow(table: Table, names: list[str]) -> list[str]:
    """The categories with the fewest values, in order: those that are also counted three at a time."""
    if len(names) < 3:
        return []
    sizes = table.expr.aggregate(**{name: table.expr[name].nunique() for name in names}).to_pyarrow().to_pylist()[0]
    few = sorted((name for name in names if sizes[name] <= _NARROW), key=lambda name: (sizes[name], name))
    return [name for name in names if name in few[:_MOST_NARROW]]


def _categories(table: Table) -> list[str]:
    named = [c.name for c in table.schema.of(Role.CATEGORY, Role.LABEL)][:_MOST_CATEGORIES]
    if not named:
        return []
    counted = table.expr.aggregate(**{name: table.expr[name].nunique() for name in named}).to_pyarrow().to_pylist()[0]
    return [name for name in named if 2 <= counted[name] <= _MOST_VALUES]
