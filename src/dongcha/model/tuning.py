"""The training loop: batches of like length, warm-up and decay, checks on validation, best weights, a hard stop."""

import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.events import Step
from dongcha.core.words import Words
from dongcha.model.batching import Order, shuffled_batches
from dongcha.model.evaluate import macro_f1
from dongcha.model.head import Head
from dongcha.model.method import Job
from dongcha.model.network import Network
from dongcha.model.predictions import Floats, predictions
from dongcha.model.quiet import steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

BATCH = 16
BATCH_TOKENS = 16 * 256
WARM_UP = 0.1  # of the steps
PATIENCE = 4  # checks without a better macro F1
HEAVIEST = 10.0  # weight of a class when classes are balanced


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How to train: all that the loop needs besides the rows."""

    steps: int
    check_every: int
    learning_rate: float  # peak, after warm-up
    seed: int
    balanced: bool
    stop_at: int | None  # the step after which an earlier run stopped
    budget_s: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """How it went: steps made, the step whose weights were kept, and their logits on the validation rows."""

    steps: int
    best_at: int
    validation: Floats


def tune(net: Network, job: Job, tuning: Tuning) -> Tuned:
    """Train `net` in place and leave it with the best weights; the start counts as a candidate."""
    import torch

    with steady(tuning.seed):
        start = time.perf_counter()
        loop = _Loop(net, job, tuning)
        tracked = _Best(net, job, loop)
        tracked.check(0)
        step, last = 0, tuning.stop_at or tuning.steps
        for rows in loop.batches():
            loop.step(rows, step)
            step += 1
            if step % tuning.check_every == 0 or step == last:
                tracked.check(step)
            job.on_step(Step(Words("fine-tuning", "微调"), step, tuning.steps))
            late = time.perf_counter() - start > tuning.budget_s
            if step >= last or late or (tuning.stop_at is None and tracked.waited >= PATIENCE):
                break
        if step != tracked.checked:
            tracked.check(step)
        with torch.no_grad():
            tracked.restore()
    return Tuned(step, tracked.best_at, tracked.logits)


class _Loop:
    """The weights that learn, their optimiser, and one step."""

    def __init__(self, net: Network, job: Job, tuning: Tuning) -> None:
        import torch

        self.net, self.tuning = net, tuning
        place = {name: i for i, name in enumerate(job.parts.classes)}
        self.answers = [place[name] for name in job.parts.train.labels]
        self.ids = net.tokens(job.parts.train.texts)
        assert net.head is not None
        device = net.body.device
        self.weight = torch.tensor(net.head.weight, dtype=torch.float32, device=device, requires_grad=True)
        self.bias = torch.tensor(net.head.bias, dtype=torch.float32, device=device, requires_grad=True)
        net.body.embeddings.word_embeddings.weight.requires_grad_(False)
        self.learning = [w for w in net.body.parameters() if w.requires_grad] + [self.weight, self.bias]
        self.optimiser = torch.optim.AdamW(self.learning, lr=tuning.learning_rate, weight_decay=0.01, fused=True)
        self.loss = torch.nn.CrossEntropyLoss(_class_weights(self.answers, tuning.balanced, device))

    def batches(self) -> "Iterator[Order]":
        """Batches without end, in a new order every epoch."""
        random = np.random.default_rng(self.tuning.seed)
        lengths = [len(row) for row in self.ids]
        for _ in count():
            yield from shuffled_batches(lengths, BATCH_TOKENS, BATCH, random)

    def step(self, rows: Order, step: int) -> None:
        """One update of the weights."""
        import torch

        self.net.body.train()
        warm = max(1, int(self.tuning.steps * WARM_UP))
        share = (step + 1) / warm if step < warm else (self.tuning.steps - step) / max(1, self.tuning.steps - warm)
        for group in self.optimiser.param_groups:
            group["lr"] = self.tuning.learning_rate * max(0.0, share)
        hidden = self.net.hidden([self.ids[i] for i in rows])
        answers = torch.tensor([self.answers[i] for i in rows], device=hidden.device)
        self.loss(hidden @ self.weight.T + self.bias, answers).backward()
        torch.nn.utils.clip_grad_norm_(self.learning, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)

    def head(self) -> Head:
        """The head as it is now."""
        return Head(self.weight.detach().double().cpu().numpy(), self.bias.detach().double().cpu().numpy())


class _Best:
    """The best weights so far."""

    def __init__(self, net: Network, job: Job, loop: _Loop) -> None:
        self.net, self.job, self.loop = net, job, loop
        self.value, self.best_at, self.checked, self.waited = -1.0, 0, -1, 0
        self.kept: list[torch.Tensor] = []
        self.logits: Floats = np.zeros((0, 0))

    def check(self, step: int) -> None:
        """Measure on the validation rows; keep the weights if they are better."""
        rows = self.job.parts.validation
        self.net.head, self.checked = self.loop.head(), step
        logits = self.net.logits(rows.texts)
        value = macro_f1(rows.labels, predictions(logits, self.job.parts.classes).labels)
        self.waited += 1
        if value > self.value:
            self.value, self.best_at, self.logits, self.waited = value, step, logits, 0
            self.kept = [w.detach().clone() for w in self.loop.learning]

    def restore(self) -> None:
        """Put the best weights back; to be called without gradients."""
        for weight, best in zip(self.loop.learning, self.kept, strict=True):
            weight.copy_(best)
        self.net.head = self.loop.head()
        self.net.body.eval()


def train_speed(net: Network, job: Job) -> float:
    """Tokens a second of forward and backward, on a few batches of the longest texts; the weights stay as they are."""
    head = net.head
    net.head = Head(
        np.zeros((len(job.parts.classes), int(net.body.config.hidden_size))), np.zeros(len(job.parts.classes))
    )
    tuning = Tuning(
        steps=10, check_every=10, learning_rate=0.0, seed=0, balanced=False, stop_at=None, budget_s=0.0
    )  # a rate of 0 moves nothing
    with steady(0):
        loop = _Loop(net, job, tuning)
        tokens, seconds = 0, 0.0
        for step, rows in zip(range(3), loop.batches(), strict=False):
            start = time.perf_counter()
            loop.step(rows, step)
            if step:  # the first one warms up
                tokens += sum(len(loop.ids[i]) for i in rows)
                seconds += time.perf_counter() - start
    net.head = head
    net.body.eval()
    return tokens / seconds


def _class_weights(answers: list[int], balanced: bool, device: Any) -> "torch.Tensor | None":
    import torch

    if not balanced:
        return None
    rows = np.bincount(answers)
    weights = np.minimum(len(answers) / (len(rows) * np.maximum(rows, 1)), HEAVIEST)
    return torch.tensor(weights, dtype=torch.float32, device=device)
