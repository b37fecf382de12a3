"""Whether confidence, lengths or answered numbers are distributed otherwise than before: Kolmogorov-Smirnov."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words
from dongcha.learn.drift.change import Change, Trait

Numbers = npt.NDArray[np.float64] | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Told:
    """How a trait's numbers are named and shown."""

    name: Words
    form: str


TOLD: dict[Trait, Told] = {
    "confidence": Told(Words("How sure the model is", "模型的置信度"), ".2f"),
    "length": Told(Words("The length of texts, in characters,", "文本长度（字符数）"), ",.0f"),
    "labels": Told(Words("The answered number", "回答的数值"), ",.4g"),
}


def amounts_changed(trait: Trait, reference: Numbers, window: Numbers) -> Change | None:
    """The test of one number an input; NaN and infinity are left out, None where a side has fewer than two others.

    `effect` is the largest distance of the two cumulated shares.  Ties make the p-value larger than it is, never
    smaller.
    """
    from scipy.stats import ks_2samp

    old, new = _finite(reference), _finite(window)
    if min(len(old), len(new)) < 2:
        return None
    found: Any = ks_2samp(old, new, method="asymp" if max(len(old), len(new)) > 5000 else "auto")
    effect, at = float(found.statistic), float(found.statistic_location)
    told, old_middle, new_middle = TOLD[trait], float(np.median(old)), float(np.median(new))
    below = float((old <= at).mean()), float((new <= at).mean())
    shown = {key: format(value, told.form) for key, value in (("at", at), ("old", old_middle), ("new", new_middle))}
    return Change(
        trait=trait, statistic=effect, p=float(found.pvalue), effect=effect, reference=len(old), window=len(new),
        meaning=Words(
            f"at least {effect:.1%} of the inputs would have to be different for the distribution to be as before",
            f"要使分布与之前相同，至少须有 {effect:.1%} 的输入不同",
        ),
        sentence=Words(
            f"{told.name.en} changed: the middle went from {shown['old']} to {shown['new']}, and the share up to "
            f"{shown['at']} from {below[0]:.1%} to {below[1]:.1%}.",
            f"{told.name.zh}发生了变化：中位数由 {shown['old']} 变为 {shown['new']}，"
            f"不超过 {shown['at']} 的占比由 {below[0]:.1%} 变为 {below[1]:.1%}。",
        ),
        figures={
            "median_before": old_middle, "median_after": new_middle, "at": at, "before": below[0], "after": below[1],
        },
    )  # fmt: skip


def _finite(values: Numbers) -> npt.NDArray[np.float64]:
    found = np.asarray(values, dtype=np.float64)
    return found[np.isfinite(found)]
