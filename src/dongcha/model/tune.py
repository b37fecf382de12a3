"""`tune`: search the settings of a method on the validation rows, and measure the best beside the default once.

The default recipe is trial 0.  At most three models are in memory, whatever the number of trials; a study that was
killed goes on, and what it no longer holds in memory is trained again by its recipe, to the last decimal.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dongcha.core.checks import need
from dongcha.core.events import Step
from dongcha.core.words import Words
from dongcha.model.ask import Ask
from dongcha.model.gain import Gain, gain
from dongcha.model.ladder import Climb, ascend, model_of
from dongcha.model.memo import Memo, fingerprint
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.onnx.automatic import fast
from dongcha.model.recipe import NOTED, Recipe, recipe_from
from dongcha.model.rows import Parts
from dongcha.model.spaces import Space, Spaces, checked_spaces, spaces_of
from dongcha.model.study import COMPLETE, Study, Trial, open_study
from dongcha.model.task import Metrics
from dongcha.model.tracking.tracker import Log, untracked
from dongcha.model.trained import compared
from dongcha.model.tuned import Tuned
from dongcha.model.watch import Moment, together, unwatched

PLANNED = ("epochs", "token_limit", "learning_rate", "checks")
"""Settings that a plan decides."""

SHARE = 6
"""The default recipe is planned for this part of the budget, so that some trials fit in."""
Opener = Callable[[str, Mapping[str, object]], AbstractContextManager[Log]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How to search: `study` is the file, `trials` the most of them in all (None: while the budget lasts)."""

    study: Path
    trials: int | None = None
    spaces: Spaces = field(default_factory=dict)
    pruner: str = "median"
    log: Opener = untracked

    def __post_init__(self) -> None:
        need("tune", "trials", self.trials, self.trials is None or self.trials >= 1, "at least 1")
        checked_spaces(self.spaces)


def tune(parts: Parts, ask: Ask, search: Search) -> Tuned:
    """The best recipe that a search finds within about `ask.budget_s` seconds, as a model."""
    start = time.perf_counter()
    parts = ask.learns.checked(parts)
    study = open_study(search.study, _name(parts, ask, search), pruner=search.pruner, seed=ask.seed)
    state = _Tuning(parts, ask, search, study, start)
    state.plan()
    state.run()
    return _finished(state)


@dataclass(slots=True)
class _Tuning:
    parts: Parts
    ask: Ask
    search: Search
    study: Study
    start: float
    memo: Memo = field(default_factory=Memo)
    base: Recipe = field(init=False)
    spaces: dict[str, Space] = field(init=False)
    kept: dict[int, Outcome] = field(default_factory=dict)  # of the default and the best trial

    @property
    def left(self) -> float:
        return self.ask.budget_s - (time.perf_counter() - self.start)

    def plan(self) -> None:
        """The default recipe and what is searched around it; as noted, where the study is not new."""
        noted = self.study.noted("plan")
        if noted is None:
            noted = self._planned().to_json()
            self.study.note("plan", noted)
        self.base = recipe_from(noted)
        edited = self.search.spaces.get(self.base.method, {})
        found = spaces_of(self.base, edited, _layers(self.job(self.base)))
        self.spaces = {name: space for name, space in found.items() if name not in self.ask.settings}

    def _planned(self) -> Recipe:
        budget_s = self.ask.budget_s / SHARE
        method = self.ask.fixed
        if method is None:
            ascent, method = ascend(self.parts, replace(self.ask, budget_s=budget_s, checkpoint=None))
            ran = ascent.outcomes[method].recipe.settings
            fixed = {k: v for k, v in ran.items() if k in PLANNED}
            return replace(ascent.outcomes[method].recipe, settings={**fixed, **self.ask.settings})
        job = Climb(self.parts, self.ask.by(method)).job(method, budget_s)
        return METHODS.get(method).plan(job).recipe

    def job(self, recipe: Recipe) -> Job:
        """The job of a recipe, in the time that is left."""
        found = Climb(self.parts, self.ask.by(recipe.method)).job(recipe.method, max(1.0, self.left))
        return replace(found, recipe=recipe, memo=self.memo, checkpoint=None)

    def run(self) -> None:
        """Trial after trial, until there are enough or the next one would not fit the budget."""
        done = self.study.trials()
        while self.search.trials is None or len(done) < self.search.trials:
            longest = max((trial.seconds for trial in done), default=0.0)
            if done and self.left < longest:
                break
            total = self.search.trials
            self.ask.on_step(Step(Words("trials", "试验"), len(done), total))
            self.trial(done)
            done = self.study.trials()

    def trial(self, done: list[Trial]) -> None:
        """One trial; the first is the default recipe."""
        number = len(done)
        first = self._defaults() if number == 0 else None
        opened = self.study.begin(self.spaces, first)
        recipe = self.base if number == 0 else self.base.with_settings(**opened.settings)
        judge = _Judge(opened.report, prunes=number > 0)
        begun = time.perf_counter()
        with self.search.log(f"trial-{number}", {"recipe": recipe.to_json(), "data": self.parts.fingerprint}) as log:
            job = replace(self.job(recipe), watch=together(self.ask.watch, log.see, judge.see))
            outcome = METHODS.get(recipe.method).fit(job)
            value = job.task.value(outcome.validation, self.parts.validation, self.parts.outputs)
            facts: dict[str, object] = {"seconds": time.perf_counter() - begun, "saved_s": judge.saved_s}
            facts["recipe"] = outcome.recipe.to_json()
            opened.finish(None if judge.hopeless else value, facts)
            log.finish({f"validation/{job.task.chosen_on}": value}, {**facts, "pruned": judge.hopeless})
        if not judge.hopeless:
            self._keep(number, value, outcome, done)

    def _defaults(self) -> dict[str, Any]:
        """The default recipe's place in the spaces; what the validation rows decide (the penalty) has none yet."""
        return {name: self.base.setting(name) for name in self.spaces if name not in ("strength", "balanced")}

    def _keep(self, number: int, value: float, outcome: Outcome, done: list[Trial]) -> None:
        if number == 0 or value > max((trial.value for trial in done if trial.value is not None), default=-1e9):
            self.kept = {n: kept for n, kept in self.kept.items() if n == 0} | {number: outcome}

    def outcome(self, trial: Trial) -> Outcome:
        """The fitted recipe of a trial: as kept, or trained again."""
        if trial.number not in self.kept:
            made = {name: value for name, value in trial.recipe["settings"].items() if name in NOTED}
            searched = trial.searched if trial.number else {}  # of the default they are what it would have anyway
            recipe = self.base.with_settings(**searched, **made)
            self.kept[trial.number] = METHODS.get(recipe.method).fit(replace(self.job(recipe), watch=unwatched))
        return self.kept[trial.number]


@dataclass(slots=True)
class _Judge:
    """Tells the study of every check, and notes what giving up would spare."""

    report: Callable[[float, int], bool]
    prunes: bool
    hopeless: bool = False
    saved_s: float = 0.0
    checks: int = 0
    start: float = field(default_factory=time.perf_counter)

    def see(self, moment: Moment) -> bool:
        if not moment.figures or self.hopeless:
            return self.hopeless
        if moment.step == 0:
            self.start = time.perf_counter()
        hopeless = self.report(next(iter(moment.figures.values())), self.checks)
        self.checks += 1
        if hopeless and self.prunes and 0 < moment.step < moment.steps:
            self.hopeless = True
            pace = (time.perf_counter() - self.start) / moment.step
            self.saved_s = pace * (moment.steps - moment.step)
        return self.hopeless


def _layers(job: Job) -> int:
    if job.encoder is None:
        return 0
    try:
        found = json.loads((job.encoder.folder / "config.json").read_text(encoding="utf-8"))
        return int(found["num_hidden_layers"])
    except (OSError, ValueError, KeyError):
        return 0


def _name(parts: Parts, ask: Ask, search: Search) -> str:
    """Another order is another study; a longer budget or more trials go on with the same one."""
    rows = [part for rows in parts for part in (rows.inputs, rows.answers)]
    spaces = {m: {name: space.to_json() for name, space in lines.items()} for m, lines in search.spaces.items()}
    facts = [ask.learns.name, ask.fixed, ask.encoder, ask.seed, dict(ask.settings), spaces, fingerprint(*rows)]
    return "dongcha-" + hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _finished(state: _Tuning) -> Tuned:
    parts, task, trials = state.parts, state.ask.learns, state.study.trials()
    complete = [trial for trial in trials if trial.state == COMPLETE]
    leader = max(complete, key=lambda trial: (trial.value or 0.0, -trial.number))  # a tie goes to the earlier one
    gained = _gained(state, trials[0], leader)
    best = leader if gained.counts else trials[0]
    outcomes = state.outcome(trials[0]), fast(state.outcome(best), task, parts).outcome
    models = [model_of(parts, outcome, task) for outcome in outcomes]
    answered = [model.measured(parts.test.inputs, parts.test.answers) for model in models]
    metrics: list[Metrics] = [found for found, _ in answered]
    return Tuned(
        model=replace(models[1], metrics=metrics[1].to_json()),
        metrics=metrics[1],
        test=parts.test,
        said=answered[1][1],
        default=models[0].recipe,
        default_metrics=metrics[0],
        versus_default=compared(parts, models[1], models[0]),
        baselines=_baselines(state),
        trials=tuple(trials),
        best=best.number,
        leader=leader.number,
        gained=gained,
        importance=state.study.importance(),
        study=state.search.study,
        seconds=time.perf_counter() - state.start,
        notes=parts.notes,
    )


def _gained(state: _Tuning, default: Trial, leader: Trial) -> Gain:
    """What the best trial gains over the default recipe on the validation rows; of many trials some do by chance."""
    parts, task = state.parts, state.ask.learns
    said = []
    for trial in (leader, default):
        logits = state.outcome(trial).validation
        settled = task.tuned(task.settle(logits, parts.validation, parts.outputs))
        said.append(settled.answer(logits, parts.validation.inputs, parts.outputs).labels)
    return gain(task, parts.validation, said[0], said[1], state.ask.seed)


def _baselines(state: _Tuning) -> dict[str, dict[str, float]]:
    """The figures on the test rows of the commonest answer and, where it can learn the task, of plain `linear`."""
    parts, task, linear = state.parts, state.ask.learns, METHODS.get("linear")
    found = {"majority": task.simplest(parts)}
    if linear.fits(task):
        plain = state.job(Recipe(task.name, "linear", seed=state.ask.seed))
        model = model_of(parts, linear.fit(plain), task)
        found["linear"] = task.figures(parts.test.answers, model.predict(parts.test.inputs).labels)
    return found
