"""What a run did, in a few lines on stderr."""

import json
from typing import Any

from rich.console import Console

from dongcha.cli.lines import say
from dongcha.core.words import Words
from dongcha.loop.stage import Run
from dongcha.report.labels import METHODS, named
from dongcha.report.numbers import percent


def show_run(done: Run) -> None:
    """Rows, the model beside its baseline, and the findings."""
    lang, console = done.project.config.lang, Console(stderr=True)
    clean, trained, read = (done.results[name] for name in ("clean", "train", "annotate"))
    mined = json.loads(done.path("mined.json").read_text(encoding="utf-8"))
    before, after = clean["rows_before"], clean["rows_after"]
    topics = len(read.get("topics") or ())
    told = [
        (
            Words("data    ", "数据  "),
            Words(f"{after:,} of {before:,} rows kept", f"{before:,} 条记录，保留 {after:,} 条"),
        ),
        (Words("model   ", "模型  "), _model(trained)),
        (Words("topics  ", "主题  "), Words(f"{topics} groups of like texts", f"{topics} 组相似文本")),
        (Words("tested  ", "检验  "), Words(f"{mined['tested']:,} questions", f"{mined['tested']:,} 个问题")),
    ]
    tables = _tables(done.results["collect"])
    joined = [(Words("tables  ", "表    "), tables)] if tables else []
    for mark, said in [*joined, *(told if topics else [*told[:2], told[3]])]:
        say(console, mark.at(lang), said.at(lang))
    if mined["insights"]:
        console.print()
    for found in mined["insights"]:
        say(console, f"{found['rank']:>3}. ", found["sentence"][lang])
    if done.reused:
        names = ", ".join(done.reused)
        console.print()
        say(console, "", Words(f"unchanged since the last run: {names}", f"与上次相同、未重做：{names}").at(lang))


def _tables(collected: dict[str, Any]) -> Words | None:
    """What was joined to what; None where there is one table."""
    first, *others = collected.get("tables") or [None]
    if not others:
        return None
    parts = [
        (one["name"], " + ".join(pair["parent"] for pair in one["key"]), percent(one["matched"])) for one in others
    ]
    en = ", ".join(f"{name} by {key} ({part} of rows matched)" for name, key, part in parts)
    zh = "、".join(f"{name}（按 {key}，匹配 {part}）" for name, key, part in parts)
    return Words(f"{first['name']}, joined to it {en}", f"{first['name']}，连接{zh}")


def _model(trained: dict[str, Any]) -> Words:
    """How good the model is beside always naming the largest class; why there is none."""
    if "reason" in trained:
        return Words(trained["reason"]["en"], trained["reason"]["zh"])
    metrics, label = trained["metrics"], trained["label"]
    right, f1 = percent(metrics["accuracy"]), percent(metrics["macro_f1"])
    most = percent(trained["baselines"]["majority"]["accuracy"])
    en, zh = (f"{named(METHODS, trained['method'], lang)}" for lang in ("en", "zh"))
    return Words(
        f"“{label}” is read right in {right} of the test rows (always naming the largest class: {most}); "
        f"macro F1 {f1}; method: {en}",
        f"读取“{label}”，测试集准确率 {right}（始终猜最大类为 {most}），宏平均 F1 {f1}；方法：{zh}",
    )
