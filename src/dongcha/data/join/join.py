"""`join`: several tables as one, the first with the columns of the others at its rows.

Knows the order of the work.  The number of rows of the first table never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dongcha.core.errors import ConfigError, DataError
from dongcha.core.words import Words
from dongcha.data.engine import reading
from dongcha.data.join.asked import AGGREGATES, Asked, distinct_names, keys_of
from dongcha.data.join.build import Part, parts, rows_of
from dongcha.data.join.links import Link, Tables, links
from dongcha.data.join.said import renamed, told, without_values
from dongcha.data.join.sql import Sql, sql
from dongcha.data.schema import Column, Role, Schema
from dongcha.data.table import Joined, Table

MOST_GROUPS = 400
"""Different values of a numeric key up to which it names groups."""

_REPEATED = (Role.TEXT, Role.IMAGE, Role.AUDIO)


def join(
    fact: Table,
    *tables: Table,
    on: Mapping[str, str] | None = None,
    aggregate: Mapping[str, str] | None = None,
    **named: Table,
) -> Table:
    """`fact` with the columns of the other tables, each joined many-to-one by a key that is declared or found.

    `join(orders, customers, products)` finds the keys; `on={"customers": "customer_id=id"}` declares one, the column
    of `customers` last (`store=store,day=date` for one of several columns).  A table is called as its file is, or by
    the argument's name: `join(orders, customers=frame)`.  A table may also hang on one that is joined
    (`customers.region=id`).  `aggregate={"payments": "sum"}` (or `mean`) makes one row of the rows of a key.

    Rows of `fact` without a match keep their row with missing values.  Raises `DataError` where no key is found, where
    several are and nothing decides, and where a key repeats in the table that is joined; `UnknownName` for a column
    that is not there.
    """
    given = [*tables, *(replace(table, name=name) for name, table in named.items())]
    names = distinct_names([fact.name, *(table.name for table in given)])
    stray = [name for name in (*(on or {}), *(aggregate or {})) if name not in names[1:]]
    if stray:
        raise ConfigError(f"join: there is no joined table {stray[0]!r}; they are {', '.join(names[1:]) or 'none'}")
    wrong = [how for how in (aggregate or {}).values() if how not in AGGREGATES]
    if wrong:
        raise ConfigError(f"join: aggregate must be one of {', '.join(AGGREGATES)}, got {wrong[0]!r}")
    asked = [Asked(name, keys_of((on or {}).get(name, "")), (aggregate or {}).get(name)) for name in names[1:]]
    return joined(fact, list(zip(given, asked, strict=True)))


def joined(fact: Table, others: "Sequence[tuple[Table, Asked]]") -> Table:
    """`fact` with the columns of `others`; see `join`, which makes what is asked out of keywords."""
    if not others:
        return fact
    names = _names(fact, others)
    by_name = {
        name: replace(table, name=name) for name, table in zip(names, [fact, *(t for t, _ in others)], strict=True)
    }
    for table in by_name.values():
        if table.joined:
            raise ConfigError(f"{table.name!r} is joined already; name all tables in one join")
        if not table.rows:
            raise DataError(f"the table {table.name!r} has no rows; it needs at least one to be joined")
    tables = Tables(by_name, {name: asked for name, (_, asked) in zip(names[1:], others, strict=True)})
    with reading("the joined tables"):
        found = links(tables)
        made = parts(tables, found)
        made, notes = _without_empty(tables, made)
        return _table(_Plan(tables, made, sql(by_name, made)), names[0], notes)


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that is known of a join before it is made."""

    tables: Tables
    made: Mapping[str, Part]
    sql: Mapping[str, Sql]


def _names(fact: Table, others: "Sequence[tuple[Table, Asked]]") -> list[str]:
    """The names of the tables; one that is joined twice is called after its keys."""
    plain = [fact.name, *(table.name for table, _ in others)]
    many = {name.lower() for name in plain if sum(one.lower() == name.lower() for one in plain) > 1}
    roles = [
        f"{table.name}_{asked.on[0][0]}" if table.name.lower() in many and asked.on else table.name
        for table, asked in others
    ]
    return distinct_names([fact.name, *roles])


def _without_empty(tables: Tables, made: Mapping[str, Part]) -> tuple[dict[str, Part], list[Words]]:
    """The parts without the columns that are missing in all joined rows, and what to say of them."""
    rows = rows_of(made, tables.fact, {name: table.expr for name, table in tables.by_name.items()})
    taken = [name for part in made.values() if part.link for name in part.taken]
    if not taken:
        return dict(made), []
    counted = (
        rows.aggregate(**{f"n{at}": rows[name].count() for at, name in enumerate(taken)}).to_pyarrow().to_pylist()[0]
    )
    empty = {name for at, name in enumerate(taken) if not counted[f"n{at}"]}
    found, notes = {}, []
    for name, part in made.items():
        gone = [column for column in part.taken if column in empty] if part.link else []
        found[name] = replace(part, hidden=frozenset(gone))
        notes += [without_values(part, gone)] if gone else []
    return found, notes


def _table(plan: _Plan, name: str, notes: Sequence[Words]) -> Table:
    """The table of a part, with the tables that hang on it at their own rows."""
    part, tables = plan.made[name], plan.tables
    below = tuple(_joined(plan, link) for link in part.links)
    columns = [_foreign(column, part, tables) for column in part.schema]
    columns += [_seen(c, one) for one in below for c in one.table.schema if c.name in _taken(plan.made, one)]
    said = list(tables.by_name[name].notes)
    for link, one in zip(part.links, below, strict=True):
        note = renamed(plan.made[link.child])
        said += [told(link, tables.asked[link.child].shown), *([note] if note else []), *one.table.notes]
    return Table(
        rows_of(plan.made, name, {one: table.expr for one, table in tables.by_name.items()}),
        Schema(tuple(columns)),
        name,
        (*said, *notes),
        joined=below,
        view=plan.sql[name].view,
        made=plan.sql[name].statement,
    )


def _joined(plan: _Plan, link: Link) -> Joined:
    found, source = link.match, plan.tables.asked[link.child].shown
    counts = found.rows, found.present, found.matched
    return Joined(_table(plan, link.child, ()), source, link.parent, link.on, *counts, declared=link.declared)


def _taken(made: Mapping[str, Part], one: Joined) -> set[str]:
    """The columns of a joined table, and of what hangs on it, that its parent takes over."""
    own = set(made[one.name].taken)
    return own.union(*(_taken(made, deeper) for deeper in one.table.joined)) - made[one.name].hidden


def _seen(column: Column, one: Joined) -> Column:
    """A column as the rows of the parent see it: a text repeats there as often as rows find it, so it is not read."""
    table = column.table or one.name
    if column.role in _REPEATED:
        reason = Words(f"of {table}: read once a row there, not here", f"属于 {table}：在该表中逐条读取，此处不重复")
        return replace(column, role=None, reason=reason, table=table)
    role = Role.CATEGORY if column.role is Role.LABEL else column.role
    return replace(column, role=role, table=table)


def _foreign(column: Column, part: Part, tables: Tables) -> Column:
    """A column of the table's own; a number by which another table is joined names something and measures nothing."""
    keys = {theirs: link.child for link in part.links for theirs, _ in link.on}
    old = part.columns[column.name]
    if column.role is not Role.MEASURE or old not in keys:
        return column
    expr = tables.by_name[part.name].expr
    many = int(expr.select(k=expr[old]).k.nunique().to_pyarrow().as_py())
    reason = Words(f"it names rows of {keys[old]}", f"指向 {keys[old]} 的记录")
    return replace(column, role=Role.CATEGORY if many <= MOST_GROUPS else Role.ID, reason=reason)
