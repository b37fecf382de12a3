"""`read_joined`: several files as one table, for those who name files and not tables."""

from collections.abc import Callable, Mapping, Sequence

from dongcha.core.checks import known
from dongcha.data.brought import here
from dongcha.data.join.asked import Asked
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

    `roles` are by the columns' names in their files, `TABLE.COLUMN` where several files have one of that name.
    """
    files = [source] if isinstance(source, str) else list(source)
    fact = read(files if len(files) > 1 else files[0])
    fact = here(fact, "a join") if others else fact
    tables = [prepare(here(read(one.source), "a join")) for one in others]
    stated = _by_table([fact, *tables], roles or {})
    fact, *tables = (
        table.with_roles(own) if own else table for table, own in zip([fact, *tables], stated, strict=True)
    )
    return joined(fact, list(zip(tables, others, strict=True)))


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
