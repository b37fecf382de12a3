"""`read_joined`: several files as one table, for those who name files and not tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dongcha.core.checks import known
from dongcha.data.brought import here
from dongcha.data.join.asked import Asked
from dongcha.data.join.folder import star, tables_in
from dongcha.data.join.join import joined
from dongcha.data.schema import Role
from dongcha.data.source import read
from dongcha.data.table import Table

Roles = Mapping[str, Role | str | None]


def read_joined(
    source: str | Sequence[str],
    others: Sequence[Asked],
    *,
    roles: Roles | None = None,
    prepare: Callable[[Table], Table] = lambda table: table,
) -> Table:
    """The rows of `source` with the columns of the `others` joined to them; `prepare` is done to each of the others.

    Of a folder the facts are found among its tables.  `roles` are by the columns' names in their files, `TABLE.COLUMN`
    where several files have one of that name.
    """
    files = [source] if isinstance(source, str) else list(source)
    if len(files) == 1 and is_folder(files[0]):
        held = tables_in(files[0], others)
        stated = _by_table([one.table for one in held], roles or {})
        held = [replace(one, table=_with(one.table, own)) for one, own in zip(held, stated, strict=True)]
        return star(held, prepare).table
    fact = read(files if len(files) > 1 else files[0])
    fact = here(fact, "a join") if others else fact
    tables = [prepare(here(read(one.source), "a join")) for one in others]
    stated = _by_table([fact, *tables], roles or {})
    fact, *tables = (_with(table, own) for table, own in zip([fact, *tables], stated, strict=True))
    return joined(fact, list(zip(tables, others, strict=True)))


def is_folder(source: str) -> bool:
    """Whether a source is a folder."""
    return Path(source).expanduser().is_dir()


def _with(table: Table, roles: Roles) -> Table:
    return table.with_roles(roles) if roles else table


def _by_table(tables: Sequence[Table], roles: Roles) -> list[dict[str, Role | str | None]]:
    """The roles that were stated for the columns of each table: of the first that has the column."""
    found: list[dict[str, Role | str | None]] = [{} for _ in tables]
    for name, role in roles.items():
        table, mark, column = name.partition(".")
        at = next((at for at, one in enumerate(tables) if name in one.schema.names), None)
        bare = name
        if at is None and mark:
            at = next((at for at, one in enumerate(tables) if one.name == table and column in one.schema.names), None)
            bare = column
        if at is not None:
            found[at][bare] = role
        else:
            known("column", name, [column for one in tables for column in one.schema.names])
    return found
