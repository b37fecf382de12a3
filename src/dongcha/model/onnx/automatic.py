"""After a training: the chosen network answers by a graph from then on, if that is soon made."""

import time
from dataclasses import dataclass, replace

from dongcha.core.errors import ConfigError, MissingExtra, StorageError
from dongcha.core.settings import thread_count
from dongcha.core.words import Words
from dongcha.model.headed import Headed
from dongcha.model.method import Fitted, Outcome
from dongcha.model.network import device_name
from dongcha.model.onnx.export import Exported, Shown, export
from dongcha.model.onnx.parity import ENOUGH
from dongcha.model.onnx.served import served
from dongcha.model.onnx.session import Session
from dongcha.model.rows import Parts
from dongcha.model.task import Task

MOST_S = 20.0
MOST_ROWS = 500
STARTING_S = 2.0
WEIGHTS_S = 1e-7  # of a weight: writing and quantising
PASSES = 2.5  # of PyTorch's time for the inputs: PyTorch itself, and the two graphs


@dataclass(frozen=True, slots=True)
class Done:
    """The model as it answers from now on, and its graphs, or why there are none."""

    outcome: Outcome
    exported: Exported | None = None
    skipped: Words | None = None

    def to_json(self) -> dict[str, object] | None:
        """The object `onnx` of `dongcha train --json`; None for a model that has no network."""
        if self.exported is not None:
            return self.exported.parity.to_json()
        return None if self.skipped is None else {"use": None, "skipped": self.skipped.to_json()}


def fast(outcome: Outcome, task: Task, parts: Parts) -> Done:
    """The outcome by its fastest graph that holds parity on the validation rows; in PyTorch where there is none.

    Its logits on the validation rows are then those of what answers, and no longer of a reader.
    """
    plain = outcome.fitted
    if not isinstance(plain, Headed):
        return Done(outcome)
    fitted, exported, skipped = _exported(plain, task, parts)
    if fitted is not plain or plain.net.reader is not None:
        outcome = replace(outcome, fitted=fitted, validation=fitted.logits(parts.validation.inputs))
    return Done(outcome, exported, skipped)


def _exported(fitted: Headed, task: Task, parts: Parts) -> tuple[Fitted, Exported | None, Words | None]:
    net = fitted.net
    if device_name() != "cpu":
        return fitted, None, Words("the GPU is faster", "GPU 更快")
    rows, seconds = _affordable(fitted, parts)
    if seconds > MOST_S:
        why = f"about {seconds:.0f} s; dongcha export does it", f"约需 {seconds:.0f} 秒；可用 dongcha export 导出"
        return fitted, None, Words(*why)
    validation = parts.validation.first(rows)
    more = parts.train.inputs[: max(0, ENOUGH - len(validation))]
    try:
        shown = Shown(task=task, outputs=parts.outputs, rows=validation, more=more, source="training")
        done = export(net, shown)
        if done.parity.use is None:
            return fitted, done, None
        return served(fitted, done, Session(done.file(done.parity.use), net.intake)), done, None
    except (MissingExtra, StorageError, ConfigError) as error:
        return fitted, None, Words(str(error), str(error))


def _affordable(fitted: Headed, parts: Parts) -> tuple[int, float]:
    """How many validation rows are looked at, and the seconds that it takes on a machine with nothing else to do.

    Counted in the processor's time: a busy moment must not decide how fast a model answers ever after.
    """
    some = parts.validation.inputs[:32]
    fitted.net.logits(some[:8])  # the first batch also warms up
    start = time.process_time()
    fitted.net.logits(some)
    one_s = PASSES * (time.process_time() - start) / thread_count() / len(some)
    making = STARTING_S + WEIGHTS_S * sum(weight.numel() for weight in fitted.net.body.parameters())
    rows = min(MOST_ROWS, max(ENOUGH, int((MOST_S - making) / one_s)), len(parts.validation))
    return rows, making + one_s * max(rows, ENOUGH if len(parts.train) >= ENOUGH else rows)
