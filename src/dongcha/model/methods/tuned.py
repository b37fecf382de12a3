"""What the methods that change an encoder share: they start from the probe's head and follow the training loop.

Starting from a fitted head keeps the first steps from spoiling the encoder (LP-FT, Kumar et al. 2022,
https://arxiv.org/abs/2202.10054).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dongcha.core.words import Words
from dongcha.model.course import course
from dongcha.model.head import Head
from dongcha.model.headed import Headed
from dongcha.model.learner import Learner, classes_of, items_sizes
from dongcha.model.loop import epoch, grouped, learn
from dongcha.model.method import METHODS, Begun, Fitted, Job, Outcome, Plan, taught
from dongcha.model.methods.probe import LOADING_S, TOKEN_LIMITS, mark, read_speed
from dongcha.model.network import NETWORKS, Network
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.speed import tokens_per_s
from dongcha.model.structure import built
from dongcha.model.task import Task

EPOCHS = (4.0, 3.0, 2.0, 1.0, 0.5)
KEPT_BACK = 0.8  # of the budget is planned for; the rest is for a slow moment
ENOUGH_STEPS = 100  # of few rows so many passes are planned that they make as many steps
MOST_CHECKS = 20  # of a training on the validation rows, where the recipe does not say
RATED_STEPS = 250  # the default learning rate is for as many steps; over more of them it falls with their root

START_ROWS, START_WORDS, START_PART = 1000, 20_000, 4
"""The head that training starts from is fitted on so many rows or words, or on this part of them where that is more."""

Adapt = Callable[[Network, Recipe], Callable[[], None]]
"""Prepares the body of a network for learning, and gives what has to be done with it afterwards."""


@dataclass(slots=True)
class TunedMethod:
    """A method that changes the encoder."""

    name: str
    rank: int
    adapt: Adapt
    most_rows: float = 0  # of an output on average, up to which it is tried where no method is named
    paired: bool = False  # whether it learns from pairs of inputs, which takes one class an input
    encoder: bool = True

    def fits(self, task: Task) -> bool:
        """Every task that a network reads, or of those the ones with one class an input."""
        return task.reads in NETWORKS and (task.one_class or not self.paired)

    def on_ladder(self, parts: Parts) -> bool:
        """Where rows are so few that it may be the best."""
        return len(parts.train) <= self.most_rows * max(1, len(parts.outputs))

    def plan(self, job: Job) -> Plan:
        """The most epochs that fit into the budget, on shorter inputs where not even one fits."""
        net = built(job)
        train, held = (items_sizes(net.items(part.inputs)) for part in (job.parts.train, job.parts.validation))
        reading = read_speed(job, net)
        assert job.encoder is not None
        work = f"train {job.task.reads} {self.name}"
        training = tokens_per_s(job.encoder, work, lambda: self._speed(job))
        recipe, best = job.recipe, None
        limits = (recipe.whole("token_limit"),) if "token_limit" in recipe.settings else TOKEN_LIMITS
        for limit in limits:
            sizes = [min(n, limit) for n in train]
            batches = epoch_batches(job, sizes, recipe)
            several = _epochs(recipe, job.encoder.passes, batches)
            check = sum(min(n, limit) for n in held) / reading
            for epochs in several:
                planned = _checked(recipe.with_settings(token_limit=limit, epochs=epochs))
                checks = planned.number("checks") * epochs
                seconds = LOADING_S + epochs * sum(sizes) / training + checks * check
                fits = seconds <= job.budget_s * KEPT_BACK
                best = Plan(_rated(planned, batches), seconds, fits)
                if fits and epochs >= min(1.0, several[0]):
                    return best
        assert best is not None
        return best

    def fit(self, job: Job) -> Outcome:
        """Train from the probe's head on; the best weights on validation are kept."""
        begun = job.start or self.start(job)
        recipe = job.recipe
        if "balanced" not in recipe.settings:
            recipe = recipe.with_settings(balanced=begun.balanced)
        net = built(replace(job, recipe=recipe))
        net.head = begun.head
        sizes = items_sizes(net.items(job.parts.train.inputs))
        plan = course(recipe, epoch_batches(job, sizes, recipe), job.budget_s)
        with steady(recipe.seed):
            finish = self.adapt(net, recipe.with_settings(steps=plan.steps))
        done = learn(net, job, plan, begun.validation)
        finish()
        recipe = recipe.with_settings(steps=plan.steps, stopped_at=done.steps, best_at=done.best_at)
        return Outcome(Headed(net), recipe, done.validation, done.trained, _scarce(done.halved))

    def load(self, folder: Path, task: Task) -> Fitted:
        """Read a Hugging Face folder."""
        return Headed(NETWORKS.get(task.reads).load(folder))

    def start(self, job: Job) -> Begun:
        """The probe's head; it is fitted on a part of the rows, for it only has to be a good place to start from."""
        kept = {
            name: job.recipe.settings[name] for name in ("token_limit", "kept_layers") if name in job.recipe.settings
        }
        most = max(START_WORDS if job.task.per_word else START_ROWS, job.units // START_PART)
        parts = replace(job.parts, train=taught(job, most))
        probe = replace(job, parts=parts, recipe=replace(job.recipe, method="probe", settings=kept))
        return job.memo.get(
            ("start", job.recipe.seed, mark(probe)), lambda: begun_from(METHODS.get("probe").fit(probe))
        )

    def _speed(self, job: Job) -> float:
        """Tokens a second of forward and backward, on a few batches."""
        net = built(job)
        outputs = len(job.parts.outputs)
        net.head = Head(np.zeros((outputs, net.width)), np.zeros(outputs))
        recipe = job.recipe.with_settings(epochs=1.0, steps=100)
        some = replace(job.parts, train=job.parts.train.first(64))
        with steady(0):
            self.adapt(net, recipe)
            learner = Learner(net, replace(job, parts=some), course(recipe, 4, 60.0))
            tokens, seconds = 0, 0.0
            for step, batches in zip(range(3), grouped(learner), strict=False):
                start = time.perf_counter()
                learner.step(batches)
                if step:  # the first one warms up
                    tokens += sum(learner.items[i].size for batch in batches for i in batch)
                    seconds += time.perf_counter() - start
            learner.close()
        return tokens / max(seconds, 1e-6)


def _epochs(recipe: Recipe, passes: float, batches: int) -> list[float]:
    """The passes that may be planned, most first; of few rows there are more of them."""
    if "epochs" in recipe.settings:
        return [recipe.number("epochs")]
    found = {passes * n for n in EPOCHS}
    return sorted(found | {max(ENOUGH_STEPS / batches, *found)}, reverse=True)


def _checked(recipe: Recipe) -> Recipe:
    """The recipe with fewer checks a pass where many passes would make too many of them."""
    epochs, checks = recipe.number("epochs"), recipe.number("checks")
    if "checks" in recipe.settings or epochs * checks <= MOST_CHECKS:
        return recipe
    return recipe.with_settings(checks=MOST_CHECKS / epochs)


def _rated(recipe: Recipe, batches: int) -> Recipe:
    """The recipe with a learning rate for the length of its training, where it does not say one.

    The product of the rate and the root of the steps is kept: about how far a random walk of such steps leads.
    """
    steps = course(recipe, batches, 0.0).steps
    if "learning_rate" in recipe.settings or steps <= RATED_STEPS:
        return recipe
    return recipe.with_settings(learning_rate=recipe.number("learning_rate") * (RATED_STEPS / steps) ** 0.5)


def _scarce(halved: int) -> tuple[Words, ...]:
    """A note where memory ran out; the result is the same as with enough of it."""
    if not halved:
        return ()
    parts = 2**halved
    return (
        Words(
            f"Memory ran out, so batches were computed in {parts} parts (batch_rows / {parts} at a time); the result "
            "is the same, and it took longer.",
            f"内存不足，每批分成 {parts} 份计算（每次 batch_rows / {parts} 条）；结果不变，用时更长。",
        ),
    )


def begun_from(start: Outcome) -> Begun:
    """What a training starts from where a probe was fitted."""
    assert isinstance(start.fitted, Headed)
    assert start.fitted.net.head is not None
    balanced = bool(start.recipe.settings.get("balanced", False))
    return Begun(start.fitted.net.head, balanced, start.validation)


def epoch_batches(job: Job, sizes: list[int], recipe: Recipe) -> int:
    """Batches of an epoch over inputs of these sizes."""
    return sum(1 for _ in epoch(sizes, classes_of(job, recipe), recipe, np.random.default_rng(recipe.seed)))
