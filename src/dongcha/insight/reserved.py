"""Names that evidence keeps for its own columns.

A column of the data that is called like one of them is mined under its name with an underscore behind, so that the rows
of the evidence can hold both.  The query that is shown reads the column by its own name.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dongcha.data.schema import Column
from dongcha.data.table import DATA, Table

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

EVIDENCE = frozenset(
    (
        *("after_period", "before_period", "change", "compared", "complete", "contribution", "corrected", "cycle"),
        *("corrected_high", "corrected_low", "corrected_rest", "decile", "even", "expected", "fitted"),
        *("groups", "high", "highest", "hits", "is_subject", "left_out", "length", "level", "low", "lowest", "margin"),
        *("mean_x", "mean_y", "n", "period", "periods", "phase", "r", "rest", "rows", "segment", "share", "table_rows"),
        *("share_of_change", "times", "total_after", "total_before", "total_change", "value", "value_after"),
        *("value_before", "whole"),
        *("above", "below", "both", "elsewhere", "end", "error", "here", "limit", "place", "q1", "q3", "rest_q1"),
        *("rest_q3", "rest_share", "rest_tenth", "rest_up_to", "share_of_rows", "start", "tenth", "up_to"),
        *("year_change",),
        *("phrase", "inside_rate", "outside_rate", "adjusted", "first", "lag", "pairs", "second"),
        *("against", "always", "holds", "most", "most_common", "odds_ratio", "outcome", "overall", "overall_rest"),
        *("residual", "rest_n", "strata", "stratum", "v", "within"),
    )
)
"""What the queries of the patterns call their columns."""

_KEPT = re.compile(rf"(?:{'|'.join(sorted(EVIDENCE))})_*", re.IGNORECASE)
_MINED = re.compile(rf"(?:{'|'.join(sorted(EVIDENCE))})_+", re.IGNORECASE)


def mined_as(name: str) -> str:
    """The name under which a column is mined.

    >>> mined_as("value"), mined_as("value_"), mined_as("amount")
    ('value_', 'value__', 'amount')
    """
    return f"{name}_" if _KEPT.fullmatch(name) else name


def own_name(name: str) -> str:
    """The name that a column has in the data: the inverse of `mined_as`.

    >>> own_name("value_"), own_name("value__"), own_name("amount_")
    ('value', 'value_', 'amount_')
    """
    return name[:-1] if _MINED.fullmatch(name) else name


def unreserved(table: Table) -> Table:
    """The table with no column that is called like one of the evidence."""
    taken = {mined_as(name): name for name in table.schema.names if mined_as(name) != name}
    if not taken:
        return table
    schema = replace(table.schema, columns=tuple(map(_renamed, table.schema)))
    return replace(table, expr=table.expr.rename(taken), schema=schema)


def in_own_names(schema: "ibis.Schema", view: str = DATA) -> "ir.Table":
    """A table called `view` whose columns have their own names, read under the mined names of `schema`."""
    import ibis

    found = ibis.table({own_name(name): kind for name, kind in schema.items()}, name=view)
    taken = {name: own_name(name) for name in schema.names if own_name(name) != name}
    return found.rename(taken) if taken else found


def _renamed(column: Column) -> Column:
    """The column and what it names under their mined names."""
    read = replace(column.read_by, source=mined_as(column.read_by.source)) if column.read_by else None
    text = mined_as(column.from_text) if column.from_text else None
    between = (mined_as(column.between[0]), mined_as(column.between[1])) if column.between else None
    return replace(column, name=mined_as(column.name), read_by=read, from_text=text, between=between)
