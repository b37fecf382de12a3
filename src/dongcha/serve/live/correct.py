"""Feedback on its way to the state: what it refers to, whether its label can be one, what it contradicts."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.core.words import Words
from dongcha.serve.live.inputs import accepted
from dongcha.serve.live.live import Live
from dongcha.store.feedback import Feedback, Feedbacks
from dongcha.store.predicted import Predicted

MOST_LABEL = 200  # characters
MOST_NUMBER = 1e300


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a prediction or of an input; exactly one of the two is given."""

    label: Any
    by: str
    model: str | None = None
    prediction: str | None = None
    input: Any = None
    key: str = ""  # of the one who sends it, within `sender`
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Feedback that is stored; `new` is False for one that was there already."""

    feedback: Feedback
    new: bool
    new_class: bool  # its label is not among those that the version was trained on
    contradicts: tuple[int, ...]  # numbers of feedback on the same prediction with another label


class KeyConflict(ConfigError):
    """A key was used before for another feedback."""


def feedback_for(said: Correction, find: Callable[[str], Predicted | None], live_of: Callable[[str | None], Live]) -> \
        tuple[Feedback, Live]:  # fmt: skip
    """The correction as it is stored, and the model that it is of.

    Raises `UnknownName` for a prediction or model that is not known, `DataError` for a label or input that cannot be
    one, `ConfigError` where the prediction is of another model.
    """
    key = hashlib.sha256(f"{said.sender}\0{said.key}".encode()).hexdigest() if said.key else ""
    if said.prediction is None:
        live = live_of(said.model)
        accepted(live.task, [said.input])
        made = Feedback(model=live.name, input=said.input, label=said.label, by=said.by, key=key)
        return replace(made, label=label_of(live, said.label, said.input)), live
    found = find(said.prediction)
    if found is None:
        raise UnknownName(
            Words(
                "no prediction of that id is known: it was lost or forgotten; send its input instead",
                "没有该编号的预测：已丢失或已过期；请改为发送其输入",
            )
        )
    if said.model is not None and said.model != found.model:
        raise ConfigError(
            Words("the prediction is of another model; leave the model out", "该预测属于另一个模型；请省略 model")
        )
    live = live_of(found.model)
    label = label_of(live, said.label, found.input)
    return Feedback(
        model=found.model, input=found.input, label=label, by=said.by, key=key, prediction=found.id,
        version=found.version, predicted=found.label,
    ), live  # fmt: skip


def stored(store: Feedbacks, feedback: Feedback, live: Live) -> Kept:
    """Store it, durable when this returns; raises `KeyConflict` where its key is of another feedback."""
    before = store.said_of(feedback.prediction) if feedback.prediction else []
    kept, new = store.append(feedback)
    if not new and _told(kept) != _told(feedback):
        raise KeyConflict(
            Words(
                "this idempotency key was used for other feedback; use a new key for each",
                "该幂等键已用于其他反馈；每条反馈请用新的键",
            )
        )
    against = tuple(one.number for one in before if one.label != kept.label and one.number != kept.number)
    return Kept(kept, new, is_new(live, kept.label), against)


def is_new(live: Live, label: Any) -> bool:
    """Whether a label has a class that the version was not trained on, also after its head has learned it since."""
    if live.task.gives in ("number", "score"):
        return False
    said = label if isinstance(label, list) else [label]
    return not set(said) <= set(live.model.classes)


def label_of(live: Live, label: Any, given: Any) -> Any:
    """The label, if it can be one of the task's; raises `DataError` that says what it must be."""
    task = live.task
    if task.gives in ("number", "score"):
        if isinstance(label, bool) or not isinstance(label, int | float) or not -MOST_NUMBER < label < MOST_NUMBER:
            raise DataError(Words("label must be a number", "label 必须是数字"))
        return float(label)
    if task.per_word:
        words = len(accepted(task, [given])[0])
        if not isinstance(label, list) or len(label) != words:
            raise DataError(
                Words(
                    f"label must be a list of {words} tags, one for each word",
                    f"label 必须是 {words} 个标记的列表，每词一个",
                )
            )
        return [_name(one) for one in label]
    if task.gives == "labels":
        if not isinstance(label, list):
            raise DataError(
                Words("label must be a list of labels; an empty one for none", "label 必须是标签列表；没有则为空列表")
            )
        return [_name(one) for one in label]
    return _name(label)


def _name(label: Any) -> str:
    if not isinstance(label, str) or not label.strip() or len(label) > MOST_LABEL or not label.isprintable():
        raise DataError(
            Words(
                f"label must be a name of 1 to {MOST_LABEL} printable characters",
                f"label 必须是 1 至 {MOST_LABEL} 个可打印字符的名称",
            )
        )
    return label


def _told(one: Feedback) -> tuple[Any, ...]:
    said = one.input if one.prediction is None else None
    return one.model, one.by, one.prediction, said, one.label
