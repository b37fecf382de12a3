"""The training loop: batches of like length, checks on validation, best weights, early and hard stops, checkpoints."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np

from dongcha.core.errors import StorageError
from dongcha.core.events import Step
from dongcha.core.words import Words
from dongcha.model.batching import Order, paired_batches, shuffled_batches
from dongcha.model.best import Best
from dongcha.model.checkpoint import forget, restore, store
from dongcha.model.course import Course
from dongcha.model.learner import Learner, items_sizes
from dongcha.model.method import Job
from dongcha.model.network import Network
from dongcha.model.predictions import Floats
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe
from dongcha.model.watch import Moment, unwatched


@dataclass(frozen=True, slots=True)
class Learned:
    """How it went: steps made, the step whose weights were kept, and their logits on the validation rows."""

    steps: int
    best_at: int
    validation: Floats
    trained: int  # parameters that learned
    halved: int  # how often memory ran out and the part computed at once was halved


def learn(net: Network, job: Job, plan: Course, begun: Floats | None = None) -> Learned:
    """Train `net` in place and leave it with the best weights; the start counts as a candidate.

    `begun` are the start's logits on the validation rows, where somebody has read them before.
    With `job.checkpoint` the state is stored at every check, and a training that was killed goes on to the same end.
    """
    import torch

    with steady(plan.recipe.seed + job.ranks.rank):  # another dropout in every process
        learner = Learner(net, job, plan)
        best, step = Best(), 0
        if job.checkpoint is not None and _there(job.checkpoint, learner):
            step = restore(job.checkpoint, learner, best)
        else:
            _check(learner, job, best, 0, begun)
        step = _train(learner, job, best, step)
        with torch.no_grad():
            for weight, kept in zip(learner.learning, best.kept or (), strict=True):
                weight.copy_(kept)
        net.head = learner.head()
        learner.close()
    if job.checkpoint is not None and job.ranks.first:
        forget(job.checkpoint)
    assert best.logits is not None
    if best.at == 0 and begun is not None and job.ranks.first:
        best.logits = net.logits(job.parts.validation.inputs)  # by itself, and no longer by a reader
    return Learned(step, best.at, best.logits, sum(w.numel() for w in learner.learning), learner.halved)


def _there(checkpoint: Path, learner: Learner) -> bool:
    """Whether there is a state to go on from; raises `StorageError` where not all processes see the same."""
    found = checkpoint.exists()
    if found != bool(learner.agreed(float(found))):
        raise StorageError(f"not every worker sees the checkpoint {str(checkpoint)!r}; name a folder that all share")
    return found


def _train(learner: Learner, job: Job, best: Best, step: int) -> int:
    plan, start = learner.course, time.perf_counter()
    checked = step
    for batches in islice(grouped(learner), step, None):
        learner.step(batches)
        step += 1
        job.on_step(Step(Words("fine-tuning", "微调"), step, plan.steps))
        stopped = _told(learner, job, step)
        if step % plan.check_every == 0 or step == plan.last:
            stopped = _check(learner, job, best, step) or stopped
            checked = step
            if job.checkpoint is not None and step < plan.last:
                store(job.checkpoint, learner, best, step)
        late = time.perf_counter() - start > plan.budget_s
        patient = plan.stop_at or best.waited < plan.whole("patience")
        if learner.agreed(float(step >= plan.last or late or stopped or not patient)):
            break
    if checked != step:
        _check(learner, job, best, step)
    return step


def grouped(learner: Learner) -> Iterator[list[Order]]:
    """The batches of each step, without end, in a new order every epoch."""
    plan = learner.course
    random, lengths = np.random.default_rng(plan.recipe.seed), items_sizes(learner.items)
    together = plan.whole("accumulate")
    for _ in count():
        found = epoch(lengths, learner.classes, plan.recipe, random)
        while batches := list(islice(found, together)):
            yield batches


def epoch(sizes: Sequence[int], classes: Order | None, recipe: Recipe, random: np.random.Generator) -> Iterator[Order]:
    """The batches of one pass over the rows, in random order: of like size, or with `classes` of pairs of a class."""
    tokens, most = recipe.whole("batch_tokens"), recipe.whole("batch_rows")
    if classes is None:
        yield from shuffled_batches(sizes, tokens, most, random)
    else:
        yield from paired_batches(sizes, classes, tokens, most, random)


def _check(learner: Learner, job: Job, best: Best, step: int, logits: Floats | None = None) -> bool:
    """Measure on the validation rows and keep the weights unless they are worse; whether a watcher says stop.

    Of weights that are as good the later ones are kept: they have learned from more rows, which few validation rows
    do not show.
    """
    learner.net.head = learner.head()
    value = 0.0
    if not job.ranks.first:
        logits = np.zeros((0, len(job.parts.outputs)))
    else:
        if logits is None:
            logits = learner.net.logits(job.parts.validation.inputs)
        value = job.task.value(logits, job.parts.validation, job.parts.outputs)
    value = learner.agreed(value)
    best.waited = 0 if value > best.value else best.waited + 1
    if value >= best.value:
        best.value, best.at, best.logits = value, step, logits
        best.kept = [w.detach().clone() for w in learner.learning]
    return _told(learner, job, step, {job.task.chosen_on: value})


def _told(learner: Learner, job: Job, step: int, figures: Mapping[str, float] | None = None) -> bool:
    """Tell the watcher of a step, or with `figures` of a check; whether it says stop."""
    if job.watch is unwatched:  # reading a loss off a chip waits for the chip
        return False
    loss = None if figures or learner.loss is None else float(learner.loss)
    plan = learner.course
    return job.watch(
        Moment(
            method=job.recipe.method, step=step, steps=plan.steps, rate=learner.rate, loss=loss, figures=figures or {}
        )
    )
