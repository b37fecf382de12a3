"""How often each column is missing in each group and period, from one grouping-sets query.

Knows which columns are worth asking about: missing in 1 to 99 % of the rows, and not so by definition.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.engine import engine, fresh_name, served
from dongcha.data.periods import Periods
from dongcha.insight.coded import DATE
from dongcha.insight.cube import Cube, period_key
from dongcha.insight.facts import Values

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

PARTLY = (0.01, 0.99)
FEWEST = 20
"""Rows in which a column is missing, and in which it is known."""

MOST_COLUMNS = 40  # their bits fit in a whole number of 64
LIKE_A_YEAR = 12
"""The grain that gives about as many periods is the one that is asked."""

TOGETHER = 0.9
"""Part of the rows in which either of two columns is missing where both are, from which on that is one fact."""

_PATTERN, _CASES = "__missing__", 62


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows and missing values by group: `n[g]` rows have `values[g]`; in `gone[g, c]` of them column c is missing."""

    values: tuple[object, ...]
    n: "Floats"
    gone: "Floats"


@dataclass(frozen=True, slots=True)
class Gaps:
    """The columns that are partly missing, what they follow, and their missing values by category and by period.

    `first` names the first of the columns that are missing in nearly the same rows; itself where there is no other.
    """

    columns: tuple[str, ...]
    by: Mapping[str, Groups]
    first: Mapping[str, str]
    time: Periods | None


def gaps(cube: Cube) -> Gaps:
    """What is missing where.  One query for the columns asked, one for the counts."""
    ends = {column.between[1] for column in cube.table.schema if column.between}
    asked = _partly(cube)
    time = min(cube.times, key=lambda one: abs(math.log(len(one.starts) / LIKE_A_YEAR)), default=None)
    dims = [name for name in cube.categories if name not in cube.corrections][:_CASES]
    if not asked or not (dims or time):
        return Gaps((), {}, {}, None)
    found = _counted(cube, asked, dims, time)
    follows = _first(found.pop(_PATTERN), asked)
    late = {follows[name] for name in ends if name in follows}  # an end that has not come yet, and what comes with it
    kept = [name for name in asked if name not in ends and follows[name] not in late]
    places = [asked.index(name) for name in kept]
    by = {name: Groups(one.values, one.n, one.gone[:, places]) for name, one in found.items()}
    return Gaps(tuple(kept), by, {name: follows[name] for name in kept}, time)


def _partly(cube: Cube) -> list[str]:
    """The columns that hold something in some rows only; what was worked out from another column is missing with it."""
    schema = cube.table.schema
    names = [c.name for c in schema if not (c.between or c.read_by or c.from_text)]
    if not names or not cube.rows:
        return []
    known = {f"c{at}": cube.table.expr[name].count() for at, name in enumerate(names)}
    row = cube.table.expr.aggregate(**known).to_pyarrow().to_pylist()[0]
    found = []
    for at, name in enumerate(names):
        gone = cube.rows - int(row[f"c{at}"])
        if min(gone, cube.rows - gone) >= FEWEST and PARTLY[0] <= gone / cube.rows <= PARTLY[1]:
            found.append(name)
    return found[:MOST_COLUMNS]


def _counted(cube: Cube, asked: Sequence[str], dims: Sequence[str], time: Periods | None) -> dict[str, Groups]:
    """The counts by each of the dimensions, by the period of `time`, and by the set of columns that are missing."""
    expr = cube.table.expr
    known = in_codes(cube, asked, (*dims, *([period_key(time)] if time else [])))
    if known is not None:
        return _decoded(cube, known)
    columns: dict[str, ir.Value] = {name: expr[name].cast("string") for name in dims}
    if time is not None:
        columns[period_key(time)] = time.start_of(expr)
    names, cut = _cut(expr, columns, [expr[name].isnull() for name in asked])
    flags = [f"m{at}" for at in range(len(asked))]
    if served(expr):
        return {name: _grouped(cut, key, flags) for key, name in names.items()}
    view = fresh_name("gaps")
    engine().create_table(view, cut)
    try:
        return {names[key]: one for key, one in _query(view, list(names), flags).items()}
    finally:
        engine().drop_table(view)


def in_codes(cube: Cube, asked: Sequence[str], dims: Sequence[str]) -> "tuple[dict[str, str], ir.Table, int] | None":
    """The same of the rows as codes, which are quick to count; None where a column is in none of them."""
    rows, times = cube.coded, {time.column for time in cube.times}
    if rows is None or not set(asked) <= {*cube.categories, *cube.measures, *times}:
        return None
    expr = engine().table(rows.name)
    columns = {name: expr[rows.columns[name]].nullif(0) for name in dims}
    gone = [
        expr[f"m{cube.measures.index(name)}"].isnull()
        if name in cube.measures
        else expr[rows.columns[DATE if name in times else name]] == 0
        for name in asked
    ]
    return *_cut(expr, columns, gone), len(asked)


def _decoded(cube: Cube, asked: "tuple[dict[str, str], ir.Table, int]") -> dict[str, Groups]:
    """The answer to `in_codes`, with values for codes, in the order of the values as texts."""
    names, cut, flags = asked
    view = fresh_name("gaps")
    engine().create_view(view, cut)
    try:
        found = _query(view, list(names), [f"m{at}" for at in range(flags)])
    finally:
        engine().drop_view(view)
    assert cube.coded is not None
    values = cube.coded.values
    return {name: _valued(found[key], values.get(name)) for key, name in names.items()}


def _valued(found: Groups, values: Values | None) -> Groups:
    import numpy as np

    if values is None:
        return found
    given = [values[int(str(code)) - 1] for code in found.values]
    order = sorted(range(len(given)), key=lambda at: str(given[at]))
    return Groups(tuple(given[at] for at in order), found.n[np.array(order, int)], found.gone[np.array(order, int)])


def _cut(
    expr: "ir.Table", columns: "Mapping[str, ir.Value]", gone: "Sequence[ir.Value]"
) -> "tuple[dict[str, str], ir.Table]":
    """What each key is called, and the rows with the keys, the last the set of what is missing, and a flag a column."""
    import ibis

    bits: ir.Value = ibis.literal(0, "int64")
    flags = {f"m{at}": flag.cast("int64") for at, flag in enumerate(gone)}
    for at, flag in enumerate(flags.values()):
        bits = bits + flag * (1 << at)
    keys = {f"d{at}": value for at, value in enumerate((*columns.values(), bits))}
    return dict(zip(keys, (*columns, _PATTERN), strict=True)), expr.select(**keys, **flags)


def _query(view: str, keys: list[str], flags: list[str]) -> dict[str, Groups]:
    from sqlglot import exp

    def named(name: str) -> exp.Column:
        return exp.column(name, quoted=True)

    which = exp.func("GROUPING_ID", *map(named, keys))
    sums = [exp.Sum(this=named(name)) for name in flags]
    query = exp.select(*map(named, keys), which, exp.Count(this=exp.Star()), *sums).from_(exp.to_table(view))
    sets = exp.GroupingSets(expressions=[exp.Tuple(expressions=[named(key)]) for key in keys])
    query.set("group", exp.Group(grouping_sets=[sets]))
    rows = engine().con.execute(query.sql("duckdb")).fetchall()
    one_only = {(1 << len(keys)) - 1 - (1 << (len(keys) - 1 - at)): at for at in range(len(keys))}
    found: dict[str, list[tuple[object, ...]]] = {key: [] for key in keys}
    for row in rows:
        at = one_only[row[len(keys)]]
        if row[at] is not None:
            found[keys[at]].append((row[at], *row[len(keys) + 1 :]))
    made = {}
    for key, lines in found.items():
        made[key] = _listed(lines, len(flags))
    return made


def _grouped(cut: "ir.Table", key: str, flags: list[str]) -> Groups:
    """The same counts by one of the keys, from a query of its own, where the rows lie in a database."""
    known = cut.filter(cut[key].notnull())
    found = known.group_by(key).agg(n=known.count(), **{name: known[name].sum() for name in flags})
    rows = found.to_pyarrow().to_pylist()
    return _listed([(row[key], row["n"], *(row[name] for name in flags)) for row in rows], len(flags))


def _listed(lines: "list[tuple[object, ...]]", flags: int) -> Groups:
    import numpy as np

    lines.sort(key=lambda line: str(line[0]))
    figures = np.array([line[1:] for line in lines], dtype=float).reshape(len(lines), 1 + flags)
    return Groups(tuple(line[0] for line in lines), figures[:, 0], figures[:, 1:])


def _first(patterns: Groups, asked: Sequence[str]) -> dict[str, str]:
    """Of each column the first that is missing in nearly the same rows."""
    import numpy as np

    codes = np.array([int(str(value)) for value in patterns.values], dtype=np.int64)
    bits = ((codes[:, None] >> np.arange(len(asked))) & 1).astype(float)
    both = bits.T @ (bits * patterns.n[:, None])
    alone = np.diag(both)
    either = alone[:, None] + alone[None, :] - both
    same = both >= TOGETHER * np.maximum(either, 1)
    return {name: asked[int(np.argmax(same[at]))] for at, name in enumerate(asked)}
