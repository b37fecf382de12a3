"""The rule of rolling back: live quality has fallen below what the champion is known for.

Feedback is tested one by one against the champion's error on its test rows and a tolerance; the chance of ever rolling
back a champion that is as good as it was is `alpha`, however long it serves.  Feedback that people choose to give is of
wrong answers mostly: where that is so, give the error among *feedback* while the champion was new as what is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dongcha.core.checks import need
from dongcha.core.words import Words
from dongcha.learn.drift.evidence import Evidence
from dongcha.learn.promote import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """`tolerance` is what accuracy may fall by; `least` is the feedback from which on it may be said."""

    tolerance: float = 0.03
    alpha: float = 0.01
    least: int = 30

    def __post_init__(self) -> None:
        need("rollback", "tolerance", self.tolerance, 0 <= self.tolerance < 1, "between 0 and 1")
        need("rollback", "alpha", self.alpha, 0 < self.alpha < 0.5, "between 0 and 0.5")
        need("rollback", "least", self.least, self.least >= 1, "an integer of at least 1")


STANDARD = Guard()


def fallen(
    right: Sequence[bool], known: float, guard: Guard = STANDARD, weights: Sequence[float] | None = None
) -> Decision:
    """Whether to go back, from the outcomes since the promotion in order; `known` is the accuracy to hold, 0..1.

    The verdict is "refuse" where the champion has to go and "wait" where it may stay; `weights` are trust, 0..1.
    """
    need("rollback", "known", known, 0 <= known <= 1, "between 0 and 1")
    wrong = 1.0 - np.asarray(right, dtype=np.float64)
    bound = min(max(1.0 - known + guard.tolerance, 0.001), 0.999)
    evidence = Evidence.against(bound)
    most, at = evidence.amount, 0
    trust = np.ones(len(wrong)) if weights is None else np.asarray(weights, dtype=np.float64)
    for place, (value, weight) in enumerate(zip(wrong, trust, strict=True), 1):
        evidence = evidence.after([value], [min(max(float(weight), 0.0), 1.0)])
        if evidence.amount > most:
            most, at = evidence.amount, place
    last = 1.0 - float(wrong[-200:].mean()) if len(wrong) else float("nan")
    figures = {
        "rows": len(wrong),
        "known": known,
        "recent": last,
        "evidence": most,
        "needed": 1 / guard.alpha,
        "at": at,
    }
    if len(wrong) >= guard.least and most >= 1 / guard.alpha:
        shown = f"{100 * last:.1f} %", f"{100 * known:.1f} %"
        reason = Words(
            f"Live quality has fallen: {shown[0]} right of the last feedback, {shown[1]} known of this version.",
            f"线上质量下降：最近反馈中正确 {shown[0]}，该版本已知为 {shown[1]}。",
        )
        return Decision("refuse", (reason,), figures)
    return Decision("wait", (Words("Live quality has not fallen.", "线上质量没有下降。"),), figures)
