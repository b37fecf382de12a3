"""Outstanding median: of a measure whose mean stands for no middle, the median in one group differs from the rest's.

Which measures these are says `amounts.py`; of them no mean is told by group.  Test: Welch's t-test on ranks, claimed
only where the medians differ the same way.  Effect: Cohen's d of the ranks.  The evidence has the 95 % interval of the
difference of the medians by Price & Bonett (2002, https://doi.org/10.1191/0962280202sm307ra), which assumes no law of
the values, and the values that a tenth of the rows pass.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.amounts import Amount
from dongcha.insight.binned import Binned, middle, welch
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.laws import binomial_lower
from dongcha.insight.patterns.outstanding import MIN_GROUP, small_base
from dongcha.insight.stability.shapes import shape_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.binned import Floats

LEVEL = 0.95
Order = tuple[float, float, float]
"""The two quantiles whose distance tells how sure a median is, and by how many standard errors they lie apart."""


def medians(binned: Binned) -> Iterator[Claim]:
    """Every group of every breakdown, for every measure of which the median is told."""
    cube = binned.cube
    skewed = [one for one in binned.amounts if one.skewed]
    for breakdown in cube.categories if skewed else ():
        if breakdown not in cube.corrections:  # errors of reading are corrected for in means
            for measure in skewed:
                yield from _of(binned, breakdown, measure)


def instead(claims: Sequence[Claim]) -> list[Claim]:
    """The claims without those on means by group of a measure whose medians are told."""
    told = {_asked(claim) for claim in claims if claim.subject.aggregation == "median"}
    return [claim for claim in claims if claim.subject.aggregation != "mean" or _asked(claim) not in told]


def _asked(claim: Claim) -> tuple[object, ...]:
    return claim.pattern, claim.subject.measure, claim.subject.breakdown


def _of(binned: Binned, breakdown: str, measure: Amount) -> Iterator[Claim]:
    groups = binned.grouped(breakdown, measure)
    whole = sum(groups.values())
    for group, inside in groups.items():
        rest = whole - inside
        if min(inside.sum(), rest.sum()) < MIN_GROUP:
            continue
        gap = welch(inside, rest, binned.scores[measure.at])
        apart = middle(inside) - middle(rest)
        yield Claim(
            pattern="outstanding",
            subject=Subject(measure.name, "median", (breakdown,)),
            test="Welch's t-test on ranks",
            p_value=gap.p_value if gap.d * apart > 0 else 1.0,
            effect=Effect("Cohen's d of ranks", gap.d, gap.low, gap.high),
            share=float(inside.sum()) / binned.rows,
            fact=("mean", measure.name, breakdown, group if len(groups) > 2 else None),
            prove=partial(_prove, binned.cube, (measure.name, breakdown, group)),
            group=(group,),
            again=partial(shape_again, measure.name, breakdown, group, _drawn),
        )


def _drawn(inside: "Floats", rest: "Floats", scores: "Floats") -> tuple[float, float]:
    """The effect and the p-value of two groups, given as rows a bin."""
    gap = welch(inside, rest, scores)
    return gap.d, gap.p_value if gap.d * (middle(inside) - middle(rest)) > 0 else 1.0


def _prove(cube: Cube, asked: tuple[str, str, str]) -> Proof:
    measure, breakdown, group = asked
    known = cube.table.expr.filter(cube.table.expr[measure].notnull() & cube.table.expr[breakdown].notnull())
    inside = (known[breakdown].cast("string") == group).cast("int64").sum()
    row = known.aggregate(inside=inside, rows=known.count()).to_pyarrow().to_pylist()[0]
    sizes = row["inside"], row["rows"] - row["inside"]
    proof = evidence(cube.table, median_by(asked, (order(sizes[0]), order(sizes[1]))))
    told = subject_row(proof)
    names = ("value", "n", "rest", "times", "low", "high", "level", "tenth", "rest_tenth")
    return Proof({"group": group, **{name: told[name] for name in names}}, proof, small_base(sizes[0]))


def order(n: int) -> Order:
    """The places (0..1) of the two values of `n` between which the median lies, and their distance in standard errors.

    >>> low, high, width = order(101)
    >>> round(low, 2), round(high, 2), round(width, 2)
    (0.4, 0.6, 3.99)
    """
    from scipy.special import ndtri

    place = max(1, round((n + 1) / 2 - math.sqrt(n)))
    width = -2 * float(ndtri(binomial_lower(place - 1, n, 0.5)))
    at = (place - 1) / max(n - 1, 1)
    return at, 1 - at, width


def median_by(asked: tuple[str, str, str], orders: tuple[Order, Order]) -> "Callable[[ir.Table], ir.Table]":
    """The median of a measure in each group of a breakdown, and in all rows but the subject's; the subject first.

    `asked` are measure, breakdown and group.  `low` and `high` bound the difference of the subject's median and
    `rest`; a tenth of the rows lie above `tenth`.
    """
    measure, breakdown, group = asked

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[breakdown].notnull() & data[measure].notnull())
        named = known.select(group=known[breakdown].cast("string"), amount=known[measure].cast("float64"))
        found = named.group_by("group").agg(
            value=named.amount.median(), n=named.count(), tenth=named.amount.quantile(0.9)
        )
        joined = found.cross_join(_beside(named, group, orders))
        return _shown(joined, breakdown, group)

    return query


def _beside(named: "ir.Table", group: str, orders: tuple[Order, Order]) -> "ir.Table":
    """One row: the rest's median and highest tenth, and the standard error of the difference of the medians."""
    here = named.group == group
    sides: dict[str, ir.Value] = {}
    for name, where, (low, high, width) in (("inside", here, orders[0]), ("outside", ~here, orders[1])):
        apart = named.amount.quantile(high, where=where) - named.amount.quantile(low, where=where)
        sides[name] = apart / width
    error = (sides["inside"] * sides["inside"] + sides["outside"] * sides["outside"]).sqrt()
    rest, tenth = named.amount.median(where=~here), named.amount.quantile(0.9, where=~here)
    return named.aggregate(rest=rest, rest_tenth=tenth, error=error)


def _shown(joined: "ir.Table", breakdown: str, group: str) -> "ir.Table":
    import ibis

    here, gap = joined.group == group, joined.value - joined.rest

    def only(value: "ir.Value") -> "ir.Value":
        return ibis.ifelse(here, value, ibis.null("float64"))

    times = (joined.value / joined.rest.nullif(0)).nullif(0)
    shown = joined.select(
        **{breakdown: joined.group},
        value=joined.value,
        n=joined.n,
        rest=only(joined.rest),
        times=only((joined.rest > 0).ifelse(times, None)),
        low=only(gap - 1.96 * joined.error),
        high=only(gap + 1.96 * joined.error),
        level=only(ibis.literal(LEVEL)),
        tenth=joined.tenth,
        rest_tenth=only(joined.rest_tenth),
        is_subject=here,
    )
    return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown[breakdown])
