"""Evidence: one query, run on the table and shown as SQL over `data`.

What is shown is what was run: the statement is read by the engine, to which the rows are a view of that name.  Where
that would sort a large table anew, a pattern gives the rows that it has worked out itself (`Known`), equal to those.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from dongcha.data.engine import dialect, named, served, worded
from dongcha.data.schema import ROW
from dongcha.data.table import DATA, Table
from dongcha.insight.derived import derived
from dongcha.insight.insight import Cell, Evidence
from dongcha.insight.reserved import in_own_names, own_name

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

MOST_ROWS = 60


Known = Callable[[], "tuple[dict[str, Cell], ...]"]
"""The rows that a query over `data` gives, from what is in memory."""


def evidence(table: Table, query: "Callable[[ir.Table], ir.Table]", known: Known | None = None) -> Evidence:
    """Run `query` on the table, at most 60 rows, and word it in DuckDB's SQL over the table's view (`data`).

    With `known` it is only worded; those rows have to be what it gives.

    The evidence of a table that was joined to another also says how many rows it has.  Where the rows lie in another
    backend, it is worded in its SQL over the table that it has, as it was run.
    """
    if served(table.expr):
        return _lying(table, query)
    given = [column.name for column in table.schema if not column.is_made]
    # Made columns and new names make the query name every column; the data that it is shown for has no hidden one.
    as_it_is = len(given) == len(table.schema) and all(own_name(name) == name for name in given)
    hidden = [ROW] if as_it_is else []
    visible = table.expr.select(*given, *hidden)
    unbound = in_own_names(visible.schema(), table.view)

    def shown(data: "ir.Table") -> "ir.Table":
        found = query(derived(data, table.schema)).limit(MOST_ROWS)
        return found if table.view == DATA else found.mutate(table_rows=data.count().as_scalar())

    asked = shown(unbound)
    sql = worded(asked, table.schema.names)
    if known is not None and table.view == DATA:
        return Evidence(sql, known())
    own = visible.rename({own_name(name): name for name in given if own_name(name) != name})
    with named(table.view, own) as con:
        found = con.execute(sql).to_arrow_table()
    return Evidence(sql, _cells(found.cast(asked.schema().to_pyarrow())))


def _lying(table: Table, query: "Callable[[ir.Table], ir.Table]") -> Evidence:
    visible = table.expr.select(*(column.name for column in table.schema if not column.is_made))
    asked = query(derived(visible, table.schema)).limit(MOST_ROWS)
    return _run(asked, str(table.expr.get_backend().compile(asked, pretty=True)), dialect(table.expr))


def _run(asked: "ir.Table", sql: str, language: str) -> Evidence:
    return Evidence(sql, _cells(asked.to_pyarrow()), language)


def _cells(rows: "pa.Table") -> tuple[dict[str, Cell], ...]:
    return tuple({name: _cell(value) for name, value in row.items()} for row in rows.to_pylist())


def _cell(value: object) -> Cell:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value != value:
        return None
    return cast("Cell", value)


def rate_by(
    outcome: str, category: Cell, breakdown: Sequence[str], group: Sequence[Cell]
) -> "Callable[[ir.Table], ir.Table]":
    """The rate of `outcome` = `category` in each group of `breakdown`, and in all other rows; the subject first."""

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(*(data[name].notnull() for name in (*breakdown, outcome)))
        keys = {f"key{at}": known[name].cast("string") for at, name in enumerate(breakdown)}
        named = known.select(**keys, hit=known[outcome].cast("string") == category)
        counted = named.group_by(*keys).agg(n=lambda t: t.count(), hits=lambda t: t.hit.cast("int64").sum())
        whole = counted.mutate(all_n=counted.n.sum().over(), all_hits=counted.hits.sum().over())
        rates = whole.mutate(value=whole.hits / whole.n, rest=(whole.all_hits - whole.hits) / (whole.all_n - whole.n))
        shown = rates.select(
            **{name: rates[f"key{at}"] for at, name in enumerate(breakdown)},
            value=rates.value,
            n=rates.n,
            rest=rates.rest,
            times=rates.value / rates.rest.nullif(0),
            is_subject=ibis.and_(*(rates[key] == value for key, value in zip(keys, group, strict=True))),
        )
        return shown.order_by(shown.is_subject.desc(), shown.n.desc(), *(shown[name] for name in breakdown))

    return query


def corrected_rate_by(
    asked: tuple[str, Cell, str, Cell], read: str, weights: Mapping[str, float], bounds: tuple[float, float]
) -> "Callable[[ir.Table], ir.Table]":
    """What `rate_by` gives for `asked` (outcome, category, breakdown, group), and in the subject's row corrected rates.

    Each row counts for as much as `weights` says of its value of the column `read`, which is the outcome or the
    breakdown.  The bounds of the interval are given.
    """
    outcome, category, breakdown, group = asked

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[breakdown].notnull() & data[outcome].notnull())
        weight = known[read].cast("string").cases(*weights.items(), else_=0.0)
        hit = (known[outcome].cast("string") == category).cast("float64")
        here = (known[breakdown].cast("string") == group).cast("float64")
        counted = known.select(inside=weight if read == breakdown else here, hit=weight if read == outcome else hit)
        sums = counted.aggregate(
            both=(counted.inside * counted.hit).sum(),
            inside_rows=counted.inside.sum(),
            hits=counted.hit.sum(),
            rows=counted.count(),
        )
        joined = rate_by(outcome, category, [breakdown], [group])(data).cross_join(sums)
        corrected = joined.both / joined.inside_rows
        other = (joined.hits - joined.both) / (joined.rows - joined.inside_rows)
        named = {"corrected": _part(corrected), "corrected_rest": _part(other)}
        named |= {f"corrected_{side}": ibis.literal(bound) for side, bound in zip(("low", "high"), bounds, strict=True)}
        only = {name: ibis.ifelse(joined.is_subject, value, ibis.null("float64")) for name, value in named.items()}
        shown = joined.mutate(**only).drop("both", "inside_rows", "hits", "rows")
        return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown[breakdown])

    return query


def _part(share: "ir.Value") -> "ir.Value":
    import ibis

    return ibis.least(ibis.greatest(share, 0.0), 1.0)


def subject_row(found: Evidence) -> Mapping[str, Cell]:
    """The row of the evidence that the insight is about."""
    return next(row for row in found.rows if row["is_subject"])
