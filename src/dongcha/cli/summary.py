"""What a run did, in a few lines on stderr."""

import json

from rich.console import Console

from dongcha.core.words import Words
from dongcha.loop.stage import Run
from dongcha.model.trained import FIGURES


def show_run(done: Run) -> None:
    """Rows, the model beside its baseline, and the findings."""
    lang, console = done.project.config.lang, Console(stderr=True)
    clean, trained, read = (done.results[name] for name in ("clean", "train", "annotate"))

    def say(en: str, zh: str) -> None:
        console.print(Words(en, zh).at(lang), markup=False, highlight=False)

    before, after = clean["rows_before"], clean["rows_after"]
    say(f"data   {after:,} of {before:,} rows kept", f"数据   保留 {after:,} / {before:,} 行")
    if "reason" in trained:
        say(f"model  {trained['reason']['en']}", f"模型   {trained['reason']['zh']}")
    else:
        metrics, majority = trained["metrics"], trained["baselines"]["majority"]
        both = [name for name in FIGURES if name in metrics and name in majority]
        ours, also = (", ".join(f"{FIGURES[n].en} {of[n]:.3f}" for n in both) for of in (metrics, majority))
        say(
            f"model  {trained['method']} reads {trained['label']!r}: {ours} (simplest answer: {also})",
            f"模型   {trained['method']} 读取“{trained['label']}”：{ours}（最简单的回答：{also}）",
        )
    if read.get("topics"):
        number = len(read["topics"])
        say(f"topics {number} groups of like texts", f"主题   {number} 组相似文本")
    mined = json.loads(done.path("mined.json").read_text(encoding="utf-8"))
    say(f"tested {mined['tested']:,} questions; findings:", f"检验   {mined['tested']:,} 个问题；发现：")
    for found in mined["insights"]:
        say(f"{found['rank']:>3}. {found['sentence']['en']}", f"{found['rank']:>3}. {found['sentence']['zh']}")
    if done.reused:
        names = ", ".join(done.reused)
        say(f"unchanged since the last run: {names}", f"与上次相同、未重做：{names}")
