"""The rule on a standing challenger: not worse on the frozen test rows, and better on feedback since it stands.

It may be asked after every correction: the evidence is an e-process (`betting`), whose level is one for all looks.
The levels of all challengers of a champion add up to the level of the rule: challenger k is judged once when it is
trained, at look 2k - 1 of the plan α / (n (n + 1)), and then stands with the level of look 2k.  Half of that is for
what people chose to speak of, half for answers that were drawn, which begin anew when there are enough of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dongcha.core.checks import need
from dongcha.core.words import Words
from dongcha.learn.betting import log_wealth, progress
from dongcha.learn.paired import Paired, lower_bound
from dongcha.learn.promote import Rule, not_worse

Verdict = Literal["promote", "wait", "refuse", "withdraw"]
STREAMS = 2  # of feedback: what people chose to speak of, and what was drawn


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows for a standing challenger, why, and the figures behind it."""

    verdict: Verdict
    reasons: tuple[Words, ...]
    figures: Mapping[str, float]

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        reasons = [reason.to_json() for reason in self.reasons]
        return {"verdict": self.verdict, "reasons": reasons, "figures": dict(self.figures)}


def first_look(challenger: int) -> int:
    """The look of the plan at which challenger number `challenger` (from 1) is judged when it is trained."""
    return 2 * challenger - 1


def standing_level(alpha: float, challenger: int) -> float:
    """The level of all looks at challenger number `challenger` (from 1) while it stands, on one of the two streams.

    >>> round(sum(0.05 / (n * (n + 1)) for n in (1, 3)) + 2 * standing_level(0.05, 1) + 2 * standing_level(0.05, 2), 3)
    0.04
    """
    look = 2 * challenger
    return alpha / (look * (look + 1)) / STREAMS


def rule_on(frozen: Paired | None, recent: Paired, rule: Rule, challenger: int = 1) -> Ruling:
    """What the rule says; `frozen` None where the test rows are gone, `recent` is feedback since the challenger stands.

    Raises `ConfigError` where `challenger` is not counted from 1.
    """
    need("promotion", "challenger", challenger, challenger >= 1, "an integer of at least 1")
    level = standing_level(rule.alpha, challenger)
    better, worse = log_wealth(recent.won, recent.lost), log_wealth(recent.lost, recent.won)
    figures = {
        "recent_rows": recent.rows, "recent_won": recent.won, "recent_lost": recent.lost,
        "recent_difference": recent.difference, "log_evidence": better, "log_evidence_against": worse,
        "level": level, "progress": progress(recent.won, recent.lost, level),
        "progress_against": progress(recent.lost, recent.won, level),
    }  # fmt: skip
    held, holds = Words("The frozen test rows are gone.", "固定测试行已不存在。"), False
    if frozen is not None:
        bound = lower_bound(frozen, 1 - rule.alpha)
        holds, held = not_worse(frozen, bound, rule)
        figures |= {
            "test_rows": frozen.rows, "test_won": frozen.won, "test_lost": frozen.lost, "test_lower_bound": bound,
            "test_difference": frozen.difference, "margin": rule.margin,
        }  # fmt: skip
    verdict, gain = _said(figures, recent, holds=holds)
    return Ruling(verdict, (held, gain), figures)


def _said(figures: Mapping[str, float], recent: Paired, *, holds: bool) -> tuple[Verdict, Words]:
    counts = Words(
        f"{recent.won} only it got right, {recent.lost} only the champion, of {recent.rows:,}",
        f"仅挑战者答对 {recent.won} 条，仅现役答对 {recent.lost} 条，共 {recent.rows:,} 条",
    )
    if figures["progress_against"] >= 1.0:
        return "withdraw", Words(f"Worse on live feedback ({counts.en}).", f"在线上反馈中更差（{counts.zh}）。")
    if figures["progress"] >= 1.0:
        better = Words(f"Better on live feedback ({counts.en}).", f"在线上反馈中更好（{counts.zh}）。")
        return ("promote" if holds else "refuse"), better
    part = f"{figures['progress']:.0%}"
    return "wait", Words(
        f"Not yet better on live feedback ({counts.en}); {part} of the evidence that is needed.",
        f"在线上反馈中尚未更好（{counts.zh}）；已有所需证据的 {part}。",
    )
