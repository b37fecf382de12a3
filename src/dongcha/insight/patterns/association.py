"""Association: two categories depend on each other as wholes, more than any single cell of their table tells.

Test and effect: `contingency.py`.  Values of fewer than 20 rows are left out.  A single cell tells it better where the
table of that value against all others, in that group against all others, has half of the chi-squared figure or more:
then nothing is claimed, and `outstanding` has it.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.contingency import Dependence, chi_squared, dependence, expected, residuals
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Subject
from dongcha.insight.patterns.outstanding import MIN_GROUP, related
from dongcha.insight.stability.crossed import table_again
from dongcha.insight.strata import dense
from dongcha.insight.surprise import ALWAYS, ECHO, same_name

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

MOST_VALUES = 60
DOMINANT = 0.5
"""Part of the chi-squared figure from which on one cell tells it better."""

VOID = 0.1
"""Part of the rows that independence would put where there are none, from which on it is how a form works."""

WEIGHT = 0.4
"""A whole is harder to act on than a cell: of two that are as strong the cell comes first."""

SHOWN = 7
"""Values of each column that the evidence shows."""


@PATTERNS("association")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every pair of categories with at most 60 values of 20 rows or more each."""
    for names, counted in cube.counts.items():
        if len(names) != 2 or not set(names) <= set(cube.categories) or cube.corrections.keys() & set(names):
            continue
        if related(cube, names):
            continue
        table, values = dense(counted)
        table, values = _large(table, [list(axis) for axis in values])
        if min(table.shape) >= 2 and max(table.shape) <= MOST_VALUES and min(table.sum(0).min(), table.sum(1).min()):
            yield _claim(cube, names, table, values)


def _large(table: "Floats", values: list[list[str]]) -> tuple["Floats", list[list[str]]]:
    """The table without the values of few rows."""
    kept = [table.sum(1 - side) >= MIN_GROUP for side in (0, 1)]
    left = [[v for v, keep in zip(axis, side, strict=True) if keep] for axis, side in zip(values, kept, strict=True)]
    return table[kept[0]][:, kept[1]], left


def _claim(cube: Cube, names: tuple[str, ...], table: "Floats", values: list[list[str]]) -> Claim:
    found, off = dependence(table), residuals(table)
    spread = not _dominated(table, off)
    return Claim(
        pattern="association",
        subject=Subject(None, "count", names),
        test="permutation test" if found.is_exact else "chi-squared test",
        p_value=found.p_value if spread else 1.0,
        effect=found.effect,
        share=float(table.sum()) / cube.rows,
        fact=("association", *names),
        prove=partial(_prove, cube, names, found),
        weight=WEIGHT * _news(table, off, values),
        again=partial(table_again, names, values),
        tried=1,
        freedom=(table.shape[0] - 1) * (table.shape[1] - 1),
    )


def _dominated(table: "Floats", off: "Floats") -> bool:
    """Whether one cell against all else has half of the chi-squared figure: its squared residual is that table's."""
    return float((off**2).max()) >= DOMINANT * chi_squared(table)


def _news(table: "Floats", off: "Floats", values: list[list[str]]) -> float:
    """Less where many cells are empty that should not be, or where the values of the strongest cells share words."""
    import numpy as np

    void = float(expected(table)[table == 0].sum()) / float(table.sum())
    top = [np.unravel_index(int(at), off.shape) for at in np.argsort(-off, axis=None)[: min(table.shape)]]
    echoes = sum(same_name(values[0][i], values[1][j]) for i, j in top)
    return (ALWAYS if void >= VOID else 1.0) * (ECHO if 2 * echoes >= len(top) else 1.0)


def _prove(cube: Cube, names: tuple[str, ...], found: Dependence) -> Proof:
    proof = evidence(cube.table, partial(_cells, names=(names[0], names[1])))
    more, less = proof.rows[0], min(proof.rows, key=lambda row: float(str(row["residual"])))
    facts = {"first": more["first"], "second": more["second"], "together": more["n"], "expected": more["expected"]}
    facts |= {"less_first": less["first"], "less_second": less["second"], "less_together": less["n"]}
    facts |= {"less_expected": less["expected"], "v": more["v"], "rows": more["rows"]}
    few = Words(
        "Few rows are expected in many cells: tables with the same margins were permuted.",
        "许多单元格的期望记录数较少，因此用相同边际的置换表检验。",
    )
    return Proof(facts, proof, (few,) if found.is_exact else ())


def _cells(data: "ir.Table", names: tuple[str, str]) -> "ir.Table":
    """The cells of the values that differ most, with the rows that independence would give; largest surplus first."""
    known = data.filter(*(data[name].notnull() for name in names))
    cut = known.select(first=known[names[0]].cast("string"), second=known[names[1]].cast("string"))
    sizes = {side: cut.group_by(side).agg(size=cut.count()) for side in ("first", "second")}
    large = {side: size.filter(size["size"] >= MIN_GROUP) for side, size in sizes.items()}
    kept = cut.filter(*(cut[side].isin(size[side]) for side, size in large.items()))
    one = kept.group_by("first").agg(across=kept.count())
    two = kept.group_by("second").agg(down=kept.count())
    grid = one.mutate(r=one.across.count().over()).cross_join(two.mutate(k=two.down.count().over()))
    counted = kept.group_by("first", "second").agg(n=kept.count())
    found = grid.left_join(counted, ["first", "second"])
    found = found.select("first", "second", "across", "down", "r", "k", n=found.n.fill_null(0))
    found = found.mutate(rows=found.n.sum().over())
    found = found.mutate(expected=found.across * found.down / found.rows)
    spread = found.expected * (1 - found.across / found.rows) * (1 - found.down / found.rows)
    gap = found.n - found.expected
    return _shown(found.mutate(residual=gap / spread.sqrt(), chi2=(gap**2 / found.expected).sum().over()))


def _shown(found: "ir.Table") -> "ir.Table":
    """The seven values of each column that differ most, beside Cramer's V of the whole table."""
    import ibis

    r, k, rows = found.r, found.k, found.rows
    beyond = ibis.greatest(0.0, found.chi2 / rows - (r - 1) * (k - 1) / (rows - 1))
    sides = (size - (size - 1) * (size - 1) / (rows - 1) for size in (r, k))
    found = found.mutate(v=ibis.least(1.0, (beyond / (ibis.least(*sides) - 1)).sqrt()))
    for side in ("first", "second"):
        most = found.residual.abs().max().over(ibis.window(group_by=side))
        found = found.mutate(**{f"{side}_most": most})
        order = [found[f"{side}_most"].desc(), found[side]]
        found = found.mutate(**{f"{side}_place": ibis.dense_rank().over(ibis.window(order_by=order))})
    found = found.filter((found.first_place < SHOWN) & (found.second_place < SHOWN))
    shown = found.select("first", "second", "n", "expected", "residual", "v", "rows")
    top = shown.residual.max().over()
    shown = shown.mutate(times=shown.n / shown.expected, is_subject=shown.residual == top)
    return shown.order_by(shown.residual.desc(), shown["first"], shown["second"])
