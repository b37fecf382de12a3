"""The rule of promotion: not worse on the frozen test rows, and better on recent feedback.

The first guards what is known, the second asks for a gain where the world is now.  Each look at the feedback spends its
part of the error, α / (k (k + 1)) at look k, so that asking every night does not promote by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dongcha.core.checks import need
from dongcha.core.words import Words
from dongcha.learn.paired import Paired, lower_bound, sign_test

Verdict = Literal["promote", "wait", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`margin` of accuracy that may be lost on the frozen rows; error of each test; the least feedback that counts."""

    margin: float
    least: int
    alpha: float = 0.05

    def __post_init__(self) -> None:
        need("promotion", "margin", self.margin, 0 < self.margin < 1, "between 0 and 1")
        need("promotion", "alpha", self.alpha, 0 < self.alpha < 0.5, "between 0 and 0.5")
        need("promotion", "least", self.least, self.least >= 1, "an integer of at least 1")


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows, why, and the figures behind it."""

    verdict: Verdict
    reasons: tuple[Words, ...]
    figures: Mapping[str, float]

    @property
    def promoted(self) -> bool:
        """Whether the challenger becomes the champion."""
        return self.verdict == "promote"

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        reasons = [reason.to_json() for reason in self.reasons]
        return {"verdict": self.verdict, "reasons": reasons, "figures": dict(self.figures)}


def decide(frozen: Paired, recent: Paired, rule: Rule, look: int = 1) -> Decision:
    """Whether the challenger takes over; `look` counts from 1 how often this pair of versions was asked about.

    `frozen` are test rows that neither learned from, `recent` feedback that came after both were trained.
    """
    need("promotion", "look", look, look >= 1, "an integer of at least 1")
    bound, spent = lower_bound(frozen, 1 - rule.alpha), rule.alpha / (look * (look + 1))
    p = sign_test(recent)
    figures = {
        "test_rows": frozen.rows, "test_difference": frozen.difference, "test_lower_bound": bound,
        "margin": rule.margin, "recent_rows": recent.rows, "recent_won": recent.won, "recent_lost": recent.lost,
        "recent_difference": recent.difference, "recent_p_value": p, "alpha_of_this_look": spent, "look": look,
    }  # fmt: skip
    holds, held = not_worse(frozen, bound, rule)
    verdict, gain = _better(recent, p, spent, rule)
    return Decision(verdict if holds else "refuse", (held, gain), figures)


def not_worse(frozen: Paired, bound: float, rule: Rule) -> tuple[bool, Words]:
    """Whether the lower bound of the difference on the frozen rows is within the margin, and in words."""
    ok = bound > -rule.margin
    d, low, margin = (f"{100 * value:+.1f}" for value in (frozen.difference, bound, -rule.margin))
    if not frozen.rows:
        return False, Words("There is no frozen test row to compare on.", "没有可供比较的固定测试行。")
    verb = Words("Not worse", "不差于现役") if ok else Words("Not shown to be no worse", "不能证明不差于现役")
    return ok, Words(
        f"{verb.en} on {frozen.rows:,} test rows: {d} points, at least {low} (allowed {margin}).",
        f"在 {frozen.rows:,} 行测试数据上{verb.zh}：{d} 个百分点，下限 {low}（允许 {margin}）。",
    )


def _better(recent: Paired, p: float, spent: float, rule: Rule) -> tuple[Verdict, Words]:
    counts = Words(
        f"{recent.won} only it got right, {recent.lost} only the champion, of {recent.rows:,}; p = {p:.3g}, "
        f"needed {spent:.3g}",
        f"仅挑战者答对 {recent.won} 条，仅现役答对 {recent.lost} 条，共 {recent.rows:,} 条；"
        f"p = {p:.3g}，要求 {spent:.3g}",
    )
    if recent.rows < rule.least:
        need_more = rule.least - recent.rows
        return "wait", Words(
            f"Too little feedback yet: {recent.rows} of {rule.least} corrections; {need_more} more are needed.",
            f"反馈还太少：{rule.least} 条中有 {recent.rows} 条，还需要 {need_more} 条。",
        )
    if p <= spent:
        return "promote", Words(f"Better on recent feedback ({counts.en}).", f"在近期反馈上更好（{counts.zh}）。")
    if sign_test(Paired(recent.lost, recent.won, recent.rows)) <= spent:
        return "refuse", Words(f"Worse on recent feedback ({counts.en}).", f"在近期反馈上更差（{counts.zh}）。")
    return "wait", Words(f"Not yet better on recent feedback ({counts.en}).", f"在近期反馈上尚未更好（{counts.zh}）。")
