"""What is asked of a training: limits, and what a person fixed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dongcha.core.checks import known, need
from dongcha.core.errors import ConfigError
from dongcha.core.events import OnStep, silent
from dongcha.model.knobs import Value, checked_settings
from dongcha.model.methods import METHODS
from dongcha.model.recipe import TEXT_CLASSIFICATION, Recipe
from dongcha.model.task import Task
from dongcha.model.tasks import TASKS
from dongcha.model.watch import Watch, unwatched
from dongcha.model.workers import Workers

AUTO = "auto"
"""The name that stands for no method: the ladder chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An order for a training; raises `UnknownName` or `ConfigError` where it cannot be followed."""

    task: str = TEXT_CLASSIFICATION
    budget_s: float = 120.0
    method: str | None = None
    encoder: str | None = None
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)
    recipe: Recipe | None = None  # of an earlier run: followed without looking at the clock
    checkpoint: Path | None = None  # where a training that is killed goes on from
    workers: Workers = field(default_factory=Workers)
    on_step: OnStep = silent
    watch: Watch = unwatched

    def __post_init__(self) -> None:
        known("task", self.task, TASKS)
        need("train", "budget_s", self.budget_s, self.budget_s > 0, "more than 0 seconds")
        if self.method == AUTO:
            object.__setattr__(self, "method", None)
        if self.method is not None:
            known("method", self.method, METHODS)
            if self.encoder and not METHODS.get(self.method).encoder:
                raise ConfigError(f"train: method {self.method!r} uses no encoder; leave out {self.encoder!r}")
        object.__setattr__(self, "settings", checked_settings(self.settings))

    def by(self, method: str) -> "Ask":
        """The same order for one method."""
        return replace(self, method=method, encoder=self.encoder if METHODS.get(method).encoder else None)

    @property
    def fixed(self) -> str | None:
        """The one method that may be chosen, where a person or a recipe says so."""
        return self.recipe.method if self.recipe is not None else self.method

    @property
    def learns(self) -> Task:
        """The task."""
        return TASKS.get(self.recipe.task if self.recipe is not None else self.task)
