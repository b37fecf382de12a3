"""`dongcha learn PROJECT` as lines for a person: what was learned, how it was judged, what serves now."""

from typing import TYPE_CHECKING

from dongcha.core.words import Lang, Words

if TYPE_CHECKING:
    from dongcha.loop.refresh import Refreshed


def lines(done: "Refreshed", lang: Lang) -> list[str]:
    """What to say."""
    both = done.joined
    first = Words(
        f"{done.model} version {done.version}: learned {both.added:,} corrections ({both.replaced:,} took the place of "
        f"a row), {len(done.said.judged_by):,} judge it.",
        f"{done.model} 第 {done.version} 版：学习了 {both.added:,} 条纠正（其中 {both.replaced:,} 条替换了原有数据），"
        f"{len(done.said.judged_by):,} 条用于评判。",
    )
    new = ", ".join(both.new)
    told = [first.at(lang), *([Words(f"New classes: {new}.", f"新类别：{new}。").at(lang)] if new else [])]
    told += [one.at(lang) for one in (*done.notes, *done.decision.reasons)]
    return [*told, _end(done).at(lang)]


def _end(done: "Refreshed") -> Words:
    if done.promoted:
        return Words(
            f"It serves from now on, in the place of version {done.parent}; undo with dongcha models rollback.",
            f"它从现在起提供服务，取代第 {done.parent} 版；可用 dongcha models rollback 撤销。",
        )
    if done.decision.promoted:
        return Words(
            f"By the rule it may serve: dongcha models promote … {done.version}, or learn with --promote.",
            f"按规则它可以提供服务：dongcha models promote … {done.version}，或使用 --promote。",
        )
    return Words(
        f"Version {done.parent} goes on serving; {done.version} is the challenger.",
        f"第 {done.parent} 版继续提供服务；第 {done.version} 版为挑战者。",
    )
