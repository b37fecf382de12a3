"""The model card: what a model is for, what it learned from, and how far to trust it."""

import re
from collections.abc import Mapping
from typing import cast

from dongcha.model.model import Model

_TEMPLATE = """---
library_name: dongcha
pipeline_tag: {task}
---

# {name}

Reads {text} and answers one of {count} classes: {classes}.

- Method: `{method}`{encoder}
- Data fingerprint: `{data}`; seed {seed}

## Test rows

{figures}

## 说明

读取{text}，给出 {count} 个类别之一。方法：`{method}`。以上指标来自未参与训练与选择的测试行；括号内为 95% 自助法区间。

## Use

```python
from dongcha.model.folder import load

load("THIS_FOLDER").predict(["…"])
```

## Limits

It knows the classes above and no others; it answers for any text, also for one unlike those it learned from.
The figures hold for rows like the test rows.  Scores are probabilities after temperature scaling ({temperature:.2f}).
"""


def card(model: Model) -> str:
    """The model card as Markdown."""
    classes = ", ".join(f"`{_plain(name)}`" for name in model.classes[:50]) + (", …" if len(model.classes) > 50 else "")
    return _TEMPLATE.format(
        task=model.recipe.task,
        name=_plain(model.name),
        text=f"column `{_plain(model.text)}`" if model.text else "a text",
        count=len(model.classes),
        classes=classes,
        method=model.recipe.method,
        encoder=f" on encoder `{_plain(model.recipe.encoder)}`" if model.recipe.encoder else "",
        data=model.fingerprint or "unknown",
        seed=model.recipe.seed,
        figures=_figures(model.metrics),
        temperature=model.temperature,
    )


def _figures(metrics: Mapping[str, object]) -> str:
    if "accuracy" not in metrics:
        return "Not measured."
    interval = cast("Mapping[str, list[float]]", metrics["interval"])
    lines = [f"{metrics['rows']} rows.", "", "| figure | value | 95 % interval |", "|---|--:|--:|"]
    for name in ("accuracy", "macro_f1"):
        low, high = interval[name]
        lines.append(f"| {name} | {metrics[name]:.3f} | {low:.3f}–{high:.3f} |")
    lines += ["", "| class | precision | recall | F1 | rows |", "|---|--:|--:|--:|--:|"]
    for row in cast("list[dict[str, float]]", metrics["per_class"]):
        values = f"{row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['support']}"
        lines.append(f"| {_plain(str(row['label']))} | {values} |")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text from the data without what Markdown or HTML would act on."""
    return re.sub(r"[`|<>\s]+", " ", text).strip()
