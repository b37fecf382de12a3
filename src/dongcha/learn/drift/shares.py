"""Whether answers fall to other labels than before, and which label's share changed most."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words
from dongcha.learn.drift.change import Change

Counts = npt.NDArray[np.int64]

EXPECTED = 5.0
"""Of a label in the smaller sample; rarer labels are one cell of the G test, and have exact tests of their own."""

SHOWN_LABEL = 60


def labels_changed(reference: Sequence[str], window: Sequence[str]) -> Change | None:
    """The test of answered labels (as JSON, as a profile has them); None where a side is empty or answers are numbers.

    `effect` is the share of answers that would have to be another label for the shares to be as before (total
    variation).  Answers that are lists count a label once an input; then `effect` is the largest change of a share.
    """
    old, new = [_of(one) for one in reference], [_of(one) for one in window]
    if not old or not new or numbers(reference) is not None:
        return None
    before = Counter(label for one in old for label in set(one))
    after = Counter(label for one in new for label in set(one))
    names = sorted(before | after)
    counts = np.array([[side[name] for name in names] for side in (before, after)], dtype=np.int64).reshape(2, -1)
    if not names:
        return None
    sizes = len(old), len(new)
    single = all(len(one) == 1 for one in (*old, *new))
    each = exact(counts, sizes)
    statistic, p = g_test(counts) if single else (0.0, 1.0)
    p_each = min(1.0, len(names) * float(each.min()))
    shares = counts / np.array(sizes)[:, None]
    gone = shares[1] - shares[0]
    top = int(np.argmin(each)) if each.min() < 1.0 else 0
    effect = float(np.abs(gone).sum() / 2) if single else float(np.abs(gone).max())
    return Change(
        trait="labels", statistic=statistic, p=min(1.0, 2.0 * min(p, p_each)) if single else p_each, effect=effect,
        meaning=_meaning(effect, single), sentence=_sentence(names[top], float(shares[0, top]), float(shares[1, top])),
        reference=sizes[0], window=sizes[1], rows=tuple(i for i, one in enumerate(new) if names[top] in one)[:5],
        figures={"before": float(shares[0, top]), "after": float(shares[1, top])},
    )  # fmt: skip


def g_test(counts: Counts) -> tuple[float, float]:
    """The G test of two rows of counts with Williams' correction, rare labels pooled; (statistic, p).

    The p-value is that of a chi-square; (0, 1) where fewer than two cells are left.
    """
    from scipy.stats import chi2

    sizes, totals = counts.sum(axis=1), counts.sum(axis=0)
    rows = int(sizes.sum())
    if not sizes.all():
        return 0.0, 1.0
    rare = totals * sizes.min() / rows < EXPECTED
    cells = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)]) if rare.any() else counts
    cells = cells[:, cells.sum(axis=0) > 0]
    degrees = cells.shape[1] - 1
    if degrees < 1:
        return 0.0, 1.0
    expected = np.outer(sizes, cells.sum(axis=0)) / rows
    ratio = np.where(cells > 0, cells / expected, 1.0)
    g = 2.0 * float((cells * np.log(ratio)).sum())
    spread = (rows * (1.0 / sizes).sum() - 1.0) * (rows * (1.0 / cells.sum(axis=0)).sum() - 1.0)
    g /= 1.0 + spread / (6.0 * rows * degrees)
    return g, float(chi2.sf(g, degrees))


def exact(counts: Counts, sizes: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Fisher's exact p-value of each label against all others: twice the smaller tail, at most 1."""
    from scipy.stats import hypergeom

    totals = counts.sum(axis=0)
    law = hypergeom(sum(sizes), totals, sizes[1])
    tails = np.minimum(law.cdf(counts[1]), law.sf(counts[1] - 1))
    return np.asarray(np.minimum(1.0, 2.0 * tails), dtype=np.float64)


def numbers(labels: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """Answers that are numbers, as a regression gives them; None where one is not."""
    found = [json.loads(one) for one in labels]
    if not found or any(isinstance(one, bool) or not isinstance(one, float) for one in found):
        return None
    return np.array(found, dtype=np.float64)


def _of(label: str) -> tuple[str, ...]:
    """The labels of an answer."""
    found: Any = json.loads(label)
    return tuple(map(_name, found)) if isinstance(found, list) else (_name(found),)


def _name(label: Any) -> str:
    return label if isinstance(label, str) else json.dumps(label, ensure_ascii=False)


def _meaning(effect: float, single: bool) -> Words:
    if single:
        return Words(
            f"{effect:.1%} of the answers would have to be another label for the shares to be as before",
            f"要使各标签占比与之前相同，须有 {effect:.1%} 的回答改为其他标签",
        )
    return Words(
        f"the share of a label changed by {100 * effect:.1f} points",
        f"某个标签的占比变化了 {100 * effect:.1f} 个百分点",
    )


def _sentence(name: str, before: float, after: float) -> Words:
    shown = name if len(name) <= SHOWN_LABEL else name[: SHOWN_LABEL - 1] + "…"
    return Words(
        f"“{shown}” went from {before:.1%} to {after:.1%} of the answers.",
        f"“{shown}”的占比由 {before:.1%} 变为 {after:.1%}。",
    )
