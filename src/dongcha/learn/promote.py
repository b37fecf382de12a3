"""Who serves: a challenger that is not worse on the frozen test rows and better on what people say.

Both halves are needed.  The test rows say that nothing old was lost, feedback says that something was gained; a model
that only learned the newest complaints fails the first, one that learned nothing fails the second.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words

Bools = npt.NDArray[np.bool_]

MARGIN = 0.02
"""Accuracy on the test rows that a challenger may have lost at most, as far as the data can tell."""

LEVEL = 0.05
FEWEST = 20
"""Corrections that judge, under which nothing is decided."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Answers of two models to the same inputs: only the challenger right, only the champion right, of all."""

    gained: int
    lost: int
    rows: int

    @property
    def difference(self) -> float:
        """Accuracy of the challenger less that of the champion."""
        return (self.gained - self.lost) / self.rows if self.rows else 0.0

    @property
    def p_better(self) -> float:
        """Exact McNemar test, one-sided: the chance of as many gained if both were as good; 1 without differences."""
        from scipy.stats import binom

        differing = self.gained + self.lost
        return float(binom.sf(self.gained - 1, differing, 0.5)) if differing else 1.0

    def lower(self, level: float = LEVEL) -> float:
        """Lower bound of the difference, one-sided at `level`: Tango's score interval (Statistics in Medicine 1998).

        It holds its level for few rows and few differences, where the usual normal interval does not.
        """
        from scipy.optimize import brentq
        from scipy.stats import norm

        if not self.rows:
            return -1.0
        z = float(norm.isf(level))
        if self._score(-1.0 + 1e-9) <= z:
            return -1.0
        return float(brentq(lambda at: self._score(at) - z, -1.0 + 1e-9, self.difference))

    def _score(self, at: float) -> float:
        """Standard errors from `at` to the difference, under the most likely table whose difference is `at`."""
        n, gained, lost = self.rows, self.gained, self.lost
        b = -gained - lost + (2 * n - gained + lost) * at
        c = -lost * at * (1 - at)
        q = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)  # the most likely share of `lost`
        variance = n * (2 * q + at * (1 - at))
        distance = gained - lost - n * at
        return (
            distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance) if distance else 0.0
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the challenger is promoted by the rule, why, and on which figures."""

    promote: bool
    reasons: tuple[Words, ...]
    figures: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "promote": self.promote,
            "reasons": [one.to_json() for one in self.reasons],
            "figures": dict(self.figures),
        }


def paired(challenger: Sequence[bool] | Bools, champion: Sequence[bool] | Bools) -> Paired:
    """Two models on the same inputs, each right or wrong; raises `ValueError` where they are not as many."""
    new, old = np.asarray(challenger, dtype=bool), np.asarray(champion, dtype=bool)
    if new.shape != old.shape:
        raise ValueError(f"answers of both models are needed for every input, got {len(new)} and {len(old)}")
    return Paired(int((new & ~old).sum()), int((old & ~new).sum()), len(new))


def decide(test: Paired, feedback: Paired, *, margin: float = MARGIN, level: float = LEVEL) -> Decision:
    """The rule: not worse on the test by more than `margin`, and better on feedback, each at `level`.

    Both have to hold, so that the chance of promoting a challenger that fails either is at most `level` (Berger 1982,
    intersection-union test), without a correction for two tests.
    """
    low, p = test.lower(level), feedback.p_better
    kept, enough, better = low > -margin, feedback.rows >= FEWEST, p <= level
    figures = {
        "test_rows": test.rows, "test_difference": test.difference, "test_lower": low, "margin": margin,
        "feedback_rows": feedback.rows, "feedback_difference": feedback.difference, "feedback_p": p,
    }  # fmt: skip
    return Decision(
        kept and enough and better, (_on_test(test, low, margin, kept), _on_said(feedback, enough)), figures
    )


def _on_test(test: Paired, low: float, margin: float, kept: bool) -> Words:
    change, bound = f"{100 * test.difference:+.1f}", f"{100 * low:+.1f}"
    wanted = f"{-100 * margin:+.1f}"
    if kept:
        return Words(
            f"Nothing was lost on the {test.rows:,} test rows: accuracy {change} points, at least {bound} "
            f"(allowed {wanted}).",
            f"在 {test.rows:,} 行测试数据上没有变差：准确率 {change} 个百分点，至少 {bound}（允许 {wanted}）。",
        )
    if test.difference > -margin:
        return Words(
            f"The {test.rows:,} test rows do not show that nothing was lost: accuracy {change} points, perhaps as low "
            f"as {bound} (allowed {wanted}); more test rows would tell.",
            f"{test.rows:,} 行测试数据不足以说明没有变差：准确率 {change} 个百分点，可能低至 {bound}"
            f"（允许 {wanted}）；需要更多测试数据。",
        )
    return Words(
        f"It lost on the {test.rows:,} test rows: accuracy {change} points, perhaps as low as {bound} "
        f"(allowed {wanted}).",
        f"在 {test.rows:,} 行测试数据上变差：准确率 {change} 个百分点，可能低至 {bound}（允许 {wanted}）。",
    )


def _on_said(said: Paired, enough: bool) -> Words:
    if not enough:
        return Words(
            f"Only {said.rows} corrections judge it so far; the rule wants {FEWEST}.",
            f"目前只有 {said.rows} 条纠正可用于评判；规则要求 {FEWEST} 条。",
        )
    counts = Words(
        f"of {said.rows:,} corrections that neither learned from, it got {said.gained} right where the champion was "
        f"wrong, and {said.lost} the other way round (p = {said.p_better:.2g})",
        f"在 {said.rows:,} 条双方都未学过的纠正中，它答对而冠军答错 {said.gained} 条，"
        f"相反 {said.lost} 条（p = {said.p_better:.2g}）",
    )
    if said.p_better <= LEVEL:
        return Words(f"It is better on feedback: {counts.en}.", f"它在反馈上更好：{counts.zh}。")
    return Words(f"It is not shown to be better on feedback: {counts.en}.", f"尚不能说明它在反馈上更好：{counts.zh}。")
