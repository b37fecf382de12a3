"""`dongcha.toml`: what a person decided about a project.

Knows the file.  What is not in it is inferred at every run, and the report says how.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_serializer, model_validator

from dongcha.core.duration import seconds_of
from dongcha.core.errors import ConfigError, NewerFormat, StorageError
from dongcha.core.files import write_text
from dongcha.store.schedule import hours_of, schedule_of

FORMAT = 1
NAME = "dongcha.toml"


Scalar = str | int | float | bool
STRICT = ConfigDict(extra="forbid", frozen=True)


def _kept(read: Callable[[str], object]) -> AfterValidator:
    """The text as it is, where it can be read."""

    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


Span = Annotated[str, _kept(seconds_of)]
"""A span of time such as `90m`, `6h` or `2d`."""


class RecipeConfig(BaseModel):
    """The recipe that `run` and `train --project` follow; `tune` writes it."""

    model_config = STRICT

    method: str | None = None
    encoder: str | None = None
    settings: dict[str, Scalar] = Field(default_factory=dict)


class SpaceConfig(BaseModel):
    """Where a setting is searched: from `low` to `high`, or among `choices` (in TOML, a bare list)."""

    model_config = STRICT

    low: float | None = None
    high: float | None = None
    log: bool = False
    step: Annotated[float | None, Field(gt=0)] = None
    choices: Annotated[tuple[Scalar, ...] | None, Field(min_length=1)] = None

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, given: object) -> object:
        return {"choices": given} if isinstance(given, list | tuple) else given

    @model_serializer
    def _as_written(self) -> object:
        """As a person writes it, so that a file that is saved again keeps the line as it is."""
        if self.choices is not None:
            return list(self.choices)
        more = {"log": self.log or None, "step": self.step}
        return {"low": self.low, "high": self.high, **{k: v for k, v in more.items() if v is not None}}

    @model_validator(mode="after")
    def _one_kind(self) -> "SpaceConfig":
        ranged = self.low is not None and self.high is not None
        if ranged == (self.choices is not None):
            raise ValueError("a space is a list of choices, or has low and high")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"low must be below high, got {self.low:g} and {self.high:g}")
        if self.log and (self.step is not None or self.low is None or self.low <= 0):
            raise ValueError("log needs a low above 0 and no step")
        return self


class TuneConfig(BaseModel):
    """How `tune` searches: spaces by method and setting, which replace those of the table of spaces.

    `address` is of a Ray cluster that several workers are asked of.
    """

    model_config = STRICT

    pruner: Literal["percentile", "median", "hyperband", "none"] = "percentile"
    address: str | None = None
    space: dict[str, dict[str, SpaceConfig]] = Field(default_factory=dict)


class TableConfig(BaseModel):
    """A table that is joined to the sources: by the key `on` (`customer_id=id`), or by one that is found."""

    model_config = STRICT

    source: str
    on: str = ""
    aggregate: Literal["sum", "mean"] | None = None


class AlertsConfig(BaseModel):
    """Where word of alerts goes, and how often; `to` holds addresses of Apprise, secrets as `$VARIABLE`."""

    model_config = STRICT

    to: tuple[str, ...] = ()
    cool_down: Span = "1h"
    least: Literal["info", "warning", "critical"] = "warning"
    link: str | None = None


class MonitorConfig(BaseModel):
    """What the monitor looks at: the newest `window` answers, if `least` are new; budgets of latency and failures.

    `false_alarms` is the chance of any false alarm of drift in all looks at one version.  `rollback` says what follows
    where a promoted version is worse on feedback than the one before it.
    """

    model_config = STRICT

    every: str = "5m"
    window: Annotated[int, Field(ge=50)] = 500
    least: Annotated[int, Field(ge=10)] = 100
    false_alarms: Annotated[float, Field(gt=0, lt=1)] = 0.05
    latency_ms: Annotated[float | None, Field(gt=0)] = None
    failing: Annotated[float, Field(gt=0, lt=1)] = 0.01
    rollback: Literal["alert", "automatic"] = "alert"


class LearnConfig(BaseModel):
    """From how many new corrections on `learn` trains a challenger, who makes it champion, and what starts it.

    `schedule` is five fields of cron or `every 7 days`, `on` the kinds of alerts that start it, `cool_down` the least
    time between two starts, `hours` such as `22-6` those in which it may start; all by the clock of the machine.
    """

    model_config = STRICT

    least: Annotated[int, Field(ge=1)] = 1
    promote: Literal["rule", "person"] = "person"
    schedule: Annotated[str, _kept(schedule_of)] | None = None
    on: tuple[Literal["drift", "quality"], ...] = ()
    cool_down: Span = "6h"
    hours: Annotated[str, _kept(hours_of)] | None = None
    budget: Span = "10m"


class Config(BaseModel):
    """The decisions of a project; every field may be left out."""

    model_config = STRICT

    format: int = FORMAT
    sources: tuple[str, ...] = ()
    tables: tuple[TableConfig, ...] = ()
    roles: dict[str, str] = Field(default_factory=dict)
    label: str | None = None
    text: str | None = None
    method: str | None = None
    encoder: str | None = None
    budget: str = "2m"
    mining_budget: str | None = None
    seed: Annotated[int, Field(ge=0)] = 0
    top: Annotated[int, Field(ge=1)] = 10
    fdr: Annotated[float, Field(gt=0, lt=1)] = 0.05
    lang: Literal["en", "zh"] = "en"
    state: Annotated[str | None, Field(pattern=r"^postgres(ql)?://[^:@/]*@?[^@]*$")] = None
    """A PostgreSQL address, without a password, where `state.db` would be of one machine only."""
    recipe: RecipeConfig | None = None
    tune: TuneConfig = Field(default_factory=TuneConfig)
    alerts: AlertsConfig = Field(default_factory=AlertsConfig)
    monitor: MonitorConfig = Field(default_factory=MonitorConfig)
    learn: LearnConfig = Field(default_factory=LearnConfig)


def load_config(path: Path) -> Config:
    """The configuration in `path`; raises `ConfigError` that names the line or field, `NewerFormat` where it must."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{str(path)!r} is not valid TOML: {error}") from error
    if isinstance(given.get("format"), int) and given["format"] > FORMAT:
        raise NewerFormat(
            f"the project {str(path.parent)!r} was made by a newer Dongcha (format {given['format']}, this one knows "
            f"{FORMAT}); upgrade with: pip install -U dongcha"
        )
    try:
        return Config.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        known = f" (known: {', '.join(Config.model_fields)})" if len(first["loc"]) == 1 else ""
        raise ConfigError(
            f"{str(path)!r}: {field}: {first['msg'].removeprefix('Value error, ').lower()}{known}"
        ) from None


def save_config(config: Config, path: Path) -> None:
    """Write the configuration; comments that a person added to an existing file are kept."""
    import tomlkit

    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    if not path.exists():
        document.add(tomlkit.comment("Dongcha project. What is left out is inferred; see `dongcha run --help`."))
    values = config.model_dump(exclude_none=True, exclude_defaults=True) | {"format": config.format}
    # Scalars first: what follows a table would belong to it.
    for name, value in sorted(values.items(), key=lambda item: _is_table(item[1])):
        _put(document, name, value)
    write_text(path, tomlkit.dumps(document))


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value))


def _put(table: Any, name: str, value: object) -> None:
    """Set a value, and of a table only what differs, so that comments in it stay."""
    if isinstance(value, dict) and isinstance(table.get(name), dict):
        for gone in [key for key in table[name] if key not in value]:
            del table[name][gone]
        for key, part in value.items():
            _put(table[name], key, part)
        return
    new = list(value) if isinstance(value, tuple) else value
    if name not in table or table[name] != new:
        table[name] = new
