"""Rows that belong together, and what is left of a p-value where only one row of each unit counts."""

import numpy as np
import pandas as pd
from scipy.stats import norm
from tests.insight.second_engine.raw import text

from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.insight import Insight

_RATES = (("outstanding", "rate"), ("outstanding", "mean"), ("outstanding", "count"))
DRAWN = frozenset((*_RATES, ("majority", "count"), ("correlation", "mean")))
"""Kinds whose claims are tested with whole units drawn, and were not picked among several: only copies widen them."""


def rows_a_unit(table: Table, rows: pd.DataFrame) -> tuple[str | None, float] | None:
    """The identifier that repeats and its rows a value; None and the rows a different row where many are copies."""
    found = []
    for column in table.schema.of(Role.ID):
        if column.table is None:
            known = text(rows[column.name])
            values, size = known.nunique(), len(rows) / (known.nunique() + known.isna().sum())
            if values >= 50 and size >= 1.2:
                found.append((values, column.name, size))
    if found:
        return min(found)[1:]
    telling = [c.name for c in table.schema.of(Role.TEXT, Role.MEASURE, Role.ID, Role.TIME) if not c.between]
    most = max((text(rows[name]).nunique() for name in telling), default=0)
    given = [c.name for c in table.schema if not (c.between or c.ratio_of)]
    different = len(pd.DataFrame({name: text(rows[name]) for name in given}).drop_duplicates())
    if min(different, len(rows)) >= 50 and most >= max(25, 0.5 * different) and different <= 0.95 * len(rows):
        return None, len(rows) / different
    return None


def widened(p: float, insight: Insight, unit: tuple[str | None, float] | None) -> float:
    """The two-sided p-value with its normal score divided by the root of the rows a unit."""
    if unit is None or insight.subject.grain or (unit[0] and insight.subject.measure == unit[0]):
        return p
    if unit[0] and (insight.pattern, insight.subject.aggregation) in DRAWN:
        return p
    return float(2 * norm.cdf(norm.ppf(max(p, 1e-300) / 2) / np.sqrt(unit[1])))
