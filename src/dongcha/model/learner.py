"""The weights that learn, their optimiser, and one step: on Accelerate, so that device and precision are its business.

Knows tensors.  Knows nothing of when to stop.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.checks import need
from dongcha.core.errors import ConfigError
from dongcha.model.batching import Order
from dongcha.model.contrast import contrast
from dongcha.model.course import Course, scheduler
from dongcha.model.head import Head
from dongcha.model.method import Job
from dongcha.model.network import Item, Network
from dongcha.model.recipe import Recipe
from dongcha.model.together import first_says, summed
from dongcha.model.weight_groups import weight_groups

if TYPE_CHECKING:
    import torch

PRECISIONS = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}


class Learner:
    """A network in training.  `micro` is the most items that are computed at once: it halves when memory runs out."""

    def __init__(self, net: Network, job: Job, course: Course) -> None:
        import torch
        from accelerate import Accelerator
        from accelerate.state import AcceleratorState

        self.net, self.course, self.task, self.ranks = net, course, job.task, job.ranks
        self.items = net.items(job.parts.train.inputs)
        self.targets = job.task.targets(job.parts.train.answers, job.parts.outputs)
        assert net.head is not None
        self.zero, self.scale = job.task.unit(self.targets)
        if (self.zero, self.scale) != (0.0, 1.0):
            self.targets = (self.targets - self.zero) / self.scale
        self.head_weight = _learns(net.head.weight / self.scale, net.body.device)
        self.head_bias = _learns((net.head.bias - self.zero) / self.scale, net.body.device)
        AcceleratorState._reset_state(reset_partial_state=True)  # it is one a process, and keeps its first precision
        self.accelerator = Accelerator(
            mixed_precision=precision(str(course.recipe.setting("precision"))), cpu=net.body.device.type == "cpu"
        )
        groups = weight_groups(net, course, (self.head_weight, self.head_bias))
        optimiser = torch.optim.AdamW(groups, lr=course.number("learning_rate"), fused=True)
        self.plain = net.body
        net.body = self.accelerator.prepare_model(net.body, evaluation_mode=True)  # gradients are added up here
        self.optimiser = self.accelerator.prepare_optimizer(optimiser)
        self.scheduler = scheduler(str(course.recipe.setting("decay")), optimiser, course.warm_up, course.steps)
        self.classes = classes_of(job, course.recipe)
        self.options = {"weights": self._weights(job), "smoothing": course.number("smoothing")}
        self.micro = course.whole("batch_rows") * course.whole("accumulate")
        self.halved = self.steps = 0
        self.loss: torch.Tensor | None = None
        self.allocate = getattr(getattr(self.plain, "base_model", None), "update_and_allocate", None)

    @property
    def learning(self) -> "list[torch.Tensor]":
        """Every weight that learns, the head's last."""
        body = [w for w in self.plain.parameters() if w.requires_grad]
        return [*body, *self._beside(), self.head_weight, self.head_bias]

    def _beside(self) -> "list[torch.Tensor]":
        return [] if self.net.beside is None else list(self.net.beside.parameters())

    def _weights(self, job: Job) -> "torch.Tensor | None":
        import torch

        if not self.course.recipe.setting("balanced"):
            return None
        found = job.task.weights(self.targets, job.parts.outputs)
        return None if found is None else torch.tensor(found, dtype=torch.float32, device=self.head_bias.device)

    def step(self, batches: Sequence[Order]) -> None:
        """One update of the weights from the items of some batches; in smaller parts where memory runs out."""
        self.net.body.train()
        while True:
            try:
                self._backward([int(i) for batch in batches for i in batch])
                break
            except RuntimeError as error:
                if not _out_of_memory(error) or self.micro == 1:
                    raise
                self.optimiser.zero_grad(set_to_none=True)
                self.micro, self.halved = max(1, self.micro // 2), self.halved + 1
        if not self.ranks.alone:
            self.loss = summed(self.accelerator, self.learning, self.loss)
        if (limit := self.course.number("clip")) > 0:
            self.accelerator.clip_grad_norm_(self.learning, limit)
        self.optimiser.step()
        self.scheduler.step()
        self.steps += 1
        if self.allocate is not None:
            self.allocate(self.steps)  # AdaLoRA moves ranks while gradients are there
        self.optimiser.zero_grad(set_to_none=True)

    def _backward(self, rows: list[int]) -> None:
        import torch

        total = sum(len(self.items[i].units) for i in rows)
        self.loss = torch.zeros((), device=self.head_bias.device)
        mine = self.ranks.share(rows, neighbours=self.classes is not None)
        for start in range(0, len(mine), self.micro):
            part = [self.items[i] for i in mine[start : start + self.micro]]
            units = [unit for item in part for unit in item.units]
            hidden = self.net.hidden(part).float()
            targets = torch.as_tensor(self.targets[units], device=hidden.device)
            loss = self.task.loss(hidden @ self.head_weight.T + self.head_bias, targets, self.options)
            if self.classes is not None:
                part_of = self.course.number("contrast")
                loss = (1 - part_of) * loss + part_of * contrast(hidden, targets)
            share = loss * (len(units) / total)
            self.accelerator.backward(share)
            self.loss += share.detach()

    @property
    def rate(self) -> float:
        """The learning rate of the encoder, or of the head where nothing else learns."""
        return float(self.optimiser.param_groups[0]["lr"])

    def agreed(self, value: float) -> float:
        """What the first process says, in all of them."""
        return value if self.ranks.alone else first_says(value, self.head_bias.device)

    def head(self) -> Head:
        """The head as it is now, in the unit of the answers."""
        weight, bias = (w.detach().double().cpu().numpy() for w in (self.head_weight, self.head_bias))
        return Head(weight * self.scale, bias * self.scale + self.zero)

    def close(self) -> None:
        """Give the network its plain body back."""
        self.net.body = self.plain
        self.net.body.eval()


def precision(asked: str) -> str:
    """Accelerate's name of a precision; `auto` is half precision where the chip is fast at it (a GPU), else full."""
    import torch

    if asked == "auto":
        return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "no"
    need("Recipe", "precision", asked, asked in PRECISIONS, "auto, fp32, bf16 or fp16")
    return PRECISIONS[asked]


def classes_of(job: Job, recipe: Recipe) -> "Order | None":
    """The class of each train input, where pairs of them are learned from; else None.

    Raises `ConfigError` where the recipe asks for it and the task has not one class an input.
    """
    if recipe.number("contrast") == 0:
        return None
    if not job.task.one_class:
        raise ConfigError(f"setting 'contrast' needs one class an input, and {job.task.name} has not; leave it out")
    return np.asarray(job.task.targets(job.parts.train.answers, job.parts.outputs), dtype=np.int64)


def _learns(values: "np.ndarray[Any, Any]", device: Any) -> "torch.Tensor":
    import torch

    return torch.tensor(values, dtype=torch.float32, device=device, requires_grad=True)


def _out_of_memory(error: RuntimeError) -> bool:
    import torch

    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def items_sizes(items: Sequence[Item]) -> list[int]:
    """The cost of each item."""
    return [item.size for item in items]
