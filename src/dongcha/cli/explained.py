"""An explanation in the terminal: sentences, one table a finding, phrases and caveats."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.insight.change.answer import Breakdown, Explanation
from dongcha.insight.insight import Insight
from dongcha.report.contents.segments import heads, lines
from dongcha.report.difference import tested
from dongcha.report.fit import cut, room
from dongcha.report.names import human
from dongcha.report.numbers import percent

NAME_ROOM = 32


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
    say(console, "", tested(found).at(lang))


def _table(finding: Insight, found: Breakdown, lang: Lang, width: int) -> Table:
    """The named segments, then the largest others, then the rest; the contributions add up to the difference."""
    listed, titles = lines(finding, found, lang), heads(finding.subject, lang)
    taken = sum(max(map(room, column)) + 2 for column in zip(titles, *(one.cells for one in listed), strict=True))
    most = min(max(width - taken - 3, 12), NAME_ROOM)
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(cut(" · ".join(human(name) for name in finding.subject.breakdown), most + 2), no_wrap=True)
    for title in titles:
        grid.add_column(title, justify="right", overflow="fold")
    for one in listed:
        style, mark = ("bold", "• ") if one.named else ("", "  ")
        grid.add_row(*(Text(cell, style=style) for cell in (mark + _joined(one.name, most), *one.cells)))
    return grid


def _joined(parts: Sequence[str], most: int) -> str:
    """The values of a segment in a room of `most`, each in its part of it where they do not fit."""
    whole = " · ".join(parts)
    each = (most - 3 * (len(parts) - 1)) // len(parts)
    return whole if room(whole) <= most else " · ".join(cut(part, each) for part in parts)
