"""`train`: climb from the cheap method to the dear one while time lasts, and keep the best on validation.

Knows budgets and choices.  Knows nothing of how a method fits.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from dongcha.core.checks import known, need
from dongcha.core.errors import ConfigError
from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.model.encoders import choose_encoder, find_encoder
from dongcha.model.evaluate import accuracy, fit_temperature, macro_f1
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.model import Model
from dongcha.model.predictions import predictions
from dongcha.model.recipe import TEXT_CLASSIFICATION, Recipe
from dongcha.model.rows import Parts, checked, rows_of, text_column
from dongcha.model.trained import Rung, Trained, compared

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked of a training: limits, and what a person fixed."""

    budget_s: float = 120.0
    method: str | None = None
    encoder: str | None = None
    seed: int = 0
    recipe: Recipe | None = None  # of an earlier run: followed without looking at the clock
    on_step: OnStep = silent

    def __post_init__(self) -> None:
        need("train", "budget_s", self.budget_s, self.budget_s > 0, "more than 0 seconds")
        if self.method is None:
            return
        known("method", self.method, METHODS)
        if self.encoder and not METHODS.get(self.method).encoder:
            raise ConfigError(f"train: method {self.method!r} uses no encoder; leave out {self.encoder!r}")


def train(
    split: SplitLike,
    *,
    label: str,
    text: str | None = None,
    budget_s: float = 120.0,
    method: str | None = None,
    encoder: str | None = None,
    seed: int = 0,
    recipe: Recipe | None = None,
    on_step: OnStep = silent,
) -> Trained:
    """The best model of the ladder for reading `label` out of `text`, within about `budget_s` seconds.

    `method` ("auto": none) and `encoder` fix what is otherwise chosen; `recipe` (of an earlier run) also fixes what the
    clock decided.
    Raises `DataError` where nothing can be learned and `UnknownName` for a column, method or encoder that is not there.
    """
    fixed = None if method == "auto" else method
    ask = Ask(budget_s=budget_s, method=fixed, encoder=encoder, seed=seed, recipe=recipe, on_step=on_step)
    split.train.schema[label]
    column = text_column(split.train, label, text)
    found = [rows_of(table, label, column) for table in (split.train, split.validation, split.test)]
    left_out = sum(n for _, n in found)
    notes: tuple[Words, ...] = ()
    if left_out:
        notes = (
            Words(
                f"{left_out} rows without {column!r} or {label!r} were left out of learning.",
                f"{left_out} 行缺少“{column}”或“{label}”，未参与学习。",
            ),
        )
    parts = Parts(found[0][0], found[1][0], found[2][0], split.fingerprint, notes)
    trained = climb(parts, ask)
    return replace(trained, model=replace(trained.model, text=column, label=label, name=label))


@dataclass(slots=True)
class _Climb:
    parts: Parts
    ask: Ask
    start: float = field(default_factory=time.perf_counter)
    planned_s: float = 0.0
    rungs: list[Rung] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def job(self, name: str, budget_s: float) -> Job:
        encoder = None
        recipe = Recipe(TEXT_CLASSIFICATION, name, None, self.ask.seed)
        if METHODS.get(name).encoder:
            wanted = self.ask.encoder or choose_encoder(self.parts.train.texts)
            if self.ask.recipe is not None and self.ask.recipe.encoder:
                wanted = self.ask.recipe.encoder
            encoder = find_encoder(wanted)
            recipe = replace(recipe, encoder=wanted)
        if self.ask.recipe is not None and self.ask.recipe.method == name:
            recipe = self.ask.recipe
        start = self.outcomes.get("probe")
        return Job(
            parts=self.parts, recipe=recipe, budget_s=budget_s, encoder=encoder, start=start, on_step=self.ask.on_step
        )

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
        outcome = method.fit(replace(job, budget_s=left))
        self.outcomes[name] = outcome
        rows = self.parts.validation
        said = predictions(outcome.validation, self.parts.classes).labels
        seconds = time.perf_counter() - start
        self.rungs.append(Rung(name, seconds, accuracy(rows.labels, said), macro_f1(rows.labels, said)))


def climb(parts: Parts, ask: Ask) -> Trained:
    """The ladder on plain rows; see `train`."""
    parts = checked(parts)
    state = _Climb(parts, ask)
    state.fit("linear", must=True)  # also the baseline beside every other method
    fixed = ask.recipe.method if ask.recipe is not None else ask.method
    for name in sorted(METHODS, key=lambda name: METHODS.get(name).rank):
        if name != "linear" and fixed in (None, name):
            state.fit(name, must=fixed == name)
    values = {rung.method: rung.macro_f1 for rung in state.rungs if rung.macro_f1 is not None}
    best = next(name for name, value in values.items() if value >= max(values.values()) - GAIN_NEEDED)
    return _finished(state, fixed or best)


def skipped(name: str, seconds: float, left: float) -> Rung:
    """A rung that was not climbed, and why."""
    reason = Words(
        f"{name} would take about {seconds:.0f} s; {max(0.0, left):.0f} s of the budget are left.",
        f"{name} 约需 {seconds:.0f} 秒，预算只剩 {max(0.0, left):.0f} 秒。",
    )
    return Rung(name, 0.0, None, None, reason)


def _finished(state: _Climb, chosen: str) -> Trained:
    parts, outcome = state.parts, state.outcomes[chosen]
    model = _model(parts, outcome)
    metrics = model.evaluate(parts.test.texts, parts.test.labels, state.ask.on_step)
    model = replace(model, metrics=metrics.to_json())
    linear = _model(parts, state.outcomes["linear"])
    beside = metrics if chosen == "linear" else linear.evaluate(parts.test.texts, parts.test.labels)
    versus = compared(parts, model, linear) if chosen != "linear" else None
    return Trained(
        model=model,
        metrics=metrics,
        baselines={"majority": majority(parts), "linear": {"accuracy": beside.accuracy, "macro_f1": beside.macro_f1}},
        rungs=tuple(replace(rung, chosen=rung.method == chosen) for rung in state.rungs),
        seconds=time.perf_counter() - state.start,
        versus_linear=versus,
        notes=parts.notes,
    )


def _model(parts: Parts, outcome: Outcome) -> Model:
    return Model(
        recipe=outcome.recipe,
        classes=parts.classes,
        fitted=outcome.fitted,
        temperature=fit_temperature(outcome.validation, parts.validation.labels, parts.classes),
        fingerprint=parts.fingerprint,
    )


def majority(parts: Parts) -> dict[str, float]:
    """What always answering the commonest train class would reach on the test rows."""
    labels: Sequence[str] = parts.train.labels
    commonest = max(parts.classes, key=labels.count)
    said = [commonest] * len(parts.test)
    return {"accuracy": accuracy(parts.test.labels, said), "macro_f1": macro_f1(parts.test.labels, said)}
