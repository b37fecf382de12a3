"""Which columns could be the key between two tables: types that compare, values that are unique on one side.

A candidate is a column of one table whose values are (nearly) all held by a (nearly) unique column of another.  Names
decide between several, and small whole numbers, which any numbered table holds, are believed only with a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.join.form import forms
from dongcha.data.join.likeness import PART, likeness
from dongcha.data.join.matched import Match, likely, match
from dongcha.data.schema import Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

NEARLY = 0.9
"""Part of the values that are different in a column that may be the key of its table."""

ENOUGH = 0.5
"""Part of the values that the joined table holds, from which a pair of columns whose names fit is a key."""

ALL = 0.95
"""The same, where the names do not speak for it or decide between two."""

FEWEST = {True: 3, False: 20}
"""Different values of a key that is found by its values alone: of texts, and of numbers, which any numbering holds."""

SURE = 100_000
"""Rows up to which different values are counted exactly at once; above, first to about 2 % (HyperLogLog)."""

_NO_KEY = (Role.TEXT, Role.IMAGE, Role.AUDIO)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Column `theirs` of the table `parent` may refer to column `ours` of the table `child`."""

    parent: str
    theirs: str
    child: str
    ours: str
    likeness: float
    match: Match
    unique: bool = True  # `ours` is (nearly) unique
    own_key: bool = False  # `theirs` is the key of a joined table: what that is joined to is the nearer parent

    @property
    def order(self) -> tuple[float, bool, bool, float]:
        """Larger is likelier."""
        return self.likeness, not self.own_key, self.match.contained >= ALL, self.match.contained

    @property
    def rank(self) -> tuple[object, ...]:
        """What two candidates have in common where nothing decides between them."""
        return self.order[:3]

    def __str__(self) -> str:
        return f"{self.parent}.{self.theirs} = {self.child}.{self.ours}"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that can be keys, with the part of the present values that are different."""

    table: Table
    different: Mapping[str, float]

    @property
    def unique(self) -> list[str]:
        """The columns that could be the table's own key."""
        return [name for name, part in self.different.items() if part >= NEARLY]


def columns(table: Table) -> Columns:
    """Which columns can be keys, and how far each is unique; counted exactly up to 100,000 rows and where near."""
    names = [column.name for column in table.schema if column.role not in _NO_KEY and _fits(table, column.name)]
    if not names:
        return Columns(table, {})
    rows = table.rows
    rough = _different(table.expr, names, exact=rows <= SURE)
    near = [name for name in names if rough[name] >= NEARLY - 0.05]
    return Columns(table, rough if rows <= SURE or not near else rough | _different(table.expr, near, exact=True))


def _fits(table: Table, name: str) -> bool:
    """Whether values of the type can be compared as keys."""
    kind = table.expr.schema()[name]
    return bool(forms(kind, kind))


def _different(expr: "ir.Table", names: Sequence[str], *, exact: bool) -> dict[str, float]:
    asked: dict[str, ir.Value] = {}
    for at, name in enumerate(names):
        kind = expr.schema()[name]
        value = forms(kind, kind)[0].of(expr[name])  # numbers that are not whole are no keys
        asked |= {f"n{at}": expr[name].count(), f"d{at}": value.nunique() if exact else value.approx_nunique()}
    row = expr.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return {name: min(1.0, row[f"d{at}"] / row[f"n{at}"]) if row[f"n{at}"] else 0.0 for at, name in enumerate(names)}


def candidates(parent: Columns, child: Columns, *, fact: bool) -> list[Candidate]:
    """The keys by which `child` may be joined to `parent`, which may be the table of facts; the likeliest first."""
    pairs = list(_pairs(parent, child))
    held = likely(parent.table.expr, child.table.expr, pairs)
    found = []
    for theirs, ours in pairs:
        like = likeness(theirs, ours, child.table.name)
        if held[theirs, ours] < (ENOUGH if like >= PART else ALL) / 2:
            continue
        one = match(parent.table.expr, child.table.expr, ((theirs, ours),))
        if one is not None and _believed(parent, theirs, child, ours, (one, like)):
            unique = child.different[ours] >= NEARLY
            own = not fact and parent.different[theirs] >= NEARLY
            found.append(Candidate(parent.table.name, theirs, child.table.name, ours, like, one, unique, own))
    return sorted(found, key=lambda one: one.order, reverse=True)


def _pairs(parent: Columns, child: Columns) -> "list[tuple[str, str]]":
    """Columns that can be compared: with a unique one of the child, or by names that leave no doubt."""
    kinds, others = parent.table.expr.schema(), child.table.expr.schema()
    unique, twice = set(child.unique), parent.table.schema.names == child.table.schema.names
    return [
        (theirs, ours)
        for ours in child.different
        for theirs in parent.different
        if forms(kinds[theirs], others[ours])
        and not (twice and theirs == ours)  # a table is not joined to itself by its own key
        and not (kinds[theirs].is_floating() and likeness(theirs, ours, child.table.name) < PART)
        and (ours in unique or likeness(theirs, ours, child.table.name) >= PART + 1)
    ]


def _believed(parent: Columns, theirs: str, child: Columns, ours: str, found: tuple[Match, float]) -> bool:
    one, like = found
    if like >= PART:
        return one.contained >= ENOUGH
    kinds = parent.table.expr.schema()[theirs], child.table.expr.schema()[ours]
    texts = all(kind.is_string() for kind in kinds)
    if one.contained < ALL or one.values < FEWEST[texts]:
        return False
    return texts or one.found >= child.table.rows / 2
