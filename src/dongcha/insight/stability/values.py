"""Claims that rest on values, tested anew in every draw: means of groups, correlations, trends of a mean.

Ranks are those of all rows: in a half of them they differ by a factor that the tests do not see, and by chance.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.insight import Subject
from dongcha.insight.laws import t_tails
from dongcha.insight.series import Scaled, line, steady, step
from dongcha.insight.stability.dealt import KEY, Again, Dealt, Sums
from dongcha.insight.stability.ranked import amounts_in_time, ranks_of_a_group, ranks_of_two

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def mean_again(measure: str, breakdown: str, group: str, dealt: Dealt) -> Again:
    """Welch's t-test on the ranks of a group against those of all other rows."""
    import numpy as np

    sums = ranks_of_a_group(measure, breakdown, group, dealt) or _asked_of_a_group(measure, breakdown, group, dealt)
    (n, mean, centre, spread), (m, other, middle, others) = (
        _moments(*(sums.where(lambda one, side=side: one == side, name) for name in ("n", "amount", "rank", "square")))
        for side in (True, False)
    )
    error = spread / n + others / m
    gap = centre - middle
    free = error**2 / np.maximum((spread / n) ** 2 / (n - 1) + (others / m) ** 2 / (m - 1), 1e-300)
    p = 2 * t_tails(np.abs(gap) / np.sqrt(np.maximum(error, 1e-300)), free)
    effects = gap / np.sqrt(np.maximum((spread + others) / 2, 1e-300))
    return Again(effects, np.where(gap * (mean - other) > 0, p, 1.0))


def _asked_of_a_group(measure: str, breakdown: str, group: str, dealt: Dealt) -> Sums:
    rows = dealt.rows.filter(dealt.rows[measure].notnull() & dealt.rows[breakdown].notnull())
    rank = _rank(rows, measure)
    cut = rows.select(
        KEY,
        inside=rows[breakdown].cast("string") == group,
        amount=rows[measure].cast("float64"),
        rank=rank,
        square=rank * rank,
    )
    return dealt.summed(cut, ["inside"], ["amount", "rank", "square"])


def _moments(n: "Floats", total: "Floats", ranks: "Floats", squares: "Floats") -> tuple["Floats", ...]:
    """Rows (at least 2, so that a half without a group gives numbers), mean, mean rank, variance of the ranks."""
    import numpy as np

    n = np.maximum(n, 2)
    return n, total / n, ranks / n, np.maximum(0.0, squares - ranks**2 / n) / (n - 1)


def correlation_again(x: str, y: str, dealt: Dealt) -> Again:
    """Spearman's rank correlation and its t-test."""
    import numpy as np

    sums = ranks_of_two(x, y, dealt) or _asked_of_two(x, y, dealt)
    n, a, b, aa, bb, ab = (sums.where(lambda: True, name) for name in ("n", "x", "y", "xx", "yy", "xy"))
    spread = np.sqrt(np.maximum((n * aa - a * a) * (n * bb - b * b), 1e-300))
    r = np.clip((n * ab - a * b) / spread, -0.999999, 0.999999)
    p = 2 * t_tails(np.abs(r) * np.sqrt(np.maximum(n - 2, 1) / (1 - r * r)), np.maximum(n - 2, 1))
    return Again(r, np.asarray(p, dtype=float))


def _asked_of_two(x: str, y: str, dealt: Dealt) -> Sums:
    rows = dealt.rows.filter(dealt.rows[x].notnull() & dealt.rows[y].notnull())
    one, other = _rank(rows, x), _rank(rows, y)
    cut = rows.select(KEY, x=one, y=other, xx=one * one, yy=other * other, xy=one * other)
    return dealt.summed(cut, [], ["x", "y", "xx", "yy", "xy"])


def _rank(rows: "ir.Table", name: str) -> "ir.Value":
    import ibis

    return ibis.percent_rank().over(ibis.window(order_by=rows[name]))


def mean_trend_again(time: Periods, subject: Subject, starts: Sequence[str], at: "Floats", dealt: Dealt) -> Again:
    """The slope of a line through the means of the periods `starts`, which are at the places `at` among all."""
    import numpy as np

    known = amounts_in_time(str(subject.measure), time, subject.where, dealt)
    sums = known or _asked_in_time(time, subject, dealt)
    n, totals, squares = (sums.along(starts, lambda: True, name) for name in ("n", "amount", "square"))
    drawn = [_line(at, *each) for each in zip(n, totals, squares, strict=True)]
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))


def _asked_in_time(time: Periods, subject: Subject, dealt: Dealt) -> Sums:
    rows = dealt.rows
    for part in subject.where:
        rows = rows.filter(rows[part.column].cast("string") == str(part.value))
    rows = rows.filter(rows[time.column].notnull() & rows[str(subject.measure)].notnull())
    amount = rows[str(subject.measure)].cast("float64")
    cut = rows.select(KEY, period=time.start_of(rows).cast("string"), amount=amount, square=amount * amount)
    return dealt.summed(cut, ["period"], ["amount", "square"])


def _line(at: "Floats", n: "Floats", totals: "Floats", squares: "Floats") -> tuple[float, float]:
    """The effect and the p-value in one draw."""
    known = n > 0
    if known.sum() < len(at):
        return 0.0, 1.0
    means = totals / n
    variance = float((squares - totals * means).sum() / max(n.sum() - len(n), 1))
    if variance <= 0:
        return 0.0, 1.0
    scaled = Scaled(means, n / variance)
    found = line(scaled, at)
    gap = float(found.fitted[-1] - found.fitted[0])
    fits = gap * float(means[-1] - means[0]) > 0 and steady(found, step(scaled))
    return gap / variance**0.5, found.p_value if fits else 1.0
