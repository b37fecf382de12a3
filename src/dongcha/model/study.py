"""A study in `study.db`: which trials were made, what they gave, and what to try next.

The one file that knows Optuna.  The sampler is seeded anew for every trial, by the number of trials that were begun and
not cut short, so that a study that was killed tries the same as one that was not.
"""

import statistics
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dongcha.core.checks import known
from dongcha.core.errors import StorageError
from dongcha.core.files import storage_error
from dongcha.model.knobs import KNOBS, Value
from dongcha.model.spaces import Space

PRUNERS = ("percentile", "median", "hyperband", "none")
STARTING = 5
"""Trials that are drawn at random before the sampler learns from them."""
KEPT_PART = 30.0
"""Per cent of the trials so far among which a trial has to be at each check, or it is given up."""
UNPRUNED = 2
"""Finished trials before the first one may be given up."""
COMPLETE, PRUNED = "complete", "pruned"
DEFAULT = "default"
"""The mark of the trial of the default recipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A finished trial: `value` on the validation rows is None where it was pruned."""

    number: int  # among finished trials, in the order in which they were begun; 0 is the default recipe
    state: str
    value: float | None
    seconds: float
    recipe: Mapping[str, Any]
    searched: Mapping[str, Value] = field(default_factory=dict)
    saved_s: float = 0.0  # what pruning spared, by the pace of the steps made
    default: bool = False  # whether it is of the default recipe
    key: int = -1  # the study's own number, which stays while others are still under way

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "number": self.number,
            "state": self.state,
            "value": self.value,
            "seconds": round(self.seconds, 2),
            "settings": dict(self.searched),
            "saved_seconds": round(self.saved_s, 2),
        }


class Study:
    """One study in a file that may hold several."""

    def __init__(self, study: Any, seed: int) -> None:
        self._study, self.seed = study, seed
        self._begun = 0

    def noted(self, name: str) -> Any:
        """What was noted under a name, or None."""
        return self._study.user_attrs.get(name)

    def note(self, name: str, value: object) -> None:
        """Note something for those who go on with the study."""
        self._study.set_user_attr(name, value)

    def trials(self) -> list[Trial]:
        """The finished trials, the default recipe first."""
        found = [t for t in self._study.get_trials(deepcopy=False) if t.state.name in ("COMPLETE", "PRUNED")]
        found.sort(key=lambda trial: not trial.user_attrs.get(DEFAULT, False))
        return [_record(number, trial) for number, trial in enumerate(found)]

    @property
    def going(self) -> int:
        """Trials under way."""
        return sum(trial.state.name == "RUNNING" for trial in self._study.get_trials(deepcopy=False))

    def begin(self, spaces: Mapping[str, Space], first: Mapping[str, Value] | None = None) -> "Open":
        """A new trial; `first` are the settings of the first one, where they lie in the spaces."""
        from optuna.samplers import TPESampler

        with _calm():
            self._begun = max(self._begun, len(self.trials()))
            seed = (self.seed * 1_000_003 + self._begun) % 2**32
            # Others under way count as bad meanwhile, so that not all look at one place.
            self._study.sampler = TPESampler(seed=seed, n_startup_trials=STARTING, constant_liar=self.going > 0)
            self._begun += 1
            if first is not None:
                spaces = {name: space for name, space in spaces.items() if name in first and space.holds(first[name])}
                self._study.enqueue_trial({name: first[name] for name in spaces})
            trial = self._study.ask()
            if first is not None:
                trial.set_user_attr(DEFAULT, True)
            return Open(self._study, trial, {name: _suggested(trial, name, space) for name, space in spaces.items()})

    def importance(self) -> dict[str, float]:
        """How much of the differences between trials each setting explains, 0..1 together; empty where unknown.

        Trials that were given up count too, with the value that they would have reached had they grown from there as
        the others did: without them, what made them hopeless would seem not to matter.
        """
        import optuna
        from optuna.importance import FanovaImportanceEvaluator, get_param_importances

        with _calm():
            every, trials = optuna.create_study(direction="maximize"), self._study.get_trials(deepcopy=False)
            complete = [trial for trial in trials if trial.state.name == "COMPLETE"]
            names = {name for trial in trials for name in trial.params}
            for trial in trials:
                value = _expected(trial, complete)
                if value is not None and set(trial.params) == names:  # the default may lie outside some space
                    made = {"params": trial.params, "distributions": trial.distributions}
                    every.add_trial(optuna.create_trial(value=value, **made))
            try:
                found = get_param_importances(every, evaluator=FanovaImportanceEvaluator(seed=self.seed))
            except (ValueError, RuntimeError):  # too few trials, or all alike
                return {}
        return {name: float(part) for name, part in found.items() if part == part}


@dataclass(frozen=True, slots=True)
class Open:
    """A trial under way."""

    study: Any
    trial: Any
    settings: dict[str, Value]

    @property
    def key(self) -> int:
        """The study's own number of it."""
        return int(self.trial.number)

    def report(self, value: float, check: int) -> bool:
        """Tell a value on the validation rows; whether the trial is hopeless."""
        with _calm():
            self.trial.report(value, check)
            return bool(self.trial.should_prune())

    def finish(self, value: float | None, facts: Mapping[str, object]) -> None:
        """Record the end; `value` is None for a trial that was pruned."""
        from optuna.trial import TrialState

        with _calm():
            for name, fact in facts.items():
                self.trial.set_user_attr(name, fact)
            if value is None:
                self.study.tell(self.trial, state=TrialState.PRUNED)
            else:
                self.study.tell(self.trial, value)

    def fail(self, why: str) -> None:
        """Record that it came to no end, and why."""
        from optuna.trial import TrialState

        with _calm():
            self.trial.set_user_attr("why", why)
            self.study.tell(self.trial, state=TrialState.FAIL)


def open_study(path: Path, name: str, *, pruner: str, seed: int) -> Study:
    """The study `name` in the file, made where it is not there; trials that a killed process left are given up."""
    import optuna
    from optuna.trial import TrialState
    from sqlalchemy import URL
    from sqlalchemy.exc import SQLAlchemyError

    with _calm():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            url = URL.create("sqlite", database=str(path.absolute())).render_as_string()
            study = optuna.create_study(
                storage=url, study_name=name, direction="maximize", load_if_exists=True, pruner=_pruner(pruner)
            )
            for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING)):
                study._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
        except OSError as error:
            raise storage_error(path, error) from error
        except (SQLAlchemyError, optuna.exceptions.StorageInternalError, RuntimeError) as error:
            why = str(error.__cause__ or error).splitlines()[0][:120]
            raise StorageError(f"the study {str(path)!r} cannot be used ({why}); delete it to tune anew") from error
    return Study(study, seed)


def _pruner(name: str) -> Any:
    from optuna import pruners

    known("pruner", name, PRUNERS)
    if name == "hyperband":
        return pruners.HyperbandPruner()
    if name == "none":
        return pruners.NopPruner()
    part = KEPT_PART if name == "percentile" else 50.0
    return pruners.PercentilePruner(part, n_startup_trials=UNPRUNED, n_warmup_steps=1)


def _suggested(trial: Any, name: str, space: Space) -> Value:
    if space.choices:
        chosen: Value = trial.suggest_categorical(name, list(space.choices))
        return chosen
    if isinstance(KNOBS[name].default, int):
        step = int(space.step or 1)
        return int(trial.suggest_int(name, int(space.low), int(space.high), step=step, log=space.log))
    return float(trial.suggest_float(name, space.low, space.high, step=space.step, log=space.log))


def _expected(trial: Any, complete: Sequence[Any]) -> float | None:
    """The value of a finished trial, or what a pruned one would have come to by the growth of complete ones."""
    if trial.state.name == "COMPLETE":
        return float(trial.value)
    if trial.state.name != "PRUNED" or not trial.intermediate_values:
        return None
    check, reached = max(trial.intermediate_values.items())
    growth = [t.value / t.intermediate_values[check] for t in complete if t.intermediate_values.get(check, 0.0) > 0]
    return float(reached * (statistics.median(growth) if growth else 1.0))


def _record(number: int, trial: Any) -> Trial:
    facts = trial.user_attrs
    return Trial(
        number=number,
        state=COMPLETE if trial.state.name == "COMPLETE" else PRUNED,
        value=trial.value if trial.state.name == "COMPLETE" else None,
        seconds=float(facts.get("seconds", 0.0)),
        recipe=facts.get("recipe", {}),
        searched=trial.params,
        saved_s=float(facts.get("saved_s", 0.0)),
        default=bool(facts.get(DEFAULT, False)),
        key=int(trial.number),
    )


@contextmanager
def _calm() -> Iterator[None]:
    """Optuna without its log lines and its warnings of what is experimental."""
    from optuna import logging

    level = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
