"""Where each method's settings are searched, once; a project's `[tune.space.METHOD]` replaces single lines of it.

Knows ranges.  Knows nothing of how a search goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError
from dongcha.model.knobs import KNOBS, Value
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe

LAYERED = ("frozen_layers", "kept_layers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """From `low` to `high` (evenly, or by orders of magnitude with `log`), or among `choices`."""

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    step: float | None = None
    choices: tuple[Value, ...] = ()

    def holds(self, value: Value) -> bool:
        """Whether a value lies in it."""
        if self.choices:
            return value in self.choices
        return isinstance(value, int | float) and self.low <= value <= self.high and self._on_grid(value)

    def _on_grid(self, value: float) -> bool:
        return self.step is None or abs((value - self.low) / self.step - round((value - self.low) / self.step)) < 1e-9

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        if self.choices:
            return {"choices": list(self.choices)}
        return {"low": self.low, "high": self.high, "log": self.log, "step": self.step}


def _log(low: float, high: float) -> Space:
    return Space(low=low, high=high, log=True)


def _even(low: float, high: float) -> Space:
    return Space(low=low, high=high)


def _among(*choices: Value) -> Space:
    return Space(choices=choices)


_LEARNING = {
    "epochs": _even(0.7, 2.0),  # as multiples of the epochs that fit the budget
    "batch_rows": _among(8, 16, 32),
    "layer_decay": _even(0.65, 1.0),
    "warm_up": _even(0.0, 0.2),
    "weight_decay": _log(1e-3, 0.3),
    "smoothing": _even(0.0, 0.2),
    "dropout": _among(-1.0, 0.0, 0.1, 0.2),
}
SPACES: Mapping[str, Mapping[str, Space]] = {
    "linear": {"strength": _log(0.01, 100), "balanced": _among(False, True)},
    "probe": {
        "strength": _log(1e-3, 10),
        "balanced": _among(False, True),
        "token_limit": _among(64, 128, 256),  # as long as the texts that fit the budget
    },
    "full": {"learning_rate": _log(5e-5, 1e-3), **_LEARNING},
    "lora": {"learning_rate": _log(2e-4, 5e-3), "rank": _among(4, 8, 16, 32), "alpha": _log(4, 64), **_LEARNING},
    "contrastive": {"learning_rate": _log(5e-5, 1e-3), "contrast": _even(0.3, 1.0), **_LEARNING},
    "adalora": {"learning_rate": _log(4e-4, 1e-2), "rank": _among(4, 8, 16), "alpha": _log(4, 64), **_LEARNING},
    "adapter": {"learning_rate": _log(4e-4, 1e-2), "adapter_width": _among(8, 16, 24, 48, 96), **_LEARNING},
}

Spaces = Mapping[str, Mapping[str, Space]]


def checked_spaces(given: Spaces) -> Spaces:
    """The spaces that a person wrote; raises `UnknownName` or `ConfigError` where one cannot be searched."""
    for method, lines in given.items():
        known("method", method, METHODS)
        for name, space in lines.items():
            knob = KNOBS[known("setting", name, KNOBS)]
            if isinstance(knob.default, str | bool) and not space.choices:
                raise ConfigError(f"the space of {name!r} must be a list of choices, such as [{knob.default!r}]")
            for value in space.choices or (space.low, space.high):
                knob.checked(value)
    return given


def spaces_of(plan: Recipe, edited: Mapping[str, Space], layers: int) -> dict[str, Space]:
    """What is searched around a planned recipe, on an encoder of so many layers."""
    found = dict(SPACES.get(plan.method, {}))
    if "epochs" in found:
        epochs = plan.number("epochs")
        found["epochs"] = _even(found["epochs"].low * epochs, found["epochs"].high * epochs)
    if "token_limit" in found:
        limit = plan.whole("token_limit")
        shorter = [n for n in found["token_limit"].choices if isinstance(n, int) and n < limit]
        found["token_limit"] = _among(*shorter, limit)
    for name, space in edited.items():
        most = max((n for n in space.choices if isinstance(n, int | float)), default=0) if space.choices else space.high
        if name in LAYERED and most > layers:
            raise ConfigError(f"the space of {name!r} goes up to {most:g}, and the encoder has {layers} layers")
        found[name] = space
    return {name: space for name, space in found.items() if space.choices or space.low < space.high}
