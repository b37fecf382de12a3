"""`dongcha.toml`: what a person decided about a project.

Knows the file.  What is not in it is inferred at every run, and the report says how.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dongcha.core.errors import ConfigError, NewerFormat, StorageError
from dongcha.core.files import write_text

FORMAT = 1
NAME = "dongcha.toml"


class Config(BaseModel):
    """The decisions of a project; every field may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    sources: tuple[str, ...] = ()
    roles: dict[str, str] = Field(default_factory=dict)
    label: str | None = None
    text: str | None = None
    method: str | None = None
    encoder: str | None = None
    budget: str = "2m"
    seed: Annotated[int, Field(ge=0)] = 0
    top: Annotated[int, Field(ge=1)] = 10
    fdr: Annotated[float, Field(gt=0, lt=1)] = 0.05
    lang: Literal["en", "zh"] = "en"


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
        raise ConfigError(
            f"{str(path)!r}: {field}: {first['msg'].lower()} (known: {', '.join(Config.model_fields)})"
        ) from None


def save_config(config: Config, path: Path) -> None:
    """Write the configuration; comments that a person added to an existing file are kept."""
    import tomlkit

    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    if not path.exists():
        document.add(tomlkit.comment("Dongcha project. What is left out is inferred; see `dongcha run --help`."))
    values = config.model_dump(exclude_none=True, exclude_defaults=True) | {"format": config.format}
    for name, value in values.items():
        new = list(value) if isinstance(value, tuple) else value
        if name not in document or document[name] != new:
            document[name] = new
    write_text(path, tomlkit.dumps(document))
