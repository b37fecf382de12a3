"""The model card: what a model is for, what it learned from, and how far to trust it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from dongcha.core.words import Words
from dongcha.model.headed import Headed
from dongcha.model.model import Model

_SCORES = {
    "class": "  Scores are probabilities after temperature scaling ({temperature:.2f}).",
    "labels": "  Scores are probabilities, one a label; labels that reach the threshold of the recipe are answered.",
}
_EXAMPLES = {"words": '["…", "…"]', "pair": '("…", "…")'}
_TEMPLATE = """---
library_name: dongcha
pipeline_tag: {task}
---

# {name}

Reads {text} and answers {answers.en}.

- Method: `{method}`{encoder}
- Data fingerprint: `{data}`; seed {seed}

## Test rows

{figures}

## 说明

读取{text}，给出{answers.zh}。方法：`{method}`。以上指标来自未参与训练与选择的测试行；括号内为 95% 自助法区间。

## Use

```python
from dongcha.model.folder import load

load("THIS_FOLDER").predict([{example}])
```

## Limits

It knows what is named above and nothing else; it answers for any input, also for one unlike those it learned from.
The figures hold for rows like the test rows.{scores}
{caveat}"""


def card(model: Model) -> str:
    """The model card as Markdown."""
    return _TEMPLATE.format(
        task=model.recipe.task,
        example=_EXAMPLES.get(model.task.reads, '"…"'),
        caveat=_caveat(model),
        name=_plain(model.name),
        text=f"column `{_plain(model.text)}`" if model.text else "a text",
        answers=_answers(model),
        method=model.recipe.method,
        encoder=f" on encoder `{_plain(model.recipe.encoder)}`" if model.recipe.encoder else "",
        data=model.fingerprint or "unknown",
        seed=model.recipe.seed,
        figures=_figures(model.metrics),
        scores=_SCORES.get(model.task.gives, "").format(temperature=model.temperature),
    )


def _answers(model: Model) -> Words:
    names = ", ".join(f"`{_plain(name)}`" for name in model.classes[:50]) + (", …" if len(model.classes) > 50 else "")
    many, label = len(model.classes), _plain(model.label or model.name)
    return {
        "tags": Words(f"one of {many} tags for each word: {names}", f"每个词的 {many} 种标签之一：{names}"),
        "labels": Words(f"any of {many} labels: {names}", f" {many} 个标签中的若干个：{names}"),
        "number": Words(f"a number, `{label}`", f"一个数值：`{label}`"),
        "score": Words("a score by which to order texts of a query", "一个分数，用于给同一查询的文本排序"),
    }.get(model.task.gives, Words(f"one of {many} classes: {names}", f" {many} 个类别之一"))


def _figures(metrics: Mapping[str, object]) -> str:
    if "interval" not in metrics:
        return "Not measured."
    interval = cast("Mapping[str, list[float]]", metrics["interval"])
    lines = [f"{metrics['rows']} rows.", "", "| figure | value | 95 % interval |", "|---|--:|--:|"]
    entity = cast("Mapping[str, float]", metrics.get("entity") or {})
    figures = {"entity_f1": entity.get("f1"), **metrics}
    for name, (low, high) in interval.items():
        lines.append(f"| {name} | {figures[name]:.3f} | {low:.3f}–{high:.3f} |")
    if "entity" in metrics:
        return "\n".join([*lines, *_entities(metrics)])
    rows = cast("list[Mapping[str, float]]", metrics.get("per_class") or metrics.get("per_label") or [])
    return "\n".join([*lines, *(_lines("class", [(str(row["label"]), row) for row in rows]) if rows else [])])


def _entities(metrics: Mapping[str, object]) -> list[str]:
    """One line a type of entity and one a tag."""
    entity, token = (cast("Mapping[str, Any]", metrics[name]) for name in ("entity", "token"))
    return [*_lines("entity", entity["per_type"].items()), *_lines("tag", token["per_tag"].items())]


def _lines(what: str, rows: Iterable[tuple[str, Mapping[str, float]]]) -> list[str]:
    lines = ["", f"| {what} | precision | recall | F1 | rows |", "|---|--:|--:|--:|--:|"]
    for name, row in rows:
        values = f"{row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['support']}"
        lines.append(f"| {_plain(name)} | {values} |")
    return lines


def _caveat(model: Model) -> str:
    """What plain Transformers leaves out of the folder."""
    said = model.fitted.net.caveat if isinstance(model.fitted, Headed) else ""
    return said + "\n" if said else ""


def _plain(text: str) -> str:
    """Text from the data without what Markdown or HTML would act on."""
    return re.sub(r"[`|<>\s]+", " ", text).strip()
