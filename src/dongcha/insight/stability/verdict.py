"""What the half-samples say of one claim: how often it holds, and whether it rests on few units."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.laws import t_two_sided
from dongcha.insight.stability.dealt import DRAWS, PAIRS, Again, Dealt, Retest
from dongcha.insight.stability.units import Unit

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LEVEL = 0.05
"""A claim holds in a draw where its test, alone, has a p-value of at most this."""

FRAGILE = 0.6
"""A claim that holds in a smaller part of the draws says so: the least that Meinshausen & Buhlmann 2010 call stable."""

WIDENS = 1.3
"""An interval that is so many times as wide where units are drawn whole is told of."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`part` of the draws (0..1) in which the claim holds; `p_value` where rows of a unit are not independent, or 0."""

    part: float
    p_value: float = 0.0
    caveats: tuple[Words, ...] = ()


def verdict(again: Retest, effect: float, least: float, by_row: Dealt, by_unit: Dealt | None) -> Verdict:
    """The verdict on a claim of `effect` (its sign counts); a difference is one of at least `least`."""
    rows = again(by_row)
    if by_unit is None or by_unit.unit is None:
        part = _holding(rows, effect, least)
        return Verdict(part, 0.0, _fragile(part))
    units = again(by_unit)
    part = _holding(units, effect, least)
    wider = _spread(units.effects) / max(_spread(rows.effects), 1e-12)
    told = (_alike(by_unit.unit, wider),) if wider >= WIDENS else ()
    return Verdict(part, _p_value(units.effects), (*_fragile(part), *told))


def _holding(again: Again, effect: float, least: float) -> float:
    import numpy as np

    same_way = again.effects * effect > 0
    return float(np.mean(same_way & (np.abs(again.effects) >= least) & (again.p_values <= LEVEL)))


def _spread(effects: "Floats") -> float:
    """The standard error of the effect: halves vary about the whole as it does about the truth (McCarthy 1969)."""
    import numpy as np

    return float(np.sqrt(np.mean((effects - effects.mean()) ** 2)))


def _p_value(effects: "Floats") -> float:
    spread = _spread(effects)
    return t_two_sided(float(effects.mean()) / spread, PAIRS - 1) if spread else 0.0


def _fragile(part: float) -> tuple[Words, ...]:
    if part >= FRAGILE:
        return ()
    times = round(part * DRAWS)
    return (
        Words(
            f"It holds in only {times} of {DRAWS} halves of the data: more rows may overturn it.",
            f"随机取一半数据重复 {DRAWS} 次，仅 {times} 次成立：数据增多后结论可能改变。",
        ),
    )


def _alike(unit: Unit, wider: float) -> Words:
    times = f"{wider:.1f}"
    if unit.column is None:
        return Words(
            f"Many rows are copies of others. Counted as one each, they leave an interval {times} times as wide.",
            f"许多记录是重复的；把重复记录视为一条时，区间宽度为所示的 {times} 倍。",
        )
    return Words(
        f"Rows with the same “{unit.column}” are alike. Taken together, they leave an interval {times} times as wide.",
        f"“{unit.column}”相同的记录彼此相似；按“{unit.column}”整体抽样时，区间宽度为所示的 {times} 倍。",
    )
