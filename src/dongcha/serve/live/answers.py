"""Answers as JSON values: a label, how sure it is, and the scores of all that could have been answered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dongcha.model.predictions import Predictions
from dongcha.model.task import Task, units

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one input; `score` None where the task is not sure or unsure of anything (a number)."""

    label: Any  # a class, a list of labels, a list of tags, or a number
    score: float | None
    scores: Any  # class to probability; of words a list of the probabilities of their tags


def answers(task: Task, inputs: Sequence[Any], found: Predictions) -> list[Answer]:
    """The answers to `inputs`, in their order."""
    if task.per_word:
        return _tagged(inputs, found)
    if task.gives == "number":
        return [Answer(_number(label), None, {}) for label in found.labels]
    if task.gives == "score":
        return [Answer(_number(label), _number(score), {}) for label, score in found]
    scores = found.all_scores.round(DIGITS).tolist()
    labels = [list(label) if isinstance(label, tuple) else label for label in found.labels]
    return [
        Answer(label, _number(score), dict(zip(found.classes, row, strict=True)))
        for label, score, row in zip(labels, found.scores.tolist(), scores, strict=True)
    ]


def _tagged(inputs: Sequence[Any], found: Predictions) -> list[Answer]:
    starts = units(inputs, per_word=True).tolist()
    place = {name: i for i, name in enumerate(found.classes)}
    told = []
    for i, (tags, score) in enumerate(found):
        rows = found.all_scores[range(starts[i], starts[i + 1]), [place[tag] for tag in tags]]
        told.append(Answer(list(tags), _number(score), rows.round(DIGITS).tolist()))
    return told


def _number(value: float) -> float | None:
    """The value in six digits; None for one that JSON cannot hold."""
    return round(float(value), DIGITS) if math.isfinite(value) else None
