"""Claims across joined tables: orders of one customer are not as many witnesses as there are orders.

Where a column comes from a joined table, rows that found the same row there belong together.  A difference is tested
again with the variance between such clusters, as that of a ratio (Rao & Scott 1992, https://doi.org/10.2307/2532311),
estimated in two ways: by leaving out each cluster of either side, and from the clusters of both sides together; both
have to hold.  Columns of several tables add what each clusters beyond single rows (after Cameron, Gelbach & Miller
2011, https://doi.org/10.1198/jbes.2010.07136).  The largest p-value counts: this takes claims away and adds none.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dongcha.data.schema import Role, joined_row
from dongcha.insight.claim import Claim
from dongcha.insight.cube import Cube
from dongcha.insight.grain import Level, tables_of
from dongcha.insight.insight import Subject

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

SINGLE = 1.05
"""Rows of the joined table a group up to which the groups are those rows themselves: nothing is clustered in them."""

BY_CLUSTER = "{}, and a t-test between clusters"


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of one cluster, group and outcome: `n` rows with the sums of a value and of its square, shape (cells,)."""

    cluster: "npt.NDArray[np.int64]"
    groups: tuple["npt.NDArray[np.object_]", ...]
    outcome: "npt.NDArray[np.object_] | None"
    n: "Floats"
    total: "Floats"
    squares: "Floats"


@dataclass(frozen=True, slots=True)
class Spread:
    """A difference, its variance where rows are independent, and between clusters with the degrees of freedom.

    `apart` takes the variance of each side from its own clusters, `pooled` from all clusters together.
    """

    gap: float
    rows: float
    apart: tuple[float, float]
    pooled: tuple[float, float]


@dataclass(slots=True)
class Clusters:
    """The clusters of one level's table; what was counted is kept for the next claim about the same columns."""

    cube: Cube
    cells: dict[tuple[object, ...], tuple[Cells, bool]] = field(default_factory=dict)

    def held(self, claim: Claim, tables: Sequence[str]) -> Claim:
        """The claim with the p-value and the interval that hold between clusters; 1 where it cannot be told."""
        if claim.pattern == "correlation":
            return _less_sure(claim, max(_correlated(self.cube, claim.subject, table) for table in tables), 1.0)
        subject = claim.subject
        known = claim.pattern == "outstanding" and subject.aggregation in ("rate", "mean", "median")
        if not known or len(claim.group) != len(subject.breakdown):
            return replace(claim, p_value=1.0)
        worst, wider = 0.0, 1.0
        for other in range(len(subject.breakdown)):
            found = [self._spread(claim, table, other) for table in tables]
            p, factor = _tested([one for one in found if one is not None], any(one is None for one in found))
            worst, wider = max(worst, p), max(wider, factor)
        return _less_sure(claim, worst, wider)

    def _spread(self, claim: Claim, table: str, other: int) -> Spread | None:
        """The spread between the rows that found the same row of `table`; None where the groups are such rows.

        Of a pair of groups the rest are the rows that differ from it in the breakdown at `other` alone.
        """
        import numpy as np

        subject = claim.subject
        cells, single = self._counted(subject, table)
        if single:
            return None
        inside, rest = _sides(cells, claim.group, other)
        if subject.aggregation == "rate":
            hit = np.asarray(cells.outcome == subject.category, dtype=float)
            return spread(cells, (cells.total * hit, cells.squares * hit), (inside, rest))
        return spread(cells, (cells.total, cells.squares), (inside, rest))

    def _single(self, subject: Subject, table: str, cells: Cells) -> bool:
        """Whether the groups are the rows of the joined table themselves."""
        schema = self.cube.table.schema
        own = [at for at, name in enumerate(subject.breakdown) if schema[name].table == table]
        if not own or (subject.measure and schema[subject.measure].table == table):
            return False
        seen = {(*(cells.groups[at][i] for at in own), c) for i, c in enumerate(cells.cluster)}
        return len(seen) <= SINGLE * len({part[:-1] for part in seen})

    def _counted(self, subject: Subject, table: str) -> tuple[Cells, bool]:
        key = subject.measure, subject.aggregation, subject.breakdown, subject.where, table
        if key not in self.cells:
            cells = _count(self.cube, subject, table)
            self.cells[key] = cells, self._single(subject, table, cells)
        return self.cells[key]


def clustered(tried: Sequence[Claim], levels: Sequence[Level], fdr: float) -> list[Claim]:
    """The claims, each across joined tables held to what is left of it when rows of one cluster count together.

    What has a p-value above `fdr` cannot be claimed anyway and is left as it is, as are series: their noise is that
    from period to period.  Patterns that cannot be held to it are not claimed across tables.
    """
    by_level = {level.name: Clusters(level.cube) for level in levels}
    joins = {level.name for level in levels if level.table.joined}
    return [
        _one(claim, by_level[claim.subject.table], fdr) if claim.subject.table in joins else claim for claim in tried
    ]


def _one(claim: Claim, clusters: Clusters, fdr: float) -> Claim:
    tables = sorted(filter(None, tables_of(claim, clusters.cube)))
    in_time = claim.subject.grain is not None and claim.pattern != "driver"
    return claim if not tables or in_time or claim.p_value > fdr else clusters.held(claim, tables)


def spread(cells: Cells, values: tuple["Floats", "Floats"], sides: tuple["Mask", "Mask"]) -> Spread:
    """The difference of the means of a value in two groups of rows, and how sure it is between clusters.

    Clusters are weighed as by leaving each out in turn, so that one that rules its group does not look exact.
    """
    import numpy as np

    many = int(cells.cluster.max()) + 1 if len(cells.cluster) else 0
    sums: list[list[Floats]] = [
        [
            np.asarray(np.bincount(cells.cluster, np.where(side, part, 0.0), many), dtype=float)
            for part in (cells.n, *values)
        ]
        for side in sides
    ]
    sizes = [float(n.sum()) for n, _, _ in sums]
    if not all(sizes):
        return Spread(0.0, 0.0, (0.0, 1.0), (0.0, 1.0))
    whole = [sum(float(one[at].sum()) for one in sums) for at in range(3)]
    variance = whole[2] / whole[0] - (whole[1] / whole[0]) ** 2
    rows = variance * sum(1 / size for size in sizes)
    means = [float(total.sum()) / size for (_, total, _), size in zip(sums, sizes, strict=True)]
    gap, parts = means[0] - means[1], [n / size for (n, _, _), size in zip(sums, sizes, strict=True)]
    if min(int((part > 0).sum()) for part in parts) < 2:
        return Spread(gap, rows, (math.inf, 1.0), (math.inf, 1.0))
    left = [
        (total - mean * n) / (1 - part) for (n, total, _), mean, part in zip(sums, means, parts, strict=True)
    ]  # what each cluster adds to the sum of its side, beyond the mean of the others
    return Spread(gap, rows, _apart(left, sizes, parts, rows), _pooled(left, sums, parts, (variance, rows)))


def _apart(left: "list[Floats]", sizes: list[float], parts: "list[Floats]", rows: float) -> tuple[float, float]:
    """The jackknife variance by clusters, and its degrees of freedom by the clusters that count (Kish 1965)."""
    own, free = [], []
    for residual, size, part in zip(left, sizes, parts, strict=True):
        many = int((part > 0).sum())
        own.append(float((residual**2).sum()) / size**2 * (many - 1) / many)
        free.append(max(0.5, 1 / float((part**2).sum()) - 1))
    both = 2 * float((left[0] * left[1]).sum()) / (sizes[0] * sizes[1])
    if not sum(own):
        return rows, min(free)
    satterthwaite = sum(own) ** 2 / sum(v**2 / f for v, f in zip(own, free, strict=True))
    return max(sum(own) - both, rows), satterthwaite


def _pooled(
    left: "list[Floats]", sums: "list[list[Floats]]", parts: "list[Floats]", spreads: tuple[float, float]
) -> tuple[float, float]:
    """The variance where clusters differ as much on both sides: by what they differ beyond their rows."""
    variance, rows = spreads
    n = sums[0][0] + sums[1][0]
    excess = max(0.0, float(((left[0] + left[1]) ** 2).sum()) - variance * float(n.sum())) / float((n**2).sum())
    free = max(1.0, float(n.sum()) ** 2 / float((n**2).sum()) - 2)
    return rows + excess * float(((parts[0] - parts[1]) ** 2).sum()), free


def _tested(found: Sequence[Spread], single: bool) -> tuple[float, float]:
    """The p-value, and how many times as wide the interval is as that of independent rows."""
    from scipy.stats import t

    if not found:
        return (0.0, 1.0) if single else (1.0, 1.0)
    gap, rows, worst, wider = abs(found[0].gap), found[0].rows, 0.0, 1.0
    for way in ([one.apart for one in found], [one.pooled for one in found]):
        variance = rows + sum(between - one.rows for (between, _), one in zip(way, found, strict=True))
        if not 0 < variance < math.inf or not rows > 0:
            return 1.0, 1.0
        worst = max(worst, float(2 * t.sf(gap / math.sqrt(variance), min(free for _, free in way))))
        wider = max(wider, math.sqrt(variance / rows))
    return worst, wider


def _less_sure(claim: Claim, p: float, wider: float) -> Claim:
    effect = claim.effect
    if effect.low is not None and effect.high is not None:
        low, high = (effect.value + (end - effect.value) * wider for end in (effect.low, effect.high))
        effect = replace(effect, low=low, high=high)
    return replace(claim, p_value=max(claim.p_value, p), effect=effect, test=BY_CLUSTER.format(claim.test))


def _sides(cells: Cells, group: Sequence[str], other: int) -> tuple["Mask", "Mask"]:
    import numpy as np

    same = [values == value for values, value in zip(cells.groups, group, strict=True)]
    inside: Mask = np.logical_and.reduce(same)
    apart: list[Mask] = [one if at != other else ~one for at, one in enumerate(same)]
    return inside, np.logical_and.reduce(apart)


def _count(cube: Cube, subject: Subject, table: str) -> Cells:
    """The rows of each cluster and group with a known value, in one query."""
    import ibis

    known = _known(cube, subject, table)
    value: ir.Value = ibis.literal(1.0)
    keys = {f"g{at}": known[name].cast("string") for at, name in enumerate(subject.breakdown)}
    if subject.aggregation == "rate":
        keys["outcome"] = known[str(subject.measure)].cast("string")
    else:
        value = ibis.percent_rank().over(ibis.window(order_by=known[str(subject.measure)]))
    rows = known.select(cluster=known[joined_row(table)], value=value, **keys)
    counted = rows.group_by("cluster", *keys).agg(
        n=rows.count(), total=rows.value.sum(), squares=(rows.value * rows.value).sum()
    )
    return _cells(counted, keys)


def _known(cube: Cube, subject: Subject, table: str) -> "ir.Table":
    expr = cube.table.expr
    for part in subject.where:
        expr = expr.filter(expr[part.column].cast("string") == str(part.value))
    names = [joined_row(table), *subject.breakdown, *filter(None, [subject.measure])]
    return expr.filter(*(expr[name].notnull() for name in names))


def _cells(counted: "ir.Table", keys: Iterable[str]) -> Cells:
    import numpy as np

    found = counted.order_by("cluster", *keys).to_pyarrow()
    _, cluster = np.unique(found.column("cluster").to_numpy(), return_inverse=True)
    texts = {name: np.asarray(found.column(name).to_pylist(), dtype=object) for name in keys}
    groups = tuple(values for name, values in texts.items() if name != "outcome")
    sums = (found.column(name).to_numpy().astype(float) for name in ("n", "total", "squares"))
    return Cells(cluster.astype(np.int64), groups, texts.get("outcome"), *sums)


def _correlated(cube: Cube, subject: Subject, table: str) -> float:
    """The p-value of a rank correlation where the products of ranks add up within clusters."""
    import ibis
    from scipy.stats import t

    x, y = subject.breakdown[0], str(subject.measure)
    if any(cube.table.schema[name].role is not Role.MEASURE for name in (x, y)):
        return 1.0
    known = _known(cube, subject, table)
    ranks = {
        name: ibis.percent_rank().over(ibis.window(order_by=known[column])) for name, column in (("a", x), ("b", y))
    }
    ranked = known.select(cluster=known[joined_row(table)], **ranks)
    middle = ranked.mutate(product=(ranked.a - ranked.a.mean().over()) * (ranked.b - ranked.b.mean().over()))
    sums = middle.group_by("cluster").agg(s=middle["product"].sum())
    row = sums.aggregate(k=sums.count(), s=sums.s.sum(), q=(sums.s * sums.s).sum()).to_pyarrow().to_pylist()[0]
    if row["k"] < 3 or not row["q"]:
        return 1.0
    error = math.sqrt(row["q"] * row["k"] / (row["k"] - 1))
    return float(2 * t.sf(abs(row["s"]) / error, row["k"] - 1))
