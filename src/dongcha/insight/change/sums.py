"""Sums of both sides for every segment, from two grouping-sets queries.

A segment is one value of a dimension, or one of each of two.  Missing values are a segment of their own; beyond the
largest values the rest is folded into one, so that the parts of a dimension always add up to the whole.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from dongcha.data.engine import engine, fresh_name
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.change.question import Question, where

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray
    from sqlglot import exp

MOST_VALUES = 30
"""Values of a dimension that stay segments of their own."""
MOST_DIMENSIONS = 12
ONE_SIDED = 0.9
"""Part of the rows in values that one side only has, from which a dimension is another name of the sides."""
SIDE, AMOUNT = "__side__", "__amount__"
FIELDS = ("rows", "n", "total", "squares", "size")
MISSING, OTHER, VALUE = "m", "o", "v"


@dataclass(frozen=True, slots=True)
class Key:
    """The place of a segment on one dimension: a value, the missing ones, or all others."""

    kind: Literal["value", "missing", "other"]
    value: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Of each segment, on the sides before and after: shape (segments, 2).

    `rows`; `n` of them whose amount is known; `total`, `squares` and `size` of the amounts: their sum, the sum of their
    squares and of their absolute values.  The amount of a row is 1 for a count, 1 or 0 for a rate.
    """

    rows: "NDArray[np.float64]"
    n: "NDArray[np.float64]"
    total: "NDArray[np.float64]"
    squares: "NDArray[np.float64]"
    size: "NDArray[np.float64]"


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The sums of the segments of one dimension or pair."""

    dimensions: tuple[str, ...]
    keys: tuple[tuple[Key, ...], ...]
    sums: Sums


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """The sums of the whole, shape (1, 2), and of every dimension and pair; the kept values of each dimension."""

    whole: Sums
    splits: tuple[Split, ...]
    kept: Mapping[str, tuple[str, ...]]


def amounts(data: "ir.Table", question: Question) -> "ir.Value":
    """What each row adds: 1 of a count, 1 or 0 of a rate, else its number; null where that is not known."""
    import ibis

    figure = question.figure
    if figure.column is None:
        return ibis.literal(1.0)
    column = data[figure.column]
    if figure.aggregation == "rate":
        return (column.cast("string") == figure.category).cast("float64")
    return column.cast("float64")


def dimensions_of(table: Table, question: Question) -> list[str]:
    """The dimensions asked for, or every category that is not itself what is compared.

    Raises `UnknownName` for one that is not there.
    """
    used = {question.before.column, question.figure.column}
    if question.by is not None:
        return list(dict.fromkeys(table.schema[name].name for name in question.by))
    return [column.name for column in table.schema.of(Role.CATEGORY, Role.LABEL) if column.name not in used]


def summed(table: Table, question: Question, names: Sequence[str]) -> Summed:
    """Sum both sides by every dimension and pair of `names`.

    Left out are dimensions of one value and, unless they were asked for, those that are another name of the sides.
    """
    view = fresh_name("sides")
    engine().create_table(view, _sided(table, question, names))
    try:
        single = _group(view, names, [(), *((name,) for name in names)])
        kept = {name: _largest(single[(name,)], question) for name in names}
        asked = question.by is not None
        tried = [name for name in names if _tells(single[(name,)], asked=asked)][:MOST_DIMENSIONS]
        folded = fresh_name("folded")
        engine().create_table(folded, _folded(view, {name: kept[name] for name in tried}))
    finally:
        engine().drop_table(view)
    sets = [*((name,) for name in tried), *itertools.combinations(tried, 2)]
    try:
        found = _group(folded, tried, sets) if sets else {}
    finally:
        engine().drop_table(folded)
    splits = tuple(_split(dimensions, cells) for dimensions, cells in found.items())
    return Summed(_split((), single[()]).sums, splits, {name: kept[name] for name in tried})


def _sided(table: Table, question: Question, names: Sequence[str]) -> "ir.Table":
    import ibis

    data, before, after = table.expr, question.before, question.after
    later = where(data, after, before)
    kept = {f"d{at}": data[name].cast("string") for at, name in enumerate(names)}
    sided = data.select(
        **{SIDE: ibis.cases((where(data, before, after), 0), (later, 1)), AMOUNT: amounts(data, question)}, **kept
    )
    return sided.filter(sided[SIDE].notnull())


def _folded(view: str, kept: Mapping[str, Sequence[str]]) -> "ir.Table":
    data = engine().table(view)
    places = {name: f"d{at}" for at, name in enumerate(kept)}
    return data.select(SIDE, AMOUNT, **{places[name]: coded(data[places[name]], kept[name]) for name in kept})


def coded(value: "ir.Value", kept: Sequence[str]) -> "ir.Value":
    """A value as `v…`, the missing one as `m`, one that is not kept as `o`."""
    import ibis

    return ibis.cases((value.isnull(), MISSING), (value.isin(list(kept)), ibis.literal(VALUE) + value), else_=OTHER)


Cells = list[tuple[tuple[str | None, ...], int, tuple[float, ...]]]


def _group(view: str, names: Sequence[str], sets: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], Cells]:
    """The sums of every set of dimensions with the side, in one query."""
    from sqlglot import exp

    columns = {name: exp.column(f"d{at}", quoted=True) for at, name in enumerate(names)}
    side = exp.column(SIDE, quoted=True)
    ids = exp.func("GROUPING_ID", side, *columns.values())
    query = exp.select(side, *columns.values(), exp.alias_(ids, "set", quoted=True), *_aggregates())
    grouped = [exp.Tuple(expressions=[side, *(columns[name] for name in one)]) for one in sets]
    query = query.from_(exp.to_table(view))
    query.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=grouped)]))
    rows = engine().con.execute(query.sql("duckdb")).fetchall()
    of_id = {sum((name not in one) << at for at, name in enumerate(reversed(names))): one for one in sets}
    found: dict[tuple[str, ...], Cells] = {one: [] for one in sets}
    width = 1 + len(names)
    for row in rows:
        one = of_id[row[width]]
        key = tuple(row[1 + names.index(name)] for name in one)
        found[one].append((key, row[0], tuple(float(cell or 0) for cell in row[width + 1 :])))
    return found


def _aggregates() -> "list[exp.Expression]":
    from sqlglot import exp

    amount = exp.column(AMOUNT, quoted=True)
    square = exp.Mul(this=amount.copy(), expression=amount.copy())
    exact = exp.Anonymous(this="fsum", expressions=[amount.copy()])  # compensated, so that the parts add up
    made = [exp.Count(this=exp.Star()), exp.Count(this=amount), exact, exp.Sum(this=square)]
    made.append(exp.Sum(this=exp.Abs(this=amount.copy())))
    return [exp.alias_(one, name, quoted=True) for one, name in zip(made, FIELDS, strict=True)]


def _largest(cells: Cells, question: Question) -> tuple[str, ...]:
    """The values that stay: those with the most rows, of a sum the most amount, on both sides together.

    Never chosen by the difference, so that the tests stay honest.
    """
    by = FIELDS.index("size" if question.figure.aggregation == "sum" else "rows")
    sizes: dict[str, float] = {}
    for (value,), _, sums in cells:
        if value is not None:
            sizes[value] = sizes.get(value, 0.0) + sums[by]
    return tuple(sorted(sizes, key=lambda value: (-sizes[value], value))[:MOST_VALUES])


def _tells(cells: Cells, *, asked: bool) -> bool:
    """Whether a dimension has several values, and they are not just the sides under another name."""
    sides: dict[tuple[str | None, ...], list[float]] = {}
    for key, _, sums in cells:
        sides.setdefault(key, []).append(sums[0])
    alone = sum(rows[0] for rows in sides.values() if len(rows) == 1)
    return len(sides) > 1 and (asked or alone < ONE_SIDED * sum(map(sum, sides.values())))


def _split(dimensions: tuple[str, ...], cells: Cells) -> Split:
    keys = sorted({key for key, _, _ in cells}, key=lambda key: tuple(map(str, key)))
    places = {key: at for at, key in enumerate(keys)}
    held = np.zeros((len(FIELDS), max(len(keys), 0 if dimensions else 1), 2))
    for key, side, sums in cells:
        held[:, places[key], side] = sums
    return Split(dimensions, tuple(tuple(map(_key, key)) for key in keys), Sums(*held))


def _key(code: str | None) -> Key:
    assert code is not None, "missing values are coded"
    if code.startswith(VALUE):
        return Key("value", code[len(VALUE) :])
    return Key("missing" if code == MISSING else "other")
