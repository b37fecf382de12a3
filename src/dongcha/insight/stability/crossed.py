"""Claims about categories against each other, tested anew in every draw: association, exceptions, reversal, gaps.

A draw asks of what is told alone: that a group was picked among others is in the p-value of the claim, not in these.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dongcha.insight.contingency import chi_squared, cramers_v, moments
from dongcha.insight.laws import binomial_uppers, chi_tail
from dongcha.insight.stability.counts import by_values, cohens_h, fisher, more_often
from dongcha.insight.stability.dealt import KEY, Again, Dealt
from dongcha.insight.strata import Strata, log_odds_ratios

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Asked = tuple[str, str, str, str]
"""Outcome, its value, breakdown, its group."""


def table_again(names: Sequence[str], values: Sequence[Sequence[str]], dealt: Dealt) -> Again:
    """The chi-squared figure of the `values` of two categories, by the two first moments that it has by permutation.

    Cramer's V has no sign, so that whole units drawn say how much it spreads and not whether it is none.
    """
    import numpy as np

    sums = by_values(names, dealt)
    places = [{value: at for at, value in enumerate(axis)} for axis in values]
    table = np.zeros((len(sums.totals["n"]), *map(len, places)))
    for at, (one, other) in enumerate(sums.cells):
        if one in places[0] and other in places[1]:
            table[:, places[0][str(one)], places[1][str(other)]] += sums.totals["n"][:, at]
    effects, p = [], []
    for drawn in table:
        kept = drawn[drawn.sum(1) > 0][:, drawn.sum(0) > 0]
        if min(kept.shape) < 2:
            effects.append(0.0)
            p.append(1.0)
            continue
        value, (mean, variance) = chi_squared(kept), moments(kept)
        # Nass 1959: a multiple of the figure has the chi-squared law with degrees of freedom that need not be whole.
        p.append(chi_tail(value * 2 * mean / variance, 2 * mean**2 / variance))
        effects.append(cramers_v(value, kept.sum(), (kept.shape[0], kept.shape[1]), interval=False).value)
    return Again(np.array(effects), np.array(p))


def commonest_again(
    names: tuple[str, str], told: tuple[str, str, str], groups: tuple[Sequence[str], int], dealt: Dealt
) -> Again:
    """A value is the commonest in nearly all groups of a breakdown, and another one in one of them.

    `names` are the breakdown and the column; `told` the group, the common value and its own commonest one; `groups`
    all that are asked, and in how many the common one has to come first.
    """
    import numpy as np

    (group, common, other), (asked, needed) = told, groups
    sums = by_values(names, dealt)

    def beside(one: str, value: str) -> tuple["Floats", "Floats", "Floats"]:
        """Rows of a value in a group, those of the most frequent other value, and all."""
        own = sums.where(lambda g, v: g == one and v == value)
        places = [at for at, (g, v) in enumerate(sums.cells) if g == one and v != value]
        rest = sums.totals["n"][:, places].max(axis=1) if places else np.zeros(len(own))
        return own, rest, sums.where(lambda g, v: g == one)

    def first(own: "Floats", rest: "Floats") -> "Floats":
        return np.where(own > rest, np.minimum(1.0, 2 * binomial_uppers(own, own + rest, 0.5)), 1.0)

    usual = [beside(one, common) for one in asked]
    held = np.sort(np.array([first(own, rest) for own, rest, _ in usual]), axis=0)[needed - 1]
    hits, _, n = usual[list(asked).index(group)]
    others = [each for each, one in zip(usual, asked, strict=True) if one != group]
    rest_hits, rest_n = (sum(each[at] for each in others) for at in (0, 2))
    broken = first(*beside(group, other)[:2])
    return Again(cohens_h(hits, n, np.asarray(rest_hits), np.asarray(rest_n)), np.maximum(held, broken))


def _in_strata(asked: Asked, by: str, within: Sequence[str] | None, dealt: Dealt) -> Strata:
    """A group against all others within each value of `by`, or each of `within`, shape (draws, values)."""
    import numpy as np

    outcome, category, breakdown, group = asked
    rows = dealt.rows.filter(*(dealt.rows[name].notnull() for name in (outcome, breakdown, by)))
    cut = rows.select(
        KEY,
        third=rows[by].cast("string"),
        hit=rows[outcome].cast("string") == category,
        inside=rows[breakdown].cast("string") == group,
    )
    sums = dealt.summed(cut, ["third", "hit", "inside"])
    thirds = within or sorted({str(cell[0]) for cell in sums.cells})
    parts = [
        sums.along(thirds, lambda hit, inside, side=side, only=only: inside == side and (hit or not only))
        for side in (True, False)
        for only in (True, False)
    ]
    return Strata(*map(np.asarray, parts))


def way_again(asked: Asked, by: tuple[str, Sequence[str]], told: tuple[str, int], dealt: Dealt) -> Again:
    """A difference goes one way within nearly all values of a third category, and the other way within one.

    `by` is that category with the values asked; `told` the exception, and in how many values it has to hold.
    """
    import numpy as np

    (name, within), (exception, needed) = by, told
    found = _in_strata(asked, name, within, dealt)
    p = fisher(found.hits, found.n, found.rest_hits, found.rest)
    effects, at = cohens_h(found.hits, found.n, found.rest_hits, found.rest), list(within).index(exception)
    here = effects[:, [at]]
    held = np.sort(np.where(effects * here < 0, p, 1.0), axis=1)[:, needed - 1]
    return Again(effects[:, at], np.maximum(held, p[:, at]))


def reversal_again(asked: Asked, by: str, dealt: Dealt) -> Again:
    """A difference over all rows, and the other way round within the values of a third category.

    In how many of these it is the other way round is not asked of a half.
    """
    import numpy as np

    found = _in_strata(asked, by, None, dealt)
    overall = fisher(*(part.sum(-1) for part in (found.hits, found.n, found.rest_hits, found.rest)))
    opposite = found.raw * found.difference < 0
    return Again(log_odds_ratios(found), np.where(opposite, np.maximum(overall, found.p_values), 1.0))


def gap_again(
    column: str, key: "Callable[[ir.Table], ir.Value]", told: str, always: Sequence[str], dealt: Dealt
) -> Again:
    """A column is missing more often in one group than elsewhere: Fisher's exact test, one-sided.

    `key` gives the group of each row, as a text; groups of `always`, in which it is always missing, are left out.
    """
    rows = dealt.rows
    cut = rows.select(KEY, group=key(rows), gone=rows[column].isnull())
    cut = cut.filter(cut.group.notnull(), *([~cut.group.isin(always)] if always else []))
    sums = dealt.summed(cut.select(KEY, "gone", inside=cut.group == told), ["inside", "gone"])
    cells = sums.fourfold()
    return Again(cohens_h(*cells), more_often(*cells))
