"""The model card: what a model is for, what it learned from, and how far to trust it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from dongcha.core.words import Lang, Words
from dongcha.model.headed import Headed
from dongcha.model.model import Model

_SCORES = {
    "class": Words(
        "Scores are probabilities after temperature scaling ({temperature:.2f}).",
        "得分为温度缩放（{temperature:.2f}）后的概率。",
    ),
    "labels": Words(
        "Scores are probabilities, one a label; labels that reach the threshold of the recipe are answered.",
        "每个标签各有一个概率；达到配方阈值的标签作为回答。",
    ),
}
_EXAMPLES = {"words": '["…", "…"]', "pair": '("…", "…")'}
_PIPELINES = {"multi-label-classification": "text-classification", "text-regression": "text-classification"}
"""What the Hub calls a task, where it has no name of ours."""

_HEAD = """---
library_name: dongcha
pipeline_tag: {pipeline}
tags:
- dongcha
- {task}
---

# {name}

[English](#intended-use) · [中文](#用途)
"""
_EN = """
## Intended use

Reads {text} and answers {answers}.

```python
from dongcha.model.folder import load

load("THIS_FOLDER").predict([{example}])
```

## Data

- Read: {text}; learned: {label}
- Fingerprint of the data: `{data}`

## Training

- Method: `{method}`{encoder}; seed {seed}

## Figures

{figures}

## Limits

It knows what is named above and nothing else; it answers for any input, also for one unlike those it learned from.
The figures hold for rows like the test rows. Not for decisions about people without a person's review.
{scores}
{caveat}"""
_ZH = """
## 用途

读取{text}，给出{answers}。用法见上。

## 数据

- 读取：{text}；学习：{label}
- 数据指纹：`{data}`

## 训练

- 方法：`{method}`{encoder}；随机种子 {seed}

## 指标

{figures}

## 局限

模型只认识上面列出的内容；对任何输入都会作答，包括与训练数据不同的输入。指标只适用于与测试记录相似的数据。未经人工复核，不应据此对个人作出决定。
{scores}
{caveat}"""


def card(model: Model) -> str:
    """The model card as Markdown, English first and then Chinese."""
    task = model.recipe.task
    head = _HEAD.format(pipeline=_PIPELINES.get(task, task), task=task, name=_plain(model.name))
    return head + _part(_EN, model, "en") + _part(_ZH, model, "zh")


def _part(template: str, model: Model, lang: Lang) -> str:
    """The card's text in one language."""
    encoder = f"`{_plain(model.recipe.encoder)}`" if model.recipe.encoder else ""
    scores = _SCORES.get(model.task.gives, Words("", "")).at(lang)
    return template.format(
        text=_column(model.text, Words("a text", "文本")).at(lang),
        label=_column(model.label, Words("not recorded", "未记录")).at(lang),
        answers=_answers(model).at(lang),
        example=_EXAMPLES.get(model.task.reads, '"…"'),
        method=model.recipe.method,
        encoder=Words(f" on encoder {encoder}", f"，编码器 {encoder}").at(lang) if encoder else "",
        data=model.fingerprint or "?",
        seed=model.recipe.seed,
        figures=_figures(model.metrics, lang),
        scores=scores.format(temperature=model.temperature),
        caveat=_caveat(model, lang),
    )


def _column(name: str, unnamed: Words) -> Words:
    return Words(f"column `{_plain(name)}`", f"列 `{_plain(name)}`") if name else unnamed


def _answers(model: Model) -> Words:
    names = ", ".join(f"`{_plain(name)}`" for name in model.classes[:50]) + (", …" if len(model.classes) > 50 else "")
    many, label = len(model.classes), _plain(model.label or model.name)
    return {
        "tags": Words(f"one of {many} tags for each word: {names}", f"每个词的 {many} 种标签之一：{names}"),
        "labels": Words(f"any of {many} labels: {names}", f" {many} 个标签中的若干个：{names}"),
        "number": Words(f"a number, `{label}`", f"一个数值：`{label}`"),
        "score": Words("a score by which to order texts of a query", "一个分数，用于给同一查询的文本排序"),
    }.get(model.task.gives, Words(f"one of {many} classes: {names}", f" {many} 个类别之一：{names}"))


def _figures(metrics: Mapping[str, object], lang: Lang) -> str:
    if "interval" not in metrics:
        return Words("Not measured.", "未测量。").at(lang)
    interval = cast("Mapping[str, list[float]]", metrics["interval"])
    said = Words(
        f"On {metrics['rows']} test rows, which took no part in training or choosing.",
        f"来自 {metrics['rows']} 条未参与训练与选择的测试记录。",
    )
    head = Words("| figure | value | 95 % interval |", "| 指标 | 值 | 95 % 区间 |")
    lines = [said.at(lang), "", head.at(lang), "|---|--:|--:|"]
    entity = cast("Mapping[str, float]", metrics.get("entity") or {})
    figures = {"entity_f1": entity.get("f1"), **metrics}
    for name, (low, high) in interval.items():
        lines.append(f"| {name} | {figures[name]:.3f} | {low:.3f}–{high:.3f} |")
    if "entity" in metrics:
        return "\n".join([*lines, *_entities(metrics, lang)])
    rows = cast("list[Mapping[str, float]]", metrics.get("per_class") or metrics.get("per_label") or [])
    named = [(str(row["label"]), row) for row in rows]
    return "\n".join([*lines, *(_lines(Words("class", "类别"), named, lang) if rows else [])])


def _entities(metrics: Mapping[str, object], lang: Lang) -> list[str]:
    """One line a type of entity and one a tag."""
    entity, token = (cast("Mapping[str, Any]", metrics[name]) for name in ("entity", "token"))
    types = _lines(Words("entity", "实体"), entity["per_type"].items(), lang)
    return [*types, *_lines(Words("tag", "标签"), token["per_tag"].items(), lang)]


def _lines(what: Words, rows: Iterable[tuple[str, Mapping[str, float]]], lang: Lang) -> list[str]:
    head = Words("precision | recall | F1 | rows", "精确率 | 召回率 | F1 | 数量")
    lines = ["", f"| {what.at(lang)} | {head.at(lang)} |", "|---|--:|--:|--:|--:|"]
    for name, row in rows:
        values = f"{row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['support']}"
        lines.append(f"| {_plain(name)} | {values} |")
    return lines


def _caveat(model: Model, lang: Lang) -> str:
    """What plain Transformers leaves out of the folder."""
    said = model.fitted.net.caveat if isinstance(model.fitted, Headed) else None
    return f"{said.at(lang)}\n" if said else ""


def _plain(text: str) -> str:
    """Text from the data without what Markdown or HTML would act on."""
    return re.sub(r"[`|<>\s]+", " ", text).strip()
