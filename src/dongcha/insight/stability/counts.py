"""Claims that rest on numbers of rows, tested anew in every draw.  The tests are those that the patterns state."""

import operator
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.cube import period_key
from dongcha.insight.fisher import two_sided, upper
from dongcha.insight.laws import binomial_uppers
from dongcha.insight.stability.counted import Label, counted
from dongcha.insight.stability.dealt import KEY, Again, Dealt, Sums

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def rate_again(outcome: str, category: str, breakdown: Sequence[str], group: Sequence[str], dealt: Dealt) -> Again:
    """The rate of a category in a group against all others; of a pair of groups, against the others of each."""
    sums = _hits(((outcome, category), *zip(breakdown, group, strict=True)), dealt)
    hits, n = (sums.where(lambda hit, *both, only=only: all(both) and (hit or not only)) for only in (True, False))
    if len(breakdown) == 1:
        rest_hits, rest = (
            sums.where(lambda hit, one, only=only: not one and (hit or not only)) for only in (True, False)
        )
        return Again(cohens_h(hits, n, rest_hits, rest), fisher(hits, n, rest_hits, rest))
    return _weaker(
        [
            _against(
                hits,
                n,
                *(
                    sums.where(lambda hit, *both, only=only, side=side: _only(both, side) and (hit or not only))
                    for only in (True, False)
                ),
            )
            for side in (0, 1)
        ]
    )


def _hits(asked: Sequence[tuple[str, str]], dealt: Dealt) -> Sums:
    """The rows that have all columns of `asked`, by whether they have each of the values."""
    known = counted(dealt, {name: partial(operator.eq, value) for name, value in asked})
    if known is not None:
        return known
    rows = dealt.rows.filter(*(dealt.rows[name].notnull() for name, _ in asked))
    has = {f"has{at}": rows[name].cast("string") == value for at, (name, value) in enumerate(asked)}
    return dealt.summed(rows.select(KEY, **has), list(has))


def _only(both: Sequence[bool], side: int) -> bool:
    """Whether a row is in the group of `side` and not in the other."""
    return both[side] and not both[1 - side]


def _against(hits: "Floats", n: "Floats", rest_hits: "Floats", rest: "Floats") -> Again:
    return Again(cohens_h(hits, n, rest_hits, rest), fisher(hits, n, rest_hits, rest))


def _weaker(both: Sequence[Again]) -> Again:
    """Two tests that have to hold the same way: the larger p-value, the smaller effect."""
    import numpy as np

    one, other = both
    effects = np.where(np.abs(one.effects) <= np.abs(other.effects), one.effects, other.effects)
    p = np.where(one.effects * other.effects > 0, np.maximum(one.p_values, other.p_values), 1.0)
    return Again(effects, p)


def by_values(names: Sequence[str], dealt: Dealt) -> Sums:
    """The rows that have all of the columns, by their values as texts."""
    known = counted(dealt, dict.fromkeys(names, str)) if len(set(names)) == len(names) else None
    if known is not None:
        return known
    rows = dealt.rows.filter(*(dealt.rows[name].notnull() for name in names))
    columns = {f"value{at}": rows[name].cast("string") for at, name in enumerate(names)}
    return dealt.summed(rows.select(KEY, **columns), list(columns))


def largest_again(name: str, group: str, dealt: Dealt, *, of_all: bool) -> Again:
    """The rows of a group against half of all, or against the largest other group."""
    import numpy as np

    sums = by_values([name], dealt)
    own = sums.where(lambda one: one == group)
    others = [at for at, cell in enumerate(sums.cells) if cell[0] != group]
    rest = sums.totals["n"][:, others]
    second = rest.sum(axis=1) if of_all else rest.max(axis=1)
    both = np.maximum(own + second, 1)
    tail = binomial_uppers(own, both, 0.5)
    effects = 2 * np.arcsin(np.sqrt(own / both)) - np.pi / 2
    return Again(effects, tail if of_all else np.minimum(1.0, 2 * tail))


def driver_again(time: Periods, periods: tuple[str, str], breakdown: str, group: str, dealt: Dealt) -> Again:
    """A group's part of the rows in two periods, and the change of all rows between them."""
    import numpy as np

    sums = _in_two_periods(time, periods, (breakdown, group), dealt)
    before, after, rest_before, rest_after = (
        sums.where(lambda inside, later, want=want: (inside, later) == want)
        for want in ((True, False), (True, True), (False, False), (False, True))
    )
    whole = [time.starts.index(day) for day in time.starts if day.isoformat() in periods]
    part = time.days[whole[1]] / (time.days[whole[0]] + time.days[whole[1]])
    total = before + rest_before, after + rest_after
    tail = np.minimum(*_both_tails(total[1], total[0] + total[1], part))
    tried = sum(one and two for one, two in zip(time.complete, time.complete[1:], strict=False))
    p = np.maximum(fisher(after, before + after, rest_after, rest_before + rest_after), np.minimum(1, 2 * tail * tried))
    return Again(cohens_h(after, total[1], before, total[0]), p)


def _both_tails(k: "Floats", n: "Floats", p: float) -> tuple["Floats", "Floats"]:
    return binomial_uppers(n - k, n, 1 - p), binomial_uppers(k, n, p)


def _in_two_periods(time: Periods, periods: tuple[str, str], group: tuple[str, str], dealt: Dealt) -> Sums:
    """The rows of two periods, by whether they are of the group and whether they are of the later one."""
    import ibis

    later = {period: at == 1 for at, period in enumerate(periods)}
    asked: dict[str, Label] = {
        group[0]: partial(operator.eq, group[1]),
        period_key(time): lambda start: later.get(str(start)),
    }
    known = counted(dealt, asked) if dealt.has(time) else None
    if known is not None:
        return known
    rows = dealt.rows.filter(dealt.rows[group[0]].notnull() & dealt.rows[time.column].notnull())
    cut = rows.select(KEY, inside=rows[group[0]].cast("string") == group[1], period=time.start_of(rows))
    cut = cut.filter(cut.period.isin([ibis.date(period) for period in periods]))
    return dealt.summed(cut.select(KEY, "inside", later=cut.period == ibis.date(periods[1])), ["inside", "later"])


def cohens_h(hits: "Floats", n: "Floats", rest_hits: "Floats", rest: "Floats") -> "Floats":
    """The difference of the arcsines of the roots of two rates; 0 where there are no rows."""
    import numpy as np

    known = (n > 0) & (rest > 0)
    gap = np.arcsin(np.sqrt(hits / np.maximum(n, 1))) - np.arcsin(np.sqrt(rest_hits / np.maximum(rest, 1)))
    return np.where(known, 2 * gap, 0.0)


def fisher(hits: "Floats", n: "Floats", rest_hits: "Floats", rest: "Floats") -> "Floats":
    """Twice the smaller tail of Fisher's exact test; 1 where there are no rows."""
    import numpy as np

    return np.where(n + rest > 0, two_sided(hits, np.where(n + rest > 0, n, 1), rest_hits, rest), 1.0)


def more_often(hits: "Floats", n: "Floats", rest_hits: "Floats", rest: "Floats") -> "Floats":
    """The upper tail of Fisher's exact test; 1 where there are no rows."""
    import numpy as np

    return np.where(n + rest > 0, upper(hits, np.where(n + rest > 0, n, 1), rest_hits, rest), 1.0)
