"""Measures that can be reckoned with: the squares of variances have to fit a floating-point number.

Numbers beyond 1e70 either way are left as they are in the table, and are no measures while it is mined.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from dongcha.data.roles import BEYOND, beyond
from dongcha.data.schema import Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir


def measurable(table: Table) -> Table:
    """The table without the role of measures whose largest value is above 1e70 or below 1e-70; one query."""
    asked: dict[str, ir.Value] = {}
    names = [c.name for c in table.schema.of(Role.MEASURE) if table.expr[c.name].type().is_floating()]
    for at, name in enumerate(names):
        asked[f"v{at}"] = table.expr[name].abs().max()
    found = table.expr.aggregate(**asked).to_pyarrow().to_pylist()[0] if asked else {}
    out = {name for at, name in enumerate(names) if beyond(found[f"v{at}"])}
    if not out:
        return table
    columns = tuple(replace(c, role=None, reason=BEYOND) if c.name in out else c for c in table.schema)
    return replace(table, schema=replace(table.schema, columns=columns))
