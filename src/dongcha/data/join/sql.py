"""How the mined tables are made of the files, as SQL that runs: one `CREATE VIEW` each.

Knows parts.  The statements are made by the function that joins, over tables that bear the names of the files.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dongcha.data.join.build import Part, rows_of
from dongcha.data.table import DATA, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir


def views(tables: Mapping[str, Table], made: Mapping[str, Part]) -> dict[str, str]:
    """What the SQL of findings calls each table: `data` the fact table with all that is joined, `data_NAME` another."""
    taken = {name.lower() for name in bases(tables).values()}
    found: dict[str, str] = {}
    for at, name in enumerate(made):
        wanted = DATA if at == 0 else f"{DATA}_{name}"
        while wanted.lower() in taken:
            wanted += "_"
        taken.add(wanted.lower())
        found[name] = wanted
    return found


def bases(tables: Mapping[str, Table]) -> dict[str, str]:
    """What the SQL calls each table as it was read; a file called `data` is not what is mined."""
    return {name: f"{name}_file" if name.lower() == DATA else name for name in tables}


def statements(tables: Mapping[str, Table], made: Mapping[str, Part]) -> dict[str, str]:
    """For each table, the statement that makes what is mined, in DuckDB's SQL."""
    import ibis
    from sqlglot import exp

    named = bases(tables)
    unbound: dict[str, ir.Table] = {
        name: ibis.table(table.expr.select(*table.schema.names).schema(), name=named[name])
        for name, table in tables.items()
    }
    called = views(tables, made)
    found = {}
    for name in made:
        query = ibis.to_sql(rows_of(made, name, unbound), dialect="duckdb")
        view = exp.to_identifier(called[name], quoted=True).sql("duckdb")
        found[name] = f"CREATE VIEW {view} AS\n{query}"
    return found
