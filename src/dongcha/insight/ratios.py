"""Ratios: an amount for each of what is counted beside it (sales per unit), as measures of their own.

A ratio is made of two measures that are both above zero, where the name of the first is that of money and the name of
the second that of what is counted, and where no column says the same already.  At most two are made: each is asked
about with everything else.  What relates a ratio to its own parts is so by definition and is not claimed.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dongcha.core.words import Words
from dongcha.data.schema import Column, Role, Schema
from dongcha.data.table import Table
from dongcha.insight.amounts import Amount, amounts, money, sampled, things
from dongcha.insight.claim import Claim
from dongcha.insight.derived import derived

MOST = 2
SAME = 0.9
"""Part of the rows in which a column has the value of the ratio (within one in a hundred) from which on it is one."""


def with_ratios(table: Table) -> Table:
    """The table with a measure `A per B` for each pair that makes one."""
    schema = table.schema
    names = [column.name for column in schema.of(Role.MEASURE)]
    if not any(map(money, names)) or not any(map(things, names)):
        return table
    expr = sampled(table)
    found = [one for one in amounts(expr, table) if schema[one.name].between is None and one.low > 0]
    pairs = [(a, b) for a, b in itertools.product(found, found) if _fits(a, b)]
    for a, b in pairs:
        name = f"{a.name} per {b.name}"
        if name not in schema.names and not _known(expr, (a.name, b.name), [one.name for one in found]):
            reason = Words("worked out from two measures", "由两个度量计算")
            schema = schema.with_column(Column(name, "DOUBLE", Role.MEASURE, reason, 0.7, ratio_of=(a.name, b.name)))
        if sum(column.ratio_of is not None for column in schema) == MOST:
            break
    if schema is table.schema:
        return table
    return replace(table, expr=derived(table.expr, Schema(tuple(c for c in schema if c.ratio_of))), schema=schema)


def _fits(top: Amount, bottom: Amount) -> bool:
    """Whether the first for each of the second is sensible."""
    sums = top.additive and bottom.additive and top.name != bottom.name
    return sums and top.is_money and bottom.is_counted and not bottom.is_money and bottom.distinct >= 3


def _known(expr: object, pair: tuple[str, str], names: Iterable[str]) -> bool:
    """Whether a column is the ratio already, as a unit price is."""
    others = [name for name in names if name not in pair]
    if not others:
        return False
    top, bottom = (expr[name].cast("float64") for name in pair)  # type: ignore[index]
    asked = {}
    for at, name in enumerate(others):
        value = expr[name].cast("float64")  # type: ignore[index]
        asked[f"same{at}"] = ((top - value * bottom).abs() <= 0.01 * top.abs()).cast("float64").mean()
    row = expr.aggregate(**asked).to_pyarrow().to_pylist()[0]  # type: ignore[attr-defined]
    return any((share or 0.0) >= SAME for share in row.values())


PAIRED = ("together", "lead_lag", "correlation")
"""Facts whose next two parts are the measures that are related; the subject names one of them."""


def without_parts(claims: Sequence[Claim], schema: Schema) -> list[Claim]:
    """The claims without those that relate a ratio to what it is made of, or to a ratio that shares a part."""
    parts = {column.name: set(column.ratio_of) for column in schema if column.ratio_of}
    return [claim for claim in claims if not _of_itself(claim, parts)] if parts else list(claims)


def _of_itself(claim: Claim, parts: dict[str, set[str]]) -> bool:
    about = [claim.subject.measure, *claim.subject.breakdown]
    if claim.fact and claim.fact[0] in PAIRED:
        about += [str(name) for name in claim.fact[1:3] if name != claim.subject.measure]
    made = [{name, *parts.get(name, ())} for name in about if name is not None]
    return any(one & other for one, other in itertools.combinations(made, 2))
