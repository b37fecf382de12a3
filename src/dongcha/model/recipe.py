"""All that is needed to train the same model again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dongcha.core.checks import need
from dongcha.core.errors import StorageError
from dongcha.model.knobs import KNOBS, Value

TEXT_CLASSIFICATION = "text-classification"

NOTED = ("steps", "stopped_at", "best_at", "threshold")
"""What a training adds to its settings: how long it went, and what was chosen on its validation rows at the end."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Task, method, encoder, seed and hyper-parameters.

    `settings` also holds what was decided by the clock (token limit, steps), so that a second run need not look at it.
    """

    task: str
    method: str
    encoder: str | None = None
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        need("Recipe", "seed", self.seed, self.seed >= 0, "an integer of at least 0")
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))

    def __reduce__(self) -> tuple[type["Recipe"], tuple[object, ...]]:
        """To another process: a view of a dict cannot be sent."""
        return Recipe, (self.task, self.method, self.encoder, self.seed, dict(self.settings))

    def with_settings(self, **settings: Value) -> "Recipe":
        """The recipe with these settings added or replaced."""
        return replace(self, settings={**self.settings, **settings})

    @property
    def unnoted(self) -> "Recipe":
        """The recipe without what one training noted of its own rows: to be used on others."""
        return replace(self, settings={name: value for name, value in self.settings.items() if name not in NOTED})

    def setting(self, name: str) -> Value:
        """A setting, or its default for the method where the recipe does not have it."""
        knob = KNOBS[name]
        return knob.checked(self.settings[name]) if name in self.settings else knob.default_for(self.method)

    def number(self, name: str) -> float:
        """A numeric setting, or its default."""
        return float(self.setting(name))

    def whole(self, name: str) -> int:
        """A setting that is a whole number, or its default."""
        return int(self.setting(name))

    @property
    def dropout(self) -> float | None:
        """Dropout of the encoder; None for its own.  A single pass learns nothing by heart, so it goes without."""
        rate = self.number("dropout")
        if rate >= 0:
            return rate
        return 0.0 if self.number("epochs") <= 1 else None

    def made(self, name: str) -> int:
        """What an earlier training noted (`steps`, `stopped_at`, `best_at`); 0 where there was none."""
        value = self.settings.get(name, 0)
        need("Recipe", name, value, isinstance(value, int), "a whole number")
        return int(value)

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "task": self.task,
            "method": self.method,
            "encoder": self.encoder,
            "seed": self.seed,
            "settings": dict(self.settings),
        }


def recipe_from(record: object) -> Recipe:
    """The recipe in a JSON object; raises `StorageError` where it is none."""
    match record:
        case {
            "task": str(task),
            "method": str(method),
            "encoder": str() | None as encoder,
            "seed": int(seed),
            "settings": dict(settings),
        }:
            return Recipe(task, method, encoder, seed, settings)
    raise StorageError(f"the model's recipe is damaged ({str(record)[:80]!r}); train the model again")
