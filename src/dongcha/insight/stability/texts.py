"""Claims about phrases, tested anew in every draw: said in a group, said more over time, going with an outcome.

The phrase is that of the whole: which one would be chosen in a half is not asked.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dongcha.data.schema import ROW
from dongcha.insight.phrases import Counted
from dongcha.insight.settled import settled
from dongcha.insight.stability.counts import more_often
from dongcha.insight.stability.dealt import KEY, Again, Dealt
from dongcha.insight.text.given import Scored
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Says = Callable[["ir.Table"], "ir.BooleanValue"]
"""Whether the text of each row says the phrase; missing where there is no text."""


def said_again(says: Says, breakdown: str, group: str, times: float, dealt: Dealt) -> Again:
    """Texts of a group against all others: log-odds z-test and Fisher's exact test, one-sided, both.

    It is said at least so many `times` as often in the group.
    """
    import numpy as np
    from scipy.special import ndtr

    rows = dealt.rows.filter(dealt.rows[breakdown].notnull())
    cut = rows.select(KEY, hit=says(rows), inside=rows[breakdown].cast("string") == group)
    sums = dealt.summed(cut.filter(cut.hit.notnull()), ["inside", "hit"])
    hits, n, rest_hits, rest = sums.fourfold()
    effects, p = np.zeros(len(n)), np.ones(len(n))
    exact = more_often(hits, n, rest_hits, rest)
    for at in np.flatnonzero((n > 0) & (rest > 0) & (hits + rest_hits > 0)):
        one = Counted(hits[[at]], int(n[at]), rest_hits[[at]], int(rest[at]))
        delta, error = (float(part[0]) for part in one.log_odds())
        effects[at] = delta
        if hits[at] / n[at] >= times * rest_hits[at] / rest[at]:
            p[at] = max(float(ndtr(-delta / error)), float(exact[at]))
    return Again(effects, p)


Test = Callable[[tuple["Floats", "Floats"], "Floats"], tuple[float, float]]
"""Texts that say it and all texts by period, and what the season adds; gives a log ratio and a p-value."""


def over_time_again(one: Timeline, test: Test, dealt: Dealt) -> Again:
    """The share of the texts of each period that say a phrase."""
    import numpy as np

    assert one.said is not None, "a series of a phrase"
    rows = dealt.rows.filter(dealt.rows[one.time.column].notnull())
    cut = rows.select(KEY, period=one.time.start_of(rows).cast("string"), hit=one.said(rows))
    sums = dealt.summed(cut.filter(cut.hit.notnull()), ["period", "hit"])
    hits, n = sums.along(one.starts, bool), sums.along(one.starts, lambda hit: True)
    season = settled(one).season
    drawn = [test((here, texts), season) for here, texts in zip(hits, n, strict=True)]
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))


def scored_again(rows: "npt.NDArray[np.int64]", parts: Scored, scale: float, dealt: Dealt) -> Again:
    """What a phrase adds to an outcome given the others, by the score test on the texts of a draw.

    `parts` are those of the texts with the numbers `rows`, of the model without the phrase, fitted to all texts.
    Effect: the score over the information, which is one step towards the coefficient, times `scale`.
    """
    import ibis
    import numpy as np
    import pyarrow as pa
    from scipy.special import ndtr

    columns = {"score": parts.score, "information": parts.information, "variance": parts.variance}
    known = ibis.memtable(pa.table({ROW: rows, **columns, "square": parts.score**2}))
    joined = dealt.rows.inner_join(known, ROW)
    sums = dealt.summed(joined.select(KEY, *columns, "square"), [], [*columns, "square"])
    score, information, variance, square = (sums.where(lambda: True, name) for name in (*columns, "square"))
    z = score / np.sqrt(np.maximum(np.maximum(square, variance), 1e-300))
    return Again(scale * score / np.maximum(information, 1e-12), np.asarray(2 * ndtr(-np.abs(z))))
