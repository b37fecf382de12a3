"""How `label` asks: the text, the model's guess, the classes with their keys; and what was done with an answer."""

import unicodedata

import typer
from rich.console import Console

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.learn.stopping import Outlook
from dongcha.loop.audit import Audit
from dongcha.loop.label import Labelling

SHOWN = 3_000
"""Characters of a text that are shown."""

HELP = Words(
    "number: that class · Enter: the guess · n: a new class · s: skip · u: undo · i: how good, what more would bring · "
    "q: quit",
    "数字：该类别 · 回车：采用猜测 · n：新类别 · s：跳过 · u：撤销 · i：当前水平与更多标注的收益 · q：退出",
)
NO_CLASS = Words("There is no class yet; n makes one.", "还没有类别；按 n 新建。")
NEW = Words("name of the new class: ", "新类别名称：")
SETTLED = Words(
    "The model's answers have settled: more labels are likely to change little. i shows what they would bring.",
    "模型的回答已趋于稳定，继续标注的变化可能很小。按 i 查看收益。",
)
NOTHING = Words("There is nothing to undo.", "没有可撤销的标注。")
UNDONE = Words("Undone.", "已撤销。")
FEW = Words("Too few labels to tell yet.", "标注还太少，无法估计。")
DONE = Words("Every text is labelled or skipped.", "所有文本都已标注或跳过。")


def plain(text: str) -> str:
    r"""The text as a terminal may show it: no control characters and no marks that turn the direction of writing.

    >>> plain("a\x1b[31mb\u202ec")
    'a [31mb c'
    """
    kept = text[:SHOWN] + (" …" if len(text) > SHOWN else "")
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n" else c for c in kept)


def ask(console: Console, found: Labelling | Audit, row: int, lang: Lang) -> None:
    """Show a text and what may be answered."""
    queue = found.queue
    mark = Words(
        f"{len(queue.labels):,} labelled, {queue.left:,} left", f"已标注 {len(queue.labels):,}，剩余 {queue.left:,}"
    )
    console.print()
    console.rule(mark.at(lang), style="dim", align="left")
    for line in plain(found.texts[row]).splitlines() or [""]:
        say(console, "  ", line)
    console.print()
    guess = queue.guess(row)
    if guess is not None:
        told = Words(f"guess: {guess[0]} ({guess[1]:.0%})", f"猜测：{guess[0]}（{guess[1]:.0%}）")
        console.print(told.at(lang), style="cyan", markup=False, highlight=False)
    classes = "  ".join(f"{i}={plain(name)}" for i, name in enumerate(found.names, 1))
    console.print(classes or NO_CLASS.at(lang), markup=False, highlight=False, soft_wrap=False)


def tell(console: Console, words: Words, lang: Lang) -> None:
    """One sentence."""
    console.print(words.at(lang), markup=False, highlight=False, soft_wrap=True)


def expected(found: Outlook | None) -> Words:
    """How good the model is, and what more labels would bring."""
    if found is None:
        return FEW
    now = found.accuracy
    en = f"{found.labels:,} labels: accuracy {now.value:.0%} ({now.low:.0%} to {now.high:.0%}) by cross-validation"
    zh = f"{found.labels:,} 个标注：交叉验证准确率 {now.value:.0%}（{now.low:.0%} 至 {now.high:.0%}）"
    for count, one in found.ahead:
        en += f"; with {count:,} about {one.value:.0%} ({one.low:.0%} to {one.high:.0%})"
        zh += f"；{count:,} 个时约 {one.value:.0%}（{one.low:.0%} 至 {one.high:.0%}）"
    return Words(f"{en}.", f"{zh}。")


def closing(found: Labelling, lang: Lang) -> None:
    """How many labels there are, on stderr."""
    count, who = len(found.queue.labels), found.by
    told = Words(f"{count:,} texts are labelled; you label as {who!r}.", f"已标注 {count:,} 条文本；标注人“{who}”。")
    typer.echo(told.at(lang), err=True)
