"""Which table hangs on which, by which key: declared by a person, or the likeliest of the candidates.

Knows keys and their order.  Nothing is guessed in silence: a choice is said with what else was possible, and where
nothing decides, it is an error that names the possibilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.data.join.asked import Asked, Keys
from dongcha.data.join.candidates import Candidate, Columns, candidates, columns
from dongcha.data.join.matched import Match, match, repeats
from dongcha.data.table import Table

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Link:
    """The table `child` hangs on `parent`: each row of it has at most one row of the child, which `on` finds."""

    child: str
    parent: str
    on: Keys
    match: Match
    declared: bool
    others: tuple[str, ...] = ()  # further keys that were possible
    distinct: bool = False  # rows of the child that are equal in all columns are one
    aggregate: str | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables by name, the fact table first, and what a person asked about each of the others."""

    by_name: Mapping[str, Table]
    asked: Mapping[str, Asked]

    @property
    def fact(self) -> str:
        """The name of the fact table."""
        return next(iter(self.by_name))


def links(tables: Tables) -> list[Link]:
    """The links of all tables, parents before children; raises `DataError` for a table that no key joins."""
    declared = {name: declared_link(tables, name) for name, one in tables.asked.items() if one.on}
    open_ = [name for name in tables.asked if name not in declared]
    every = {**declared, **_inferred(tables, open_, declared)}
    found = {name: every[name] for name in tables.asked}
    _check_twice(tables, found)
    return [_many_to_one(tables, link) for link in _from_the_root(tables, found)]


def declared_link(tables: Tables, child: str) -> Link:
    """The link that a person declared; raises `UnknownName` or `DataError` where it cannot be."""
    one = tables.asked[child]
    parent, on = _parent(tables, child, one.on)
    for _, ours in on:
        _known(tables, child, ours, one)
    found = match(tables.by_name[parent].expr, tables.by_name[child].expr, on)
    said = _said(parent, child, on)
    if found is None:
        raise DataError(f"{said}: the two are of kinds that cannot be equal; name another key for {one.source!r}")
    if not found.matched:
        raise DataError(f"{said}: no value of one is in the other; name another key for {one.source!r}")
    return Link(child, parent, on, found, declared=True, aggregate=one.aggregate)


def _parent(tables: Tables, child: str, on: Keys) -> tuple[str, Keys]:
    """The table that holds the left columns of a declared key, and the key without the table's name."""
    first = on[0][0]
    named, mark, _ = first.partition(".")
    others = [name for name in tables.by_name if name != child]
    if mark and named in others and not any(first in tables.by_name[name].schema.names for name in others):
        bare = tuple((theirs.removeprefix(f"{named}."), ours) for theirs, ours in on)
        for theirs, _ in bare:
            _known(tables, named, theirs, tables.asked[child])
        return named, bare
    wanted = {theirs for theirs, _ in on}
    holders = [name for name in others if wanted <= set(tables.by_name[name].schema.names)]
    if tables.fact in holders or len(holders) == 1:
        return (tables.fact if tables.fact in holders else holders[0]), on
    if holders:
        shown = ", ".join(f"{name}.{first}" for name in holders)
        raise ConfigError(f"the column {first!r} is in several tables; write which: {shown}")
    _known(tables, tables.fact, next(iter(sorted(wanted - set(tables.by_name[tables.fact].schema.names)))), None)
    raise ConfigError(f"no table holds all of the key {', '.join(sorted(wanted))}; name columns of one table")


def _known(tables: Tables, table: str, column: str, one: Asked | None) -> None:
    names = tables.by_name[table].schema.names
    if column not in names:
        shown = ", ".join(names[:MOST_SHOWN]) + (", …" if len(names) > MOST_SHOWN else "")
        asked = f", as {one.written!r} asks" if one else ""
        raise UnknownName(f"the table {table!r} has no column {column!r}{asked}; it has: {shown}")


def _inferred(tables: Tables, names: Sequence[str], declared: Mapping[str, Link]) -> dict[str, Link]:
    """The links of tables without a declared key; in rounds, so that the order of their names is no matter."""
    if not names:
        return {}
    held = {name: columns(table) for name, table in tables.by_name.items()}
    options = {name: _options(tables, held, name) for name in names}
    found: dict[str, Link] = {}
    reached = {tables.fact, *declared}
    waiting = list(names)
    while waiting:
        ready = [name for name in waiting if options[name] and options[name][0].parent in reached]
        if not ready:  # as of two tables that refer to each other: the first takes the best that is reached
            ready = [name for name in waiting if any(one.parent in reached for one in options[name])][:1]
            if not ready:
                raise _no_key(tables, held, waiting[0])
            options[ready[0]] = [one for one in options[ready[0]] if one.parent in reached]
        for name in ready:
            found[name] = _chosen(tables, name, options[name])
        reached |= set(ready)
        waiting = [name for name in waiting if name not in ready]
    return found


def _options(tables: Tables, held: Mapping[str, Columns], child: str) -> list[Candidate]:
    found = [
        one
        for parent in tables.by_name
        if parent != child
        for one in candidates(held[parent], held[child], fact=parent == tables.fact)
    ]
    # What repeats in the child is a candidate only where nothing unique is: it is aggregated or refused.
    kept = [one for one in found if one.unique] or found
    return sorted(kept, key=lambda one: one.order, reverse=True)


def _chosen(tables: Tables, child: str, options: Sequence[Candidate]) -> Link:
    best, *rest = options
    source = tables.asked[child].source
    equal = [best, *(one for one in rest if one.rank == best.rank)]
    if not best.unique and not tables.asked[child].aggregate and len(equal) > 1:
        same = ", ".join(dict.fromkeys(one.ours for one in equal))
        raise DataError(
            f"{source!r} has no key: all columns that other tables have too ({same}) repeat in it; name one by which "
            f"its rows are summed: '{source}:COLUMN=COLUMN:sum'"
        )
    if len(equal) > 1:
        ways = " or ".join(repr(f"{source}:{_left(tables, one)}={one.ours}") for one in equal[:4])
        raise DataError(f"{source!r} can be joined by {len(equal)} keys and nothing decides between them; say {ways}")
    others = tuple(map(str, rest[:3]))
    on = ((best.theirs, best.ours),)
    return Link(
        child, best.parent, on, best.match, declared=False, others=others, aggregate=tables.asked[child].aggregate
    )


def _left(tables: Tables, one: Candidate) -> str:
    return one.theirs if one.parent == tables.fact else f"{one.parent}.{one.theirs}"


def _no_key(tables: Tables, held: Mapping[str, Columns], child: str) -> DataError:
    source = tables.asked[child].source
    if candidates(held[child], held[tables.fact], fact=True):
        return DataError(
            f"{source!r} has several rows for each of {tables.fact!r}, so it is the table to name first, with the "
            f"other joined to it; or say by which column its rows are summed: '{source}:COLUMN=COLUMN:sum'"
        )
    unique = held[child].unique[:MOST_SHOWN]
    own = f"its columns that could be a key are {', '.join(unique)}" if unique else "none of its columns is a key"
    fact = ", ".join(tables.by_name[tables.fact].schema.names[:MOST_SHOWN])
    return DataError(
        f"no key joins {source!r} to {tables.fact!r}: {own}, and no column there ({fact}) has its values in one; "
        f"declare it: {source}:COLUMN={unique[0] if unique else 'COLUMN'}"
    )


def _check_twice(tables: Tables, found: Mapping[str, Link]) -> None:
    """Raise `DataError` where one source is joined twice by one key, or to itself by its own."""
    seen: dict[tuple[str, str, Keys], str] = {}
    for name, link in found.items():
        one, other = tables.by_name[name], tables.by_name[link.parent]
        same = one.schema.names == other.schema.names and all(theirs == ours for theirs, ours in link.on)
        if same and not link.aggregate and one.fingerprint() == other.fingerprint():
            raise DataError(
                f"{tables.asked[name].source!r} is the same table as {link.parent!r}: joined by "
                f"{_said(link.parent, name, link.on)}, every column would be there twice; leave it out"
            )
        place = (tables.asked[name].source, link.parent, link.on)
        if place in seen:
            raise DataError(
                f"{tables.asked[name].source!r} is joined twice by one key, {_said(link.parent, name, link.on)}; "
                "name it once, or say another key for the second"
            )
        seen[place] = name


def _from_the_root(tables: Tables, found: Mapping[str, Link]) -> list[Link]:
    ordered: list[Link] = []
    reached = {tables.fact}
    while len(ordered) < len(found):
        ready = [link for name, link in found.items() if name not in reached and link.parent in reached]
        if not ready:
            left = next(name for name in found if name not in reached)
            raise ConfigError(f"the table {left!r} hangs on tables that do not lead to {tables.fact!r}; name its key")
        ordered += ready
        reached |= {link.child for link in ready}
    return ordered


def _many_to_one(tables: Tables, link: Link) -> Link:
    """The link, checked: a row of the parent meets one row of the child at most."""
    child = tables.by_name[link.child]
    if link.aggregate:
        return link
    found = repeats(child.expr, link.on, link.match.forms)
    if not found.repeated:
        return link
    bare = child.expr.select(*child.schema.names).distinct()
    if not repeats(bare, link.on, link.match.forms).repeated:
        return replace(link, distinct=True)
    source, keys = tables.asked[link.child].source, ", ".join(ours for _, ours in link.on)
    asked = Asked(source, link.on, "sum").written
    raise DataError(
        f"{_said(link.parent, link.child, link.on)}: {keys} of {source!r} is no key, {found.repeated:,} of its "
        f"{found.values:,} values stand in several rows (such as {found.example!r} in {found.times:,}); name another "
        f"key, or sum its measures a key: {asked!r}"
    )


def _said(parent: str, child: str, on: Keys) -> str:
    return " and ".join(f"{parent}.{theirs} = {child}.{ours}" for theirs, ours in on)
