"""Findings on the terminal: all that were mined, or what is new since an earlier time."""

from collections.abc import Sequence

from rich.console import Console

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight, Mined
from dongcha.insight.since import Since
from dongcha.report.labels import LABELS
from dongcha.report.news import GONE, STATUS, before, opening, same, set_aside
from dongcha.report.numbers import p_value
from dongcha.report.unexamined import unexamined


def show_mined(mined: Mined, lang: Lang) -> None:
    """The findings with their caveats, and how much was tested."""
    console = Console()
    for found in mined.insights:
        _finding(console, found, "", found.caveats, lang)
    _checked(mined, console, lang)
    _counts(mined, len(mined.insights), console, lang)


def show_news(news: Since, mined: Mined, lang: Lang) -> None:
    """What is new, what changed and what no longer holds."""
    console = Console()
    say(console, "", opening(news).at(lang))
    for one in news.news:
        earlier = before(one)
        status = STATUS[one.status].at(lang)
        mark = f"【{status}】" if lang == "zh" else f"[{status}] "
        _finding(console, one.insight, mark, [*([earlier] if earlier else []), *one.insight.caveats], lang)
    if news.gone:
        console.print()
        say(console, "", GONE.at(lang))
    for gone in news.gone:
        say(console, "  – ", gone.sentence.at(lang))
    if (told := same(news)) is not None:
        console.print()
        say(console, "", told.at(lang))
    _counts(mined, len(news.news), console, lang)


def _finding(console: Console, found: Insight, mark: str, beneath: Sequence[Words], lang: Lang) -> None:
    q = p_value(found.q_value)
    q = f"q {q}" if q.startswith("<") else f"q = {q}"
    sentence = found.sentence.at(lang)
    told = f"{sentence}（{q}）" if lang == "zh" else f"{sentence} ({q})"
    say(console, f"{found.rank:>3}. ", f"{mark}{told}")
    for words in beneath:
        say(console, "     – ", words.at(lang))


def _checked(mined: Mined, console: Console, lang: Lang) -> None:
    """What was checked and is even or flat, a line each."""
    if mined.checked:
        console.print()
        say(console, "", f"{LABELS['checked'].at(lang)}{'：' if lang == 'zh' else ':'}")
    for found in mined.checked:
        say(console, "  – ", found.sentence.at(lang))


def _counts(mined: Mined, shown: int, console: Console, lang: Lang) -> None:
    tested = f"{mined.tested:,}"
    findings = "finding" if shown == 1 else "findings"
    told = Words(
        f"{tested} tests, {shown} {findings} shown, false discoveries held at {mined.fdr:.0%}.",
        f"检验 {tested} 项，报告 {shown} 条发现，错误发现率控制在 {mined.fdr:.0%}。",
    )
    console.print()
    say(console, "", told.at(lang))
    for more in (set_aside(mined.set_aside), unexamined(mined.left)):
        if more is not None:
            say(console, "", more.at(lang))
