"""How the mined tables are made of the files, as SQL that runs: one `CREATE VIEW` each.

Knows parts.  The statements are made by the function that joins, over tables that bear the names of the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dongcha.data.engine import worded
from dongcha.data.join.build import Part, rows_of
from dongcha.data.table import DATA, Table


@dataclass(frozen=True, slots=True)
class Sql:
    """What the SQL of findings calls a table, and the statement that makes it."""

    view: str
    statement: str


def sql(tables: Mapping[str, Table], made: Mapping[str, Part]) -> dict[str, Sql]:
    """Of each table: `data` is the first with all that is joined to it, `data_NAME` another with what hangs on it.

    The statements, in DuckDB's SQL, expect each table as it was read under its own name.
    """
    import ibis
    from sqlglot import exp

    named, found = bases(tables), {}
    names = [column for table in tables.values() for column in table.schema.names]
    taken = {name.lower() for name in named.values()}
    unbound = {
        name: ibis.table(table.expr.select(*table.schema.names).schema(), name=named[name])
        for name, table in tables.items()
    }
    for at, name in enumerate(made):
        view = f"{DATA}_{name}" if at else DATA
        while view.lower() in taken:
            view += "_"
        taken.add(view.lower())
        query = worded(rows_of(made, name, unbound), names)
        found[name] = Sql(view, f"CREATE VIEW {exp.to_identifier(view, quoted=True).sql('duckdb')} AS\n{query}")
    return found


def bases(tables: Mapping[str, Table]) -> dict[str, str]:
    """What the SQL calls each table as it was read; a file called `data` is not what is mined."""
    return {name: f"{name}_file" if name.lower() == DATA else name for name in tables}
