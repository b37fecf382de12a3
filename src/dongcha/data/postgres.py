"""Open a table of a PostgreSQL server: `postgresql://user@host:5432/database?table=schema.orders`.

Knows addresses.  A password comes from the environment (`PGPASSWORD`) or `~/.pgpass`, which the driver reads itself, so
that no record and no message can hold it.  The session is read-only.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dongcha.core.errors import ConfigError, MissingExtra, UnknownName
from dongcha.data.refused import asking

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.data.postgres_session import Session

EXAMPLE = "postgresql://user@host/database?table=orders"
_SETTINGS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "service", "host", "port", "user")
"""Settings of the driver that an address may hold after its table; no password among them."""

WAIT_S = "15"


def is_database(source: str) -> bool:
    """Whether `source` is the address of a table on a server.

    >>> is_database("postgresql://db/shop?table=orders"), is_database("orders.csv")
    (True, False)
    """
    return source.lower().startswith(("postgresql://", "postgres://"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a table is; `shown` is for messages and records."""

    settings: tuple[tuple[str, str], ...]  # of the driver
    schema: str | None
    table: str

    @property
    def shown(self) -> str:
        """The address without anything that only the driver needs."""
        known = dict(self.settings)
        where = known.get("host", "localhost") + (f":{known['port']}" if "port" in known else "")
        return repr(f"postgresql://{where}/{known.get('dbname', '')}")


def address(source: str) -> Address:
    """The parts of an address; raises `ConfigError` for one that is wrong or that holds a password.

    >>> address("postgresql://ann@db:5433/shop?table=sales.orders").table
    'orders'
    """
    try:
        parts = urlsplit(source)
        port, password = parts.port, parts.password
    except ValueError:
        raise ConfigError(f"the address of the database cannot be read; write it as {EXAMPLE}") from None
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if password is not None or "password" in asked:
        raise ConfigError(
            "leave the password out of the address of the database, where records and messages would show it: "
            "set PGPASSWORD, or write it to ~/.pgpass"
        )
    table = asked.pop("table", "")
    if odd := sorted(set(asked) - set(_SETTINGS)):
        raise ConfigError(f"the address of the database holds {odd[0]!r}, which is not known; write it as {EXAMPLE}")
    if not table:
        raise ConfigError(f"the address of the database names no table; write it as {EXAMPLE}")
    schema, _, name = table.rpartition(".")
    given = {"host": unquote(parts.hostname or ""), "port": str(port or ""), "user": unquote(parts.username or "")}
    given |= {"dbname": unquote(parts.path.strip("/")), **asked}
    return Address(tuple((key, value) for key, value in given.items() if value), schema or None, name)


def open_table(source: str) -> "tuple[ir.Table, str]":
    """The table at an address, and its name.

    Raises `MissingExtra` without the driver, `StorageError` where the server cannot be reached, `UnknownName` for a
    table that is not there and `DataError` for one that may not be read.
    """
    found = address(source)
    with asking(found.shown):
        server = _server(found)
        return _table(server, found), found.table


def _server(found: Address) -> "Session":
    try:
        import psycopg

        from dongcha.data.postgres_session import Session
    except ImportError:
        raise MissingExtra(
            "reading PostgreSQL needs an extra: pip install 'dongcha[postgres]'", name="psycopg"
        ) from None
    settings: dict[str, Any] = {"connect_timeout": WAIT_S, "application_name": "dongcha", **dict(found.settings)}
    # The server itself refuses to write: the setting holds for every transaction of this session.
    options = "-c default_transaction_read_only=on"
    opened = psycopg.connect("", autocommit=True, options=options, **settings)
    made: Session = Session.from_connection(opened)
    weakref.finalize(made, opened.close)
    return made


def _table(server: "Session", found: Address) -> "ir.Table":
    """The table, under its name as written, or in lower case as the server keeps what was made without quotes."""
    places = [found.schema] if found.schema else _path(server)
    names = {place: _names(server, place) for place in places}
    for name in (found.table, found.table.lower()):
        for place in places:
            if name in names[place]:
                return server.table(name, database=place)
    known = sorted({name for some in names.values() for name in some})
    near = get_close_matches(found.table, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(map(repr, known[:5])) or 'none'}"
    where = f"the schema {found.schema!r}" if found.schema else "the search path"
    raise UnknownName(f"there is no table {found.table!r} in {where} of {found.shown}; {hint}")


def _path(server: "Session") -> Sequence[str]:
    return [str(row[0]) for row in server.con.execute("SELECT unnest(current_schemas(false))").fetchall()]


def _names(server: "Session", schema: str) -> set[str]:
    """Tables, views, foreign tables and materialised views."""
    query = (
        "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relkind = ANY(%s)"
    )
    return {str(row[0]) for row in server.con.execute(query, (schema, list("rvmfp"))).fetchall()}
