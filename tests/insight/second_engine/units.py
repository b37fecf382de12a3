"""Rows that belong together, and what is left of a p-value where only one row of each unit counts."""

import pandas as pd
from scipy.stats import chi2
from tests.insight.second_engine.raw import Expected, text

from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.insight import Insight
from dongcha.insight.reserved import unreserved

_RATES = (("outstanding", "rate"), ("outstanding", "mean"), ("outstanding", "count"))
DRAWN = frozenset((*_RATES, ("majority", "count"), ("correlation", "mean")))
"""Kinds whose claims are tested with whole units drawn, and were not picked among several: only copies widen them."""


Unit = tuple[str | None, float] | None
"""The identifier that repeats, or None for copies, and the rows of a unit as its rows see them."""


def rows_a_unit(table: Table, rows: pd.DataFrame) -> Unit:
    """What rows belong to, worked out once for a frame."""
    if "unit" not in rows.attrs:
        rows.attrs["unit"] = _unit(table, rows)
    return rows.attrs["unit"]


def _unit(table: Table, rows: pd.DataFrame) -> Unit:
    table, found = unreserved(table), []
    for column in table.schema.of(Role.ID):
        if column.table is None:
            known = text(rows[column.name])
            values, sizes = known.nunique(), known.value_counts()
            if values >= 50 and len(rows) / (values + known.isna().sum()) >= 1.2:
                found.append((values, column.name, ((sizes**2).sum() + known.isna().sum()) / len(rows)))
    if found:
        return min(found)[1:]
    telling = [c.name for c in table.schema.of(Role.TEXT, Role.MEASURE, Role.ID, Role.TIME) if not c.between]
    most = max((text(rows[name]).nunique() for name in telling), default=0)
    given = [c.name for c in table.schema if not (c.between or c.ratio_of)]
    sizes = pd.DataFrame({name: text(rows[name]).fillna("\x1e") for name in given}).value_counts()
    different = len(sizes)
    if min(different, len(rows)) >= 50 and most >= max(25, 0.5 * different) and different <= 0.95 * len(rows):
        return None, float((sizes**2).sum()) / len(rows)
    return None


def widened(wanted: Expected, insight: Insight, unit: Unit) -> float:
    """The p-value with the chi-squared figure that it stands for divided by the rows a unit."""
    p = float(wanted.p_value or 0.0)
    if unit is None or insight.subject.grain or (unit[0] and insight.subject.measure == unit[0]):
        return p
    if unit[0] and (insight.pattern, insight.subject.aggregation) in DRAWN:
        return p
    figure = chi2.isf(max(p / wanted.tried, 1e-300), wanted.freedom) / unit[1]
    return min(1.0, wanted.tried * float(chi2.sf(figure, wanted.freedom)))
