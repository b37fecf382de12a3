"""`linear` on measured features: a logistic or ridge regression, with the features' own scale folded into its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dongcha.core.errors import StorageError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.model.descriptors import DESCRIPTORS, Descriptor
from dongcha.model.head import Head
from dongcha.model.method import Job, Outcome
from dongcha.model.predictions import Floats
from dongcha.model.selection import choose_head
from dongcha.model.task import Task
from dongcha.model.vectors import Apart

STRENGTHS = (0.003, 0.03, 0.3)  # inverse regularisation over features of variance 1
CHUNK = 500
FILE = "measured.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Features and a head."""

    features: Descriptor
    head: Head

    def logits(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Logits, shape (inputs, outputs)."""
        return self.head.of(_vectors(self.features, inputs, on_step))

    def apart(self) -> Apart:
        """The measuring, and the head."""
        return Apart(lambda inputs, on_step=silent: _vectors(self.features, inputs, on_step), self.head)

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """Write the features' file and `measured.safetensors`."""
        from safetensors.numpy import save_file

        self.features.save(folder)
        save_file({"weight": np.ascontiguousarray(self.head.weight), "bias": self.head.bias}, folder / FILE)


def fit_measured(job: Job) -> Outcome:
    """Measure the train inputs and fit the head; the best penalty on validation is kept."""
    train, validation = job.parts.train, job.parts.validation
    features = DESCRIPTORS.get(job.task.reads).fit(train.inputs)
    shown = _vectors(features, train.inputs, job.on_step)
    mean, scale = shown.mean(axis=0), shown.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    held = (_vectors(features, validation.inputs, job.on_step) - mean) / scale
    targets = job.task.targets(train.answers, job.parts.outputs)
    head, recipe = choose_head(job, ((shown - mean) / scale, targets), held, STRENGTHS)
    logits = head.of(held)
    weight = head.weight / scale
    folded = Head(weight, head.bias - weight @ mean)
    return Outcome(Measured(features, folded), recipe, logits, head.weight.size + head.bias.size)


def load_measured(folder: Path, task: Task) -> Measured:
    """What `Measured.save` wrote; raises `StorageError` where it is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = load_file(folder / FILE)
        return Measured(DESCRIPTORS.get(task.reads).load(folder), Head(arrays["weight"], arrays["bias"]))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({error}); train it again") from error


def _vectors(features: Descriptor, inputs: Sequence[Any], on_step: OnStep) -> Floats:
    parts = []
    for start in range(0, len(inputs), CHUNK):
        parts.append(features.vectors(inputs[start : start + CHUNK]))
        done = min(start + CHUNK, len(inputs))
        on_step(Step(Words("measuring", "提取特征"), done, len(inputs)))
    return np.concatenate(parts) if parts else features.vectors(())
