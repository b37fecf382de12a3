"""The columns that a model writes, by what it gives: a class, labels, a number or a score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dongcha.core.words import Words
from dongcha.data.schema import Column, Confusion, ReadBy, Role
from dongcha.model.model import Model
from dongcha.model.predictions import Predictions

SCORE = "_score"
MOST_FLAGS = 20
"""Labels, the commonest first, that get a yes-or-no column of their own."""

_TYPES = {"VARCHAR": "string", "DOUBLE": "float64", "BOOLEAN": "bool_"}


@dataclass(frozen=True, slots=True)
class Written:
    """A column and how its values come out of predictions."""

    column: Column
    values: Callable[[Predictions], Sequence[Any]]

    @property
    def arrow(self) -> Any:
        """Its Arrow type."""
        import pyarrow as pa

        return getattr(pa, _TYPES[self.column.type])()


def written(model: Model, source: str, name: str) -> list[Written]:
    """The columns of a model that reads `source` and whose main column is called `name`."""
    gives = model.task.gives
    if gives == "labels":
        return _labels(model, source, name)
    if gives == "number":
        return [Written(_column(model, source, name, "DOUBLE", Role.MEASURE), lambda found: found.labels)]
    if gives == "score":
        first = _column(model, source, name, "DOUBLE", None)
        return [Written(first, lambda found: found.labels)]
    first = _column(model, source, name, "VARCHAR", Role.CATEGORY)
    return [Written(first, lambda found: found.labels), _sure(first)]


def _labels(model: Model, source: str, name: str) -> list[Written]:
    first = _column(model, source, name, "VARCHAR", None)
    columns = [Written(first, lambda found: ["; ".join(labels) for labels in found.labels]), _sure(first)]
    for label in model.classes[:MOST_FLAGS]:
        flag = replace(first, name=f"{name}: {label}", type="BOOLEAN", role=Role.CATEGORY)
        columns.append(Written(flag, lambda found, label=label: [label in labels for labels in found.labels]))  # type: ignore[misc]
    return columns


def _column(model: Model, source: str, name: str, kind: str, role: Role | None) -> Column:
    confusion = _confusion(model) if role is Role.CATEGORY else None
    by = ReadBy(model.name, source, _figure(model, "accuracy"), int(_figure(model, "rows")), confusion)
    return Column(name, kind, role, _reason(model, by), by.accuracy, by)


def _confusion(model: Model) -> Confusion | None:
    """What the model read in its held-out rows."""
    found: Any = model.metrics.get("confusion")
    if not isinstance(found, dict):
        return None
    return Confusion(tuple(found["labels"]), tuple(tuple(line) for line in found["matrix"]))


def _figure(model: Model, name: str) -> float:
    found = model.metrics.get(name, 0.0)
    return float(found) if isinstance(found, int | float) else 0.0


def _reason(model: Model, by: ReadBy) -> Words:
    en = f"read from {by.source!r} by the model {by.model!r}: "
    zh = f"由模型“{by.model}”从“{by.source}”读出："
    if model.task.gives in ("number", "score"):
        name = model.task.chosen_on
        value = _figure(model, name)
        return Words(
            f"{en}{name} {value:.3f} on {by.rows} held-out rows", f"{zh}在 {by.rows} 行留出数据上 {name} 为 {value:.3f}"
        )
    return Words(
        f"{en}right on {by.accuracy:.0%} of {by.rows} held-out rows",
        f"{zh}在 {by.rows} 行留出数据上正确率 {by.accuracy:.0%}",
    )


def _sure(of: Column) -> Written:
    why = Words(
        f"how sure the model was of {of.name!r}; not mined, because it tells of the model and not of the rows",
        f"模型对“{of.name}”的把握；不参与挖掘，因为它说明的是模型而不是数据",
    )
    column = replace(of, name=of.name + SCORE, type="DOUBLE", role=None, reason=why)
    return Written(column, lambda found: found.scores.tolist())
