"""`tune`: search the settings of a method on the validation rows, and measure the best beside the default once.

The default recipe is trial 0.  At most three models are in memory, whatever the number of trials; a study that was
killed goes on, and what it no longer holds in memory is trained again by its recipe, to the last decimal.  With several
workers the trials run beside each other, and this process alone writes the study.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dongcha.core.checks import need
from dongcha.core.events import Step, silent
from dongcha.core.words import Words
from dongcha.model.ask import Ask
from dongcha.model.attempt import Attempt, attempt, job_of
from dongcha.model.cluster.hand import Order
from dongcha.model.cluster.trials import run_together
from dongcha.model.gain import Gain, gain
from dongcha.model.judge import Judge
from dongcha.model.ladder import Climb, ascend, model_of
from dongcha.model.memo import Memo, fingerprint
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.onnx.automatic import fast
from dongcha.model.recipe import NOTED, Recipe, recipe_from
from dongcha.model.rows import Parts
from dongcha.model.spaces import SPACES, Space, Spaces, checked_spaces, spaces_of
from dongcha.model.study import COMPLETE, Open, Study, Trial, open_study
from dongcha.model.task import Metrics
from dongcha.model.tracking.tracker import Log, untracked
from dongcha.model.trained import compared
from dongcha.model.tuned import Tuned
from dongcha.model.watch import Watch, together, unwatched
from dongcha.model.workers import Workers

CHECKS = 8
"""Checks of every trial on the validation rows, whatever its passes."""

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
    pruner: str = "percentile"
    log: Opener = untracked
    workers: Workers = field(default_factory=Workers)

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
    kept: dict[int, Outcome] = field(default_factory=dict)  # of the default and the best trial, by their keys
    default_key: int | None = None
    going: dict[int, "Running"] = field(default_factory=dict)  # trials under way, by their keys
    notes: tuple[Words, ...] = ()

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
        return job_of(self.parts, self.ask, recipe, self.left, self.memo)

    def run(self) -> None:
        """Trial after trial, or several at once, until there are enough or the next one would not fit the budget."""
        if self.search.workers.several:
            plain = replace(self.ask, on_step=silent, watch=unwatched)  # those who look on stay in this process
            try:
                self.notes = run_together(self.search.workers, Order(self.parts, plain), self)
            finally:
                for left in self.going.values():
                    left.closing.close()
            return
        while (running := self.begin()) is not None:
            with running.closing:
                self.end(running, attempt(replace(self.job(running.recipe), watch=running.watch)))

    def begin(self) -> "Running | None":
        """A new trial, the first one of the default recipe; None where there are enough or too little time is left."""
        done, going, total = self.study.trials(), len(self.going), self.search.trials
        longest = max((trial.seconds for trial in done), default=0.0)
        if (total is not None and len(done) + going >= total) or (done and self.left < longest):
            return None
        self.ask.on_step(Step(Words("trials", "试验"), len(done), total))
        first = not any(trial.default for trial in done) and not any(one.default for one in self.going.values())
        opened = self.study.begin(self.spaces, self._defaults() if first else None)
        recipe = self.evened(self.base if first else self.base.with_settings(**opened.settings))
        facts = {"recipe": recipe.to_json(), "data": self.parts.fingerprint}
        closing = ExitStack()
        log = closing.enter_context(self.search.log(f"trial-{len(done) + going}", facts))
        judge = Judge(opened.report, prunes=not first)
        watch = together(self.ask.watch, log.see, judge.see)
        running = Running(
            opened=opened, recipe=recipe, judge=judge, log=log, watch=watch, closing=closing, default=first
        )
        self.going[opened.key] = running
        return running

    def end(self, running: "Running", made: Attempt) -> None:
        """Record a trial that ended, and keep its model where it is the default one or the best so far."""
        with running.closing:
            best = max((trial.value for trial in self.study.trials() if trial.value is not None), default=-1e9)
            hopeless, saved_s = running.judge.hopeless, running.judge.saved_s
            facts = {"seconds": made.seconds, "saved_s": saved_s, "recipe": made.recipe.to_json()}
            running.opened.finish(None if hopeless else made.value, facts)
            del self.going[running.opened.key]
            figures = {f"validation/{self.ask.learns.chosen_on}": made.value}
            running.log.finish(figures, {**facts, "pruned": hopeless})
        if hopeless or not (running.default or made.value > best):
            return
        if running.default:
            self.default_key = running.opened.key
        if made.value > best:
            self.kept = {key: kept for key, kept in self.kept.items() if key == self.default_key}
        if made.outcome is not None:
            self.kept[running.opened.key] = made.outcome

    def lost(self, running: "Running", why: str) -> None:
        """Record a trial whose worker died."""
        with running.closing:
            running.opened.fail(why)
            del self.going[running.opened.key]

    def evened(self, recipe: Recipe) -> Recipe:
        """The recipe with as many checks as every other trial's, so that they are compared at like stages."""
        passes = "epochs" in SPACES.get(recipe.method, {})
        if not passes or "checks" in self.ask.settings or "checks" in self.spaces:
            return recipe
        return recipe.with_settings(checks=CHECKS / recipe.number("epochs"))

    def _defaults(self) -> dict[str, Any]:
        """The default recipe's place in the spaces; what the validation rows decide (the penalty) has none yet."""
        return {name: self.base.setting(name) for name in self.spaces if name not in ("strength", "balanced")}

    def outcome(self, trial: Trial) -> Outcome:
        """The fitted recipe of a trial: as kept, or trained again."""
        if trial.key not in self.kept:
            made = {name: value for name, value in trial.recipe["settings"].items() if name in NOTED}
            searched = trial.searched if trial.number else {}  # of the default they are what it would have anyway
            recipe = self.evened(self.base.with_settings(**searched, **made))
            self.kept[trial.key] = METHODS.get(recipe.method).fit(replace(self.job(recipe), watch=unwatched))
        return self.kept[trial.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A trial under way: where it is recorded, and who looks on."""

    opened: Open
    recipe: Recipe
    judge: Judge
    log: Log
    watch: Watch
    closing: ExitStack
    default: bool


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
        notes=(*parts.notes, *state.notes),
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
