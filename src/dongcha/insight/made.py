"""A table with the measures that are made while it is mined: durations and ratios.

Knows where the rows lie: what is worked out from many columns at once is worked out from the rows at hand.
"""

from dataclasses import replace

from dongcha.data.brought import at_hand
from dongcha.data.table import Table
from dongcha.insight.derived import derived
from dongcha.insight.durations import with_durations
from dongcha.insight.measurable import measurable
from dongcha.insight.ratios import with_ratios


def with_made(table: Table) -> tuple[Table, Table | None]:
    """The table with its made columns, and the rows at hand with the same ones where it lies in a database."""
    near, lasting = at_hand(table), with_durations(table)
    if near is table:
        made = with_ratios(lasting)
        return (made if made is table else measurable(made)), None
    sample = with_ratios(replace(near, expr=derived(near.expr, lasting.schema), schema=lasting.schema))
    return replace(table, expr=derived(table.expr, sample.schema), schema=sample.schema), sample
