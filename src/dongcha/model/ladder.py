"""`train`: climb from the cheap method to the dear one while time lasts, and keep the best on validation.

Knows budgets and choices.  Knows nothing of how a method fits.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from dongcha.core.errors import ConfigError
from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.model.ask import Ask
from dongcha.model.cluster.fit import fit_together, learns_together
from dongcha.model.encoders import find_encoder
from dongcha.model.knobs import Value
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.methods.tuned import begun_from
from dongcha.model.model import Model
from dongcha.model.networks import NETWORKS
from dongcha.model.onnx.automatic import fast
from dongcha.model.predictions import Predictions
from dongcha.model.recipe import TEXT_CLASSIFICATION, Recipe
from dongcha.model.reference import Reference, Said, reference_of
from dongcha.model.rows import Parts, Rows
from dongcha.model.task import Task
from dongcha.model.trained import Rung, Trained, compared
from dongcha.model.vectors import dense_vectors
from dongcha.model.watch import Watch, unwatched
from dongcha.model.workers import Workers

GAIN_NEEDED = 1e-9  # a tie goes to the cheaper method


class SplitLike(Protocol):
    """Three tables and the fingerprint of the data: what `data.split` gives."""

    @property
    def train(self) -> Table:
        """The train rows."""

    @property
    def validation(self) -> Table:
        """The validation rows."""

    @property
    def test(self) -> Table:
        """The test rows."""

    @property
    def fingerprint(self) -> str:
        """A hash of the data."""


def train(
    split: SplitLike,
    *,
    label: str,
    text: str | None = None,
    task: str = TEXT_CLASSIFICATION,
    budget_s: float = 120.0,
    method: str | None = None,
    encoder: str | None = None,
    seed: int = 0,
    settings: Mapping[str, Value] | None = None,
    recipe: Recipe | None = None,
    checkpoint: Path | None = None,
    workers: Workers | None = None,
    on_step: OnStep = silent,
    watch: Watch = unwatched,
) -> Trained:
    """The best model of the ladder for reading `label` out of `text`, within about `budget_s` seconds.

    `method`, `encoder` and `settings` (see the reference of recipes) fix what is otherwise chosen; `recipe` (of an
    earlier run) also fixes what the clock decided.  With a folder `checkpoint`, a training that was killed goes on.
    Several `workers` fine-tune together.
    `watch` sees every step and check, and may stop a method there.
    Raises `DataError` where nothing can be learned and `UnknownName` for a column, method or encoder that is not there.
    """
    ask = Ask(
        task=task, budget_s=budget_s, method=method, encoder=encoder, seed=seed, settings=settings or {},
        recipe=recipe, checkpoint=checkpoint, workers=workers or Workers(), on_step=on_step, watch=watch,
    )  # fmt: skip
    parts, column = rows_of(split, ask.learns, label, text)
    trained = climb(parts, ask)
    return replace(trained, model=replace(trained.model, text=column, label=label, name=label))


def rows_of(split: SplitLike, task: Task, label: str, text: str | None) -> tuple[Parts, str]:
    """The rows that a task learns from, and the column that it reads."""
    split.train.schema[label]
    column = task.source(split.train, label, text)
    found = [task.rows(table, label, column) for table in (split.train, split.validation, split.test)]
    left_out = sum(n for _, n in found)
    notes = task.told(split.train, label)
    if left_out:
        notes = (
            *notes,
            Words(
                f"{left_out} rows without a readable {column!r} or without {label!r} were left out of learning.",
                f"{left_out} 行没有可读取的“{column}”或没有“{label}”，未参与学习。",
            ),
        )
    return Parts(found[0][0], found[1][0], found[2][0], split.fingerprint, notes), column


@dataclass(slots=True)
class Climb:
    """A climb under way: what was tried so far."""

    parts: Parts
    ask: Ask
    start: float = field(default_factory=time.perf_counter)
    planned_s: float = 0.0
    rungs: list[Rung] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def job(self, name: str, budget_s: float) -> Job:
        """The job of a method, not planned yet."""
        ask, task = self.ask, self.ask.learns
        recipe = Recipe(task.name, name, None, ask.seed, ask.settings if ask.fixed in (None, name) else {})
        encoder = None
        if METHODS.get(name).encoder:
            wanted = ask.recipe.encoder if ask.recipe is not None else ask.encoder
            wanted = wanted or NETWORKS.get(task.reads).choose(self.parts.train.inputs)
            encoder = find_encoder(wanted)
            recipe = replace(recipe, encoder=wanted)
            if name != "probe":
                recipe = replace(recipe, settings={**encoder.settings, **recipe.settings})
        if ask.recipe is not None and ask.recipe.method == name:
            recipe = ask.recipe
        start = begun_from(self.outcomes["probe"]) if ask.fixed is None and "probe" in self.outcomes else None
        return Job(
            task=task, parts=self.parts, recipe=recipe, budget_s=budget_s, encoder=encoder, start=start,
            checkpoint=ask.checkpoint / name if ask.checkpoint else None, on_step=ask.on_step, watch=ask.watch,
        )  # fmt: skip

    def climbs(self, name: str) -> bool:
        """Whether a method is the one that was named, or where none was, one for these rows.

        What is dearer than `full` is not tried where a method makes no mistake on the validation rows.
        """
        method, key = METHODS.get(name), self.ask.learns.chosen_on
        if self.ask.fixed is not None:
            return name == self.ask.fixed
        flawless = any(rung.figures[key] >= 1 for rung in self.rungs if rung.figures)
        return method.on_ladder(self.parts) and not (flawless and method.rank > METHODS.get("full").rank)

    def fit(self, name: str, *, must: bool) -> None:
        """Fit one method if its plan fits the time that is planned to be left (or if it must be fitted)."""
        method = METHODS.get(name)
        job = self.job(name, self.ask.budget_s - self.planned_s)
        replayed = self.ask.recipe is not None and self.ask.recipe.method == name
        plan = None if replayed else method.plan(job)
        if plan is not None:
            if not (plan.fits or must):
                self.rungs.append(skipped(name, plan.seconds, job.budget_s))
                return
            self.planned_s += plan.seconds
            job = replace(job, recipe=plan.recipe)
        start = time.perf_counter()
        left = max(1.0, self.ask.budget_s - (start - self.start))
        job = replace(job, budget_s=left)
        shared = self.ask.workers.several and learns_together(name)
        outcome = fit_together(job, self.ask.workers) if shared else method.fit(job)
        self.outcomes[name] = outcome
        rows = self.parts.validation
        task = job.task.tuned(job.task.settle(outcome.validation, rows, self.parts.outputs))
        said = task.answer(outcome.validation, rows.inputs, self.parts.outputs).labels
        seconds = time.perf_counter() - start
        self.rungs.append(Rung(name, seconds, job.task.figures(rows.answers, said), trained=outcome.trained))


def climb(parts: Parts, ask: Ask) -> Trained:
    """The ladder on plain rows; see `train`."""
    return _finished(*ascend(parts, ask))


def ascend(parts: Parts, ask: Ask) -> tuple[Climb, str]:
    """The methods that were tried, and the best of them on the validation rows; the test rows are not looked at."""
    task = ask.learns
    state = Climb(task.checked(parts), ask)
    if ask.fixed is not None and not METHODS.get(ask.fixed).fits(task):
        able = ", ".join(name for name in METHODS if METHODS.get(name).fits(task))
        raise ConfigError(f"method {ask.fixed!r} cannot learn {task.name}; choose one of {able}")
    baseline = METHODS.get("linear").fits(task)
    if baseline:
        state.fit("linear", must=True)  # also the baseline beside every other method
    for name in sorted(METHODS, key=lambda name: METHODS.get(name).rank):
        if name != "linear" and METHODS.get(name).fits(task) and state.climbs(name):
            state.fit(name, must=ask.fixed == name or not (baseline or state.outcomes))
    values = {rung.method: rung.figures[task.chosen_on] for rung in state.rungs if rung.figures}
    best = next(name for name, value in values.items() if value >= max(values.values()) - GAIN_NEEDED)
    return state, ask.fixed or best


def skipped(name: str, seconds: float, left: float) -> Rung:
    """A rung that was not climbed, and why."""
    reason = Words(
        f"{name} would take about {seconds:.0f} s; {max(0.0, left):.0f} s of the budget are left.",
        f"{name} 约需 {seconds:.0f} 秒，预算只剩 {max(0.0, left):.0f} 秒。",
    )
    return Rung(name, 0.0, skipped=reason)


def _finished(state: Climb, chosen: str) -> Trained:
    parts, task = state.parts, state.ask.learns
    done = fast(state.outcomes[chosen], task, parts)  # before the test rows are read: figures are of what answers
    model = model_of(parts, done.outcome, task)
    metrics, said = model.measured(parts.test.inputs, parts.test.answers, state.ask.on_step)
    model = replace(model, metrics=metrics.to_json(), reference=_reference(parts, model, done.outcome, said))
    baselines, versus = {"majority": task.simplest(parts)}, None
    if chosen == "linear":
        baselines["linear"] = dict(metrics.figures)
    elif "linear" in state.outcomes:
        linear = model_of(parts, state.outcomes["linear"], task)
        baselines["linear"] = task.figures(parts.test.answers, linear.predict(parts.test.inputs).labels)
        versus = compared(parts, model, linear)
    return Trained(
        model=model,
        metrics=metrics,
        test=parts.test,
        said=said,
        baselines=baselines,
        rungs=tuple(replace(rung, chosen=rung.method == chosen) for rung in state.rungs),
        seconds=time.perf_counter() - state.start,
        versus_linear=versus,
        notes=(*parts.notes, *state.outcomes[chosen].notes, *_alone(state.ask, chosen)),
        onnx=done.to_json(),
    )


def _reference(parts: Parts, model: Model, outcome: Outcome, said: Predictions) -> Reference:
    """What its answers to test and validation rows look like, none of which it learned from."""
    task, held = model.task, parts.validation
    beside = task.answer(outcome.validation, held.inputs, parts.outputs, model.temperature)
    rows = Rows((*parts.test.inputs, *held.inputs), (*parts.test.answers, *held.answers))
    scores = np.concatenate([said.scores, beside.scores])
    told = Said([*said.labels, *beside.labels], scores, yes_or_no=task.gives in ("class", "labels", "tags"))
    return reference_of(rows, told, parts.train.inputs, None if task.per_word else dense_vectors(model.fitted))


def _alone(ask: Ask, chosen: str) -> tuple[Words, ...]:
    """A note where several workers were asked for and the model learned in one process."""
    if not ask.workers.several or learns_together(chosen):
        return ()
    return (
        Words(
            f"The method {chosen} learns in one process, so --workers changed nothing for it.",
            f"方法 {chosen} 只用一个进程学习，--workers 对它没有影响。",
        ),
    )


def model_of(parts: Parts, outcome: Outcome, task: Task) -> Model:
    """A fitted recipe as a model, its scores calibrated on the validation rows."""
    settled = task.settle(outcome.validation, parts.validation, parts.outputs)
    return Model(
        recipe=outcome.recipe.with_settings(**settled),
        classes=parts.outputs,
        fitted=outcome.fitted,
        temperature=task.heat(outcome.validation, parts.validation.answers, parts.outputs),
        fingerprint=parts.fingerprint,
    )
