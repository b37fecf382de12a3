"""The model card: what a model is for, what it learned from, and how far to trust it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from dongcha.model.headed import Headed
from dongcha.model.model import Model

_TEMPLATE = """---
library_name: dongcha
pipeline_tag: {task}
---

# {name}

Reads {text} and answers {what}: {classes}.

- Method: `{method}`{encoder}
- Data fingerprint: `{data}`; seed {seed}

## Test rows

{figures}

## 说明

读取{text}，{what_zh}。方法：`{method}`。以上指标来自未参与训练与选择的测试行；括号内为 95% 自助法区间。

## Use

```python
from dongcha.model.folder import load

load("THIS_FOLDER").predict([{example}])
```

## Limits

It knows the classes above and no others; it answers for any text, also for one unlike those it learned from.
The figures hold for rows like the test rows.  Scores are probabilities after temperature scaling ({temperature:.2f}).
{caveat}"""


def card(model: Model) -> str:
    """The model card as Markdown."""
    classes = ", ".join(f"`{_plain(name)}`" for name in model.classes[:50]) + (", …" if len(model.classes) > 50 else "")
    words, count = model.task.per_word, len(model.classes)
    return _TEMPLATE.format(
        task=model.recipe.task,
        what=f"one of {count} tags for each word" if words else f"one of {count} classes",
        what_zh=f"为每个词给出 {count} 个标签之一" if words else f"给出 {count} 个类别之一",
        example='["…", "…"]' if words else '"…"',
        caveat=_caveat(model),
        name=_plain(model.name),
        text=f"column `{_plain(model.text)}`" if model.text else "a text",
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
    if "entity" in metrics:
        return "\n".join([*lines, *_entities(metrics)])
    rows = cast("list[Mapping[str, float]]", metrics["per_class"])
    return "\n".join([*lines, *_lines("class", [(str(row["label"]), row) for row in rows])])


def _entities(metrics: Mapping[str, object]) -> list[str]:
    """One line for all entities, one a type and one a tag."""
    entity, token = (cast("Mapping[str, Any]", metrics[name]) for name in ("entity", "token"))
    low, high = cast("Mapping[str, list[float]]", metrics["interval"])["entity_f1"]
    first = f"| entity_f1 | {entity['f1']:.3f} | {low:.3f}–{high:.3f} |"
    return [first, *_lines("entity", entity["per_type"].items()), *_lines("tag", token["per_tag"].items())]


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
