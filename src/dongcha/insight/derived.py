"""Columns that are worked out while mining: the days between two times, and ratios of two measures.

The evidence works them out in its query too, so that what is shown runs on the table as it is.
"""

from typing import TYPE_CHECKING

from dongcha.data.schema import Schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SECONDS = 86_400


def derived(expr: "ir.Table", schema: Schema) -> "ir.Table":
    """The rows with the durations and ratios of the schema worked out."""
    made = {c.name: _days(expr, *c.between) for c in schema if c.between}
    made |= {c.name: _ratio(expr, *c.ratio_of) for c in schema if c.ratio_of}
    return expr.mutate(**made) if made else expr


def _days(expr: "ir.Table", start: str, end: str) -> "ir.Value":
    import ibis

    first, last = (expr[name].cast("timestamp").epoch_seconds() for name in (start, end))
    days = (last - first).cast("float64") / _SECONDS
    return ibis.ifelse(days >= 0, days, None)


def _ratio(expr: "ir.Table", top: str, bottom: str) -> "ir.Value":
    return expr[top].cast("float64") / expr[bottom].cast("float64").nullif(0)
