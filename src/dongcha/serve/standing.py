"""How a challenger stands: how often it agrees with what is served, and how far the decision on it is."""

from typing import Any

from dongcha.core.words import Words
from dongcha.store.judgements import judgements_of
from dongcha.store.shadowed import shadows_of
from dongcha.store.state import State
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of


def standing(state: State, model: str) -> dict[str, Any] | None:
    """A JSON object of the model's challenger; None where it has none beside its champion.

    `agreement` (0..1) is None while nothing was answered in shadow; `progress` (0..1) and `verdict` are None until it
    was judged.
    """
    aliases = versions_of(state).aliases(model)
    champion, challenger = aliases.get(CHAMPION), aliases.get(CHALLENGER)
    if champion is None or challenger is None or champion == challenger:
        return None
    found = shadows_of(state).agreement(model, challenger, champion)
    last = judgements_of(state).last(model, champion, challenger)
    figures = {} if last is None else last.told.get("figures", {})
    return {
        "champion": champion, "version": challenger, "answered": found.answered, "agreed": found.agreed,
        "agreement": found.share, "judged": int(figures.get("recent_rows", 0)),
        "won": int(figures.get("recent_won", 0)), "lost": int(figures.get("recent_lost", 0)),
        "progress": figures.get("progress"), "progress_against": figures.get("progress_against"),
        "verdict": None if last is None else last.told.get("verdict"), "at": None if last is None else last.at,
    }  # fmt: skip


def standing_words(model: str, told: dict[str, Any]) -> Words:
    """The same in a line."""
    number, beside = told["version"], told["champion"]
    agrees = Words("nothing answered in shadow yet", "尚未影子作答")
    if told["answered"]:
        share, count = f"{told['agreement']:.1%}", f"{told['answered']:,}"
        agrees = Words(
            f"agrees with v{beside} on {share} of {count} live answers",
            f"在 {count} 个线上回答中有 {share} 与 v{beside} 一致",
        )
    judged = Words("not judged yet", "尚未评判")
    if told["progress"] is not None:
        won, lost, part = told["won"], told["lost"], f"{told['progress']:.0%}"
        judged = Words(
            f"judged on {told['judged']:,} corrections ({won} only it got right, {lost} only the champion), {part} of "
            "the evidence for promotion",
            f"已用 {told['judged']:,} 条纠正评判（仅它答对 {won} 条，仅现役答对 {lost} 条），已有晋升所需证据的 {part}",
        )
    return Words(
        f"{model} challenger v{number}: {agrees.en}; {judged.en}", f"{model} 挑战者 v{number}：{agrees.zh}；{judged.zh}"
    )
