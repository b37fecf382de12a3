"""How many different values a group has, tested anew in every draw: the values themselves are drawn.

A half of the rows would have more than half of the customers, and the more so the oftener each comes; a half of the
customers has half of them in every group.
"""

from dongcha.insight.laws import binomial_uppers
from dongcha.insight.stability.dealt import KEY, Again, Dealt


def distinct_again(column: str, breakdown: str, groups: tuple[str, str], dealt: Dealt) -> Again:
    """Those that only the first of two groups has against those that only the second has (McNemar's exact test)."""
    import numpy as np

    rows = dealt.rows.filter(dealt.rows[column].notnull() & dealt.rows[breakdown].notnull())
    group = rows[breakdown].cast("string")
    cut = rows.select(KEY, one=rows[column].cast("string"), first=group == groups[0], second=group == groups[1])
    # A value of several units is drawn with one of them.
    values = cut.group_by("one").agg(**{KEY: cut[KEY].min()}, first=cut["first"].any(), second=cut["second"].any())
    sums = dealt.summed(values.select(KEY, "first", "second"), ["first", "second"])
    only, other, both = (
        sums.where(lambda one, two, want=want: (one, two) == want)
        for want in ((True, False), (False, True), (True, True))
    )
    most, whole = only + both, only + other + 2 * both
    effects = 2 * np.arcsin(np.sqrt(most / np.maximum(whole, 1))) - np.pi / 2
    p = np.minimum(1.0, 2 * binomial_uppers(only, only + other, 0.5))
    return Again(np.where(whole > 0, effects, 0.0), np.where(only > other, p, 1.0))
