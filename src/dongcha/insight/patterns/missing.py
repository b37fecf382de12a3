"""Missing not at random: a column is missing more often in one group, or in one period, than elsewhere.

Test: Fisher's exact test of the group against all others, one-sided; the surest group of each breakdown is told, its
p-value times the groups asked (Bonferroni).  Effect: Cohen's h.  Rubin 1976 (https://doi.org/10.1093/biomet/63.3.581):
what is missing this way is not missing completely at random.

What is missing by definition is no news: an end that has not come yet and what comes with it; a column that is missing
in all or none of the rows of each group of some breakdown (nine tenths of it); a group in which it is always missing,
which is no part of the others either; and the last two periods, where it may yet come.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.periods import Periods, truncated
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube, period_key
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.fisher import upper
from dongcha.insight.insight import Subject
from dongcha.insight.missing import Gaps, Groups, gaps
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, small_base
from dongcha.insight.stability.crossed import gap_again

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

ALWAYS = 0.98
"""Part of a group's rows in which a column is missing from which on the group has no such thing."""

FIXED = 0.1
"""Part of the errors that a guess of missing or not makes by the groups, of those without, up to which they fix it."""

YET = 2
"""Last periods, in which what is missing may yet come."""

WEIGHT = 0.7
"""That a value was not written down is less news than what the values say."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A column that is missing most surely more often in one group of a breakdown; `time` where that is a period."""

    rate: Rate
    p_value: float
    time: Periods | None
    tried: int  # groups that were asked
    never: tuple[str, ...]  # groups in which it is always missing


@PATTERNS("missing")
def claims(cube: Cube) -> Iterator[Claim]:
    """The surest group of every column that is partly missing and every breakdown, and its surest period."""
    found = gaps(cube)
    for at, column in enumerate(found.columns):
        if any(_fixed(groups.n, groups.gone[:, at]) for groups in found.by.values()):
            continue
        for name, groups in found.by.items():
            time = found.time if found.time and name == period_key(found.time) else None
            gap = _surest((column, name if time is None else time.column), groups, at, time)
            if gap is not None and column != gap.rate.breakdown:
                yield _claim(cube, gap, found)


def _fixed(n: "Floats", gone: "Floats") -> bool:
    """Whether the groups say nearly always whether it is missing."""
    import numpy as np

    wrong, blind = float(np.minimum(gone, n - gone).sum()), float(min(gone.sum(), n.sum() - gone.sum()))
    return wrong <= FIXED * blind


def _surest(names: tuple[str, str], groups: Groups, at: int, time: Periods | None) -> Gap | None:
    """The group with the smallest p-value; None where none can be asked."""
    n, gone = groups.n, groups.gone[:, at]
    never = (n >= MIN_GROUP) & (gone >= ALWAYS * n)
    rows, hits = float(n[~never].sum()), float(gone[~never].sum())
    asked = ~never & (n >= MIN_GROUP) & (rows - n >= MIN_GROUP)
    if time is not None:
        asked[-YET:] = False
    places = [int(i) for i in asked.nonzero()[0]]
    if not places or not hits:
        return None
    inside, size = gone[places], n[places]
    p: list[float] = upper(inside, size, hits - inside, rows - size).tolist()
    best = p.index(min(p))
    here = places[best]
    cells = int(gone[here]), int(n[here]), int(hits - gone[here]), int(rows - n[here])
    rate = Rate(names[0], None, names[1], groups.values[here], *cells)
    return Gap(
        rate,
        min(1.0, p[best] * len(places)),
        time,
        len(places),
        tuple(str(groups.values[i]) for i in never.nonzero()[0]),
    )


def _claim(cube: Cube, gap: Gap, found: Gaps) -> Claim:
    rate, grain = gap.rate, gap.time.grain if gap.time else None
    first = found.first[rate.outcome]
    return Claim(
        pattern="missing",
        subject=Subject(rate.outcome, "rate", (rate.breakdown,), grain=grain),
        test="Fisher's exact test, one-sided, Bonferroni over the groups",
        p_value=gap.p_value,
        effect=rate.effect,
        share=rate.group_rows / cube.rows,
        fact=("missing", first, rate.breakdown, grain),
        prove=partial(_prove, cube, gap, tuple(n for n in found.columns if found.first[n] == first)),
        weight=WEIGHT,
        again=partial(gap_again, rate.outcome, partial(_key, rate.breakdown, gap.time), str(rate.group), gap.never),
        tried=gap.tried,
    )


def _key(breakdown: str, time: Periods | None, data: "ir.Table") -> "ir.Value":
    """The group, or the period, of each row, as a text."""
    return (data[breakdown] if time is None else time.start_of(data)).cast("string")


def _prove(cube: Cube, gap: Gap, alike: tuple[str, ...]) -> Proof:
    rate = gap.rate
    query = _by_group if gap.time is None else _by_period
    proof = evidence(cube.table, partial(query, gap=gap))
    row = subject_row(proof)
    where = {"group": str(rate.group)} if gap.time is None else {"period": row["period"]}
    facts = {**where, **{name: row[name] for name in ("value", "n", "rest", "times")}}
    return Proof(facts, proof, (*small_base(rate.group_rows), *_never(len(gap.never)), *_alike(rate.outcome, alike)))


def _never(groups: int) -> tuple[Words, ...]:
    if not groups:
        return ()
    en = "1 group in which it is" if groups == 1 else f"{groups} groups in which it is"
    return (Words(f"Not compared: {en} always missing.", f"未比较：{groups} 个始终缺失的组。"),)


def _alike(column: str, alike: tuple[str, ...]) -> tuple[Words, ...]:
    others = [f"“{' '.join(name.split())}”" for name in alike if name != column]
    if not others:
        return ()
    return (Words(f"Missing in the same rows: {', '.join(others)}.", f"在相同记录中缺失的还有：{'、'.join(others)}。"),)


def _by_group(data: "ir.Table", gap: Gap) -> "ir.Table":
    """How often it is missing in each group, and in the other groups; the subject first."""
    rate = gap.rate
    known = data.filter(data[rate.breakdown].notnull())
    cut = known.select(group=known[rate.breakdown].cast("string"), gone=known[rate.outcome].isnull().cast("int64"))
    found = _compared(cut)
    name = rate.breakdown if rate.breakdown not in found.columns else "group"
    found = found.mutate(is_subject=found.group == str(rate.group))
    shown = found.select(
        **{name: found.group}, **{c: found[c] for c in ("value", "n", "rest", "times", "always", "is_subject")}
    )
    return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown[name])


def _by_period(data: "ir.Table", gap: Gap) -> "ir.Table":
    """How often it is missing in each period, and in the other periods, in their order."""
    import ibis

    rate, time = gap.rate, gap.time
    assert time is not None
    known = data.filter(data[time.column].notnull())
    cut = known.select(group=truncated(known, time.column, time.grain), gone=known[rate.outcome].isnull().cast("int64"))
    found = _compared(cut)
    partial_ones = [day for day, whole in zip(time.starts, time.complete, strict=True) if not whole]
    shown = found.select(
        period=found.group,
        **{c: found[c] for c in ("value", "n", "rest", "times", "always")},
        complete=~found.group.isin(partial_ones) if partial_ones else ibis.literal(True),
        is_subject=found.group == ibis.date(str(rate.group)),
    )
    return shown.order_by(shown.period)


def _compared(cut: "ir.Table") -> "ir.Table":
    """The rows of `cut` (`group`, `gone`) by group, each beside all others but those that are always missing."""
    found = cut.group_by("group").agg(n=cut.count(), gone=cut.gone.sum())
    found = found.mutate(always=(found.n >= MIN_GROUP) & (found.gone >= ALWAYS * found.n))
    counted = (~found.always).cast("int64")
    n, gone = (counted * found.n), (counted * found.gone)
    value = found.gone / found.n
    rest = (gone.sum().over() - gone) / (n.sum().over() - n).nullif(0)
    return found.mutate(value=value, rest=rest, times=value / rest.nullif(0))
