"""An explanation in the terminal: sentences, one table a finding, phrases and caveats."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.insight.change.answer import Breakdown, Explanation, Segment
from dongcha.insight.insight import Insight, Subject
from dongcha.report.difference import key_words, signed
from dongcha.report.fit import cut, room
from dongcha.report.names import human
from dongcha.report.numbers import p_value, percent
from dongcha.report.subject import PARTS, amount

MOST = 8
"""Segments that a table shows, besides the sum of the others."""
NAME_ROOM = 32
HEADS = {
    "before": Words("before", "前"),
    "after": Words("after", "后"),
    "volume": Words("volume", "量"),
    "rate": Words("rate", "率"),
    "change": Words("adds", "贡献"),
    "share": Words("share", "占比"),
    "q": Words("q", "q"),
}


def show(found: Explanation, lang: Lang) -> None:
    """All of it."""
    console = Console()
    for sentence in found.sentences:
        say(console, "", sentence.at(lang))
    breakdowns = {one.dimensions: one for one in found.breakdowns}
    for finding in found.findings:
        console.print()
        say(console, f"{finding.rank:>2}. ", finding.sentence.at(lang))
        console.print(_table(finding, breakdowns[finding.subject.breakdown], lang, console.width))
    if found.phrases:
        console.print()
        say(console, "", Words("Said more often on the later side:", "后者更常提到：").at(lang))
    for phrase in found.phrases:
        inside, outside = percent(phrase.inside / phrase.inside_rows), percent(phrase.outside / phrase.outside_rows)
        against = Words(f"{inside} of the texts, against {outside}", f"{inside} 的文本，对照为 {outside}").at(lang)
        say(console, " – ", f"“{phrase.text}”: {against}: {phrase.example}")
    if found.caveats:
        console.print()
    for caveat in found.caveats:
        say(console, " – ", caveat.at(lang))
    console.print()
    tested, tried = f"{found.tested:,}", f"{len(found.breakdowns):,}"
    told = Words(
        f"{tested} segments of {tried} breakdowns tested, false discoveries held at {found.question.fdr:.0%}.",
        f"检验了 {tried} 个维度及维度对中的 {tested} 组，错误发现率控制在 {found.question.fdr:.0%}。",
    )
    say(console, "", told.at(lang))


def _table(finding: Insight, found: Breakdown, lang: Lang, width: int) -> Table:
    """The named segments, then the largest others, then the rest; the contributions add up to the difference."""
    subject, apart = finding.subject, finding.subject.aggregation != "count"
    heads = ["before", "after", *(("volume", "rate") if apart else ()), "change", "share", "q"]
    others = [one for one in found.segments if one not in found.named]
    others.sort(key=lambda one: -abs(one.contribution))
    ordered = [*found.named, *others]
    names = [[key_words(key.value, key.kind).at(lang) for key in one.key] for one in ordered[:MOST]]
    lines = [_cells(one, subject, apart=apart) for one in ordered[:MOST]]
    if left := ordered[MOST:]:
        names.append([Words(f"{len(left):,} others", f"其余 {len(left):,} 组").at(lang)])
        lines.append(_others(left, subject, apart=apart))
    titles = [HEADS[name].at(lang) for name in heads]
    taken = sum(max(map(room, column)) + 2 for column in zip(titles, *lines, strict=True))
    most = min(max(width - taken - 3, 12), NAME_ROOM)
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(cut(" · ".join(human(name) for name in subject.breakdown), most + 2), no_wrap=True)
    for title in titles:
        grid.add_column(title, justify="right", overflow="fold")
    for at, (name, cells) in enumerate(zip(names, lines, strict=True)):
        style, mark = ("bold", "• ") if at < len(found.named) and at < MOST else ("", "  ")
        grid.add_row(*(Text(cell, style=style) for cell in (mark + _joined(name, most), *cells)))
    return grid


def _joined(parts: list[str], most: int) -> str:
    """The values of a segment in a room of `most`, each in its part of it where they do not fit."""
    whole = " · ".join(parts)
    each = (most - 3 * (len(parts) - 1)) // len(parts)
    return whole if room(whole) <= most else " · ".join(cut(part, each) for part in parts)


def _others(left: list[Segment], subject: Subject, *, apart: bool) -> list[str]:
    """What the segments that have no line of their own add up to."""
    sums = [sum(getattr(one, name) for one in left) for name in ("volume", "rate", "contribution")]
    moved = [_short(subject, value) for value in (sums if apart else sums[2:])]
    return ["", "", *moved, _part(sum(one.share or 0.0 for one in left)), ""]


def _part(share: float | None) -> str:
    return "–" if share is None else percent(share) if share >= 0 else f"−{percent(-share)}"


def _cells(one: Segment, subject: Subject, *, apart: bool) -> list[str]:
    moved = [_short(subject, one.volume), _short(subject, one.rate)] if apart else []
    sides = [amount(subject, value).replace("-", "−") for value in (one.before, one.after)]
    q = p_value(one.q_value) if one.tested else "–"
    return [*sides, *moved, _short(subject, one.contribution), _part(one.share), q]


def _short(subject: Subject, value: float) -> str:
    """A change in the room of a cell; of a rate in per cent of the rows."""
    said = signed(subject, value).en
    return said.removesuffix(" percentage points") + "%" if subject.aggregation in PARTS else said
