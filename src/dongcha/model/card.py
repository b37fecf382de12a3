"""The model card: what a model is for, what it learned from, and how far to trust it."""

import re
from collections.abc import Mapping
from typing import cast

from dongcha.core.words import Words
from dongcha.model.model import Model

_SCORES = {
    "class": "  Scores are probabilities after temperature scaling ({temperature:.2f}).",
    "labels": "  Scores are probabilities, one a label; labels that reach the threshold of the recipe are answered.",
}
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

load("THIS_FOLDER").predict(["…"])
```

## Limits

It knows what is named above and nothing else; it answers for any input, also for one unlike those it learned from.
The figures hold for rows like the test rows.{scores}
"""


def card(model: Model) -> str:
    """The model card as Markdown."""
    return _TEMPLATE.format(
        task=model.recipe.task,
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
        "labels": Words(f"any of {many} labels: {names}", f" {many} 个标签中的若干个：{names}"),
        "number": Words(f"a number, `{label}`", f"一个数值：`{label}`"),
        "score": Words("a score by which to order texts of a query", "一个分数，用于给同一查询的文本排序"),
    }.get(model.task.gives, Words(f"one of {many} classes: {names}", f" {many} 个类别之一"))


def _figures(metrics: Mapping[str, object]) -> str:
    if "interval" not in metrics:
        return "Not measured."
    interval = cast("Mapping[str, list[float]]", metrics["interval"])
    lines = [f"{metrics['rows']} rows.", "", "| figure | value | 95 % interval |", "|---|--:|--:|"]
    for name, (low, high) in interval.items():
        lines.append(f"| {name} | {metrics[name]:.3f} | {low:.3f}–{high:.3f} |")
    table = cast("list[dict[str, float]]", metrics.get("per_class") or metrics.get("per_label") or [])
    lines += ["", "| class | precision | recall | F1 | rows |", "|---|--:|--:|--:|--:|"] if table else []
    for row in table:
        values = f"{row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['support']}"
        lines.append(f"| {_plain(str(row['label']))} | {values} |")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text from the data without what Markdown or HTML would act on."""
    return re.sub(r"[`|<>\s]+", " ", text).strip()
