"""The joined rows as an expression: on the tables as they were read, and by the same function as SQL over their names.

Knows names and links.  Nothing is copied: what is joined is joined again by each query that asks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.join.links import Link, Tables
from dongcha.data.schema import ROW, Column, Role, joined_row

if TYPE_CHECKING:
    import ibis.expr.types as ir

_KEY = "__key{}__"


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the join: its columns as they are called once joined, and the links of what hangs on it.

    `columns` maps the new name to the name in the file; a table that is aggregated has `made` columns besides.
    """

    name: str
    columns: Mapping[str, str]
    schema: tuple[Column, ...]
    links: tuple[Link, ...] = ()
    link: Link | None = None  # how it hangs on its parent
    made: Mapping[str, str] = field(default_factory=dict)  # of a table that is aggregated: the column, and its measure
    hidden: frozenset[str] = frozenset()  # columns that its parent does not take over

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its key, as they are called once joined."""
        back = {old: new for new, old in self.columns.items()}
        return tuple(back[ours] for _, ours in self.link.on) if self.link else ()

    @property
    def taken(self) -> list[str]:
        """The columns that its parent takes over."""
        return [column.name for column in self.schema if column.name not in {*self.key, *self.hidden}]


def parts(tables: Tables, found: Sequence[Link]) -> dict[str, Part]:
    """The parts of the join by table; of columns with one name in several tables, those that are joined are renamed."""
    links = {link.child: link for link in found}
    columns = {name: _columns(tables, name, links.get(name)) for name in tables.by_name}
    # A key that is called as the column that refers to it is that column, and is not there twice.
    same = {(link.child, ours) for link in found for theirs, ours in link.on if theirs.lower() == ours.lower()}
    many = Counter(c.name.lower() for name, own in columns.items() for c in own if (name, c.name) not in same)
    taken = set(many)
    made: dict[str, Part] = {}
    for name, own in columns.items():
        link = links.get(name)
        keys = {ours for _, ours in link.on} if link else set()
        called: dict[str, str] = {}
        for column in own:
            kept = name == tables.fact or column.name in keys or many[column.name.lower()] == 1
            new = column.name if kept else _free(f"{name}_{column.name}", taken)
            called[new] = column.name
        schema = tuple(_renamed(column, new, name, keys) for new, column in zip(called, own, strict=True))
        below = tuple(one for one in found if one.parent == name)
        made[name] = Part(name, called, schema, below, link, _sums(tables, name, link))
    return made


def _sums(tables: Tables, name: str, link: Link | None) -> dict[str, str]:
    """The columns that an aggregated table gets, each with the measure that it is made of."""
    if link is None or link.aggregate is None:
        return {}
    keys = {ours for _, ours in link.on}
    measures = [column.name for column in tables.by_name[name].schema.of(Role.MEASURE) if column.name not in keys]
    return {f"{link.aggregate}_of_{measure}": measure for measure in measures}


def _columns(tables: Tables, name: str, link: Link | None) -> list[Column]:
    schema = tables.by_name[name].schema
    if link is None or link.aggregate is None:
        return list(schema)
    keys = [schema[ours] for _, ours in link.on]
    reason = Words(f"worked out from all rows of a key in {name}", f"由 {name} 中同一键的全部记录汇总")
    made = {f"{name}_rows": "BIGINT", **dict.fromkeys(_sums(tables, name, link), "DOUBLE")}
    return [*keys, *(Column(new, kind, Role.MEASURE, reason, 0.9) for new, kind in made.items())]


def _free(name: str, taken: set[str]) -> str:
    tries = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    new = next(one for one in tries if one.lower() not in taken)
    taken.add(new.lower())
    return new


def _renamed(column: Column, new: str, table: str, keys: set[str]) -> Column:
    if column.name not in keys:
        return replace(column, name=new)
    reason = Words(f"the key of {table}", f"{table} 的主键")
    return replace(column, name=new, role=Role.ID, reason=reason, confidence=1.0)


def rows_of(made: Mapping[str, Part], name: str, tables: "Mapping[str, ir.Table]") -> "ir.Table":
    """The rows of a table with what hangs on it.

    `tables` are the rows as read, or stand for them by name (without `ROW`) where SQL is made.
    """
    part = made[name]
    rows = _own(part, tables[name])
    for link in part.links:
        rows = _attached(rows, link, made, tables)
    return rows


def _own(part: Part, rows: "ir.Table") -> "ir.Table":
    """The rows of one table, by the names that its columns have once joined."""
    numbered = [ROW] if ROW in rows.columns else []
    link = part.link
    if link and link.aggregate:
        rows = _aggregated(part, link, rows)
    elif link and link.distinct:
        seen = list(part.columns.values())
        rows = rows.group_by(seen).agg(**{ROW: rows[ROW].min()}) if numbered else rows.select(*seen).distinct()
    chosen = {new: rows[old] for new, old in part.columns.items()}
    others = (
        [column for column in rows.columns if column not in part.columns.values()]
        if numbered and not link
        else numbered
    )
    return rows.select(**chosen, **{column: rows[column] for column in others})


def _aggregated(part: Part, link: Link, rows: "ir.Table") -> "ir.Table":
    keys = [ours for _, ours in link.on]
    known = rows.drop_null(keys)
    made: dict[str, ir.Value] = {f"{part.name}_rows": known.count()}
    for new, measure in part.made.items():
        value = known[measure].cast("float64")
        made[new] = value.sum() if link.aggregate == "sum" else value.mean()
    if ROW in rows.columns:
        made[ROW] = known[ROW].min()
    return known.group_by(keys).agg(**made)


def _attached(rows: "ir.Table", link: Link, made: Mapping[str, Part], tables: "Mapping[str, ir.Table]") -> "ir.Table":
    """The rows with the columns of a joined table and of what hangs on it; missing where nothing matches."""
    part, parent = made[link.child], made[link.parent]
    right = rows_of(made, link.child, tables)
    keys = {
        _KEY.format(at): form.of(right[key])
        for at, (form, key) in enumerate(zip(link.match.forms, part.key, strict=True))
    }
    back = {old: new for new, old in parent.columns.items()}
    values = [form.of(rows[back[theirs]]) for form, (theirs, _) in zip(link.match.forms, link.on, strict=True)]
    deeper = [n for n in right.columns if n not in {column.name for column in part.schema} and n != ROW]
    numbered = {joined_row(link.child): right[ROW]} if ROW in right.columns else {}
    taken = [n for n in (*part.taken, *deeper) if n not in part.hidden]
    side = right.select(**keys, **numbered, **{n: right[n] for n in taken})
    both = rows.left_join(side, [value == side[key] for value, key in zip(values, keys, strict=True)])
    return both.select(*rows.columns, *numbered, *taken)
