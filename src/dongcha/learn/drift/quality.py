"""Whether more texts are empty, or hold characters that the model never learned from: exact tests of shares."""

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words
from dongcha.learn.drift.change import Change, Trait
from dongcha.learn.drift.shares import exact

Bools = npt.NDArray[np.bool_]

NAMES: dict[Trait, Words] = {
    "empty": Words("The share of empty texts", "空文本的占比"),
    "strange": Words(
        "The share of texts with characters that the model never learned from", "含有模型从未学过的字符的文本占比"
    ),
}


def share_changed(trait: Trait, reference: Bools, window: Bools) -> Change | None:
    """Fisher's exact test of the share of a yes; None where a side is empty.  `effect` is the change of the share."""
    m, n = len(reference), len(window)
    if not m or not n:
        return None
    yes = np.array([[int(reference.sum())], [int(window.sum())]], dtype=np.int64)
    before, after = yes[0, 0] / m, yes[1, 0] / n
    effect, name = float(after - before), NAMES[trait]
    return Change(
        trait=trait, statistic=effect, p=float(exact(yes, (m, n))[0]), effect=effect, reference=m, window=n,
        meaning=Words(
            f"{100 * effect:+.1f} points of all texts", f"占全部文本 {100 * effect:+.1f} 个百分点"
        ),
        sentence=Words(
            f"{name.en} went from {before:.1%} to {after:.1%}.", f"{name.zh}由 {before:.1%} 变为 {after:.1%}。"
        ),
        rows=tuple(int(i) for i in np.flatnonzero(window)[:5]),
        figures={"before": float(before), "after": float(after)},
    )  # fmt: skip
