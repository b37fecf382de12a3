"""A table with the measures that are made while it is mined: durations and ratios.

Knows where the rows lie: what is worked out from many columns at once is worked out from the rows at hand.
"""

from dataclasses import replace

from dongcha.data.brought import at_hand
from dongcha.data.engine import engine, fresh_name, is_stored
from dongcha.data.table import Table
from dongcha.insight.derived import derived
from dongcha.insight.durations import with_durations
from dongcha.insight.measurable import measurable
from dongcha.insight.ratios import with_ratios

FEW = 200_000
"""Rows up to which a table that is worked out is written down before it is asked."""


def laid_down(table: Table) -> Table:
    """The table as one of the engine, where it has few rows: a joined one would be joined again for each question."""
    if is_stored(table.expr) or table.rows > FEW:
        return table
    return replace(table, expr=engine().create_table(fresh_name("mined"), table.expr))


def with_made(table: Table) -> tuple[Table, Table | None]:
    """The table with its made columns, and the rows at hand with the same ones where it lies in a database."""
    near, lasting = at_hand(table), with_durations(table)
    if near is table:
        made = with_ratios(lasting)
        return laid_down(made if made is table else measurable(made)), None
    sample = with_ratios(replace(near, expr=derived(near.expr, lasting.schema), schema=lasting.schema))
    return replace(table, expr=derived(table.expr, sample.schema), schema=sample.schema), sample
