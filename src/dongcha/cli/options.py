"""Options that several verbs share, worded once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dongcha.core.words import Lang


class Language(StrEnum):
    """A language that Dongcha speaks."""

    EN = "en"
    ZH = "zh"


File = Annotated[str, typer.Argument(help="A CSV, TSV, JSON lines, Parquet or Arrow file, or a pattern of files.")]
Place = Annotated[
    str, typer.Argument(metavar="FILE|FOLDER|PROJECT", help="A file, a folder of tables, or a project that was run.")
]
ModelFolder = Annotated[str, typer.Argument(help="A folder that dongcha train or run wrote.")]
Files = Annotated[str | None, typer.Option(help="Folder or zip of the files that rows name; else FILE's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Said = Annotated[Language | None, typer.Option("--lang", help="Language; otherwise that of the terminal (LANG).")]
Folder = Annotated[str | None, typer.Option("--project", help="The project's folder; otherwise FILE-project here.")]
Label = Annotated[str | None, typer.Option(help="The column to learn.")]
Text = Annotated[str | None, typer.Option(help="The column to read; otherwise the text column.")]
Learned = Annotated[str | None, typer.Option("--label", help="The column to learn; tags are found by themselves.")]
Query = Annotated[str | None, typer.Option(help="Of text-ranking: the column of queries.")]
Task = Annotated[
    str,
    typer.Option(help="text-, token-, image-, audio- or multi-label-classification, text-regression or text-ranking."),
]
Method = Annotated[
    str, typer.Option(help="linear, probe, full, lora, adalora, adapter, contrastive; auto: best on validation.")
]
Encoder = Annotated[str | None, typer.Option(help="An encoder's name (minilm, e5, …), a local folder or a Hub id.")]
Epochs = Annotated[float | None, typer.Option(help="Passes over the train rows.")]
LearningRate = Annotated[float | None, typer.Option(help="Peak learning rate.")]
Curve = Annotated[
    bool, typer.Option("--learning-curve", help="Train on parts of the rows too; forecast what more would bring.")
]
Checkpoint = Annotated[
    Path | None,
    typer.Option("--checkpoint", "--resume", help="Where a killed training goes on from; otherwise beside --out."),
]
Budget = Annotated[str, typer.Option(help="Time for training, such as 90s, 2m or 1h.")]
Seed = Annotated[int, typer.Option(min=0, help="Same data, same seed: same result.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes that share the work; more than 1 needs the extra “ray”.")]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="FILE[:COLUMN=COLUMN][:sum|mean]",
        help="A table to join, as often as wanted; its column last. Without a key one is found.",
    ),
]
Roles = Annotated[list[str] | None, typer.Option("--role", help="COLUMN=ROLE, to override what was inferred.")]

Settings = Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE of a recipe; docs/reference/recipes.md.")]
Track = Annotated[str | None, typer.Option(help="mlflow, tensorboard, wandb or none; mlflow in a project.")]
Validation = Annotated[str | None, typer.Option(help="A file to choose on, instead of a part of FILE.")]
Test = Annotated[str | None, typer.Option(help="A file to measure on, instead of a part of FILE.")]
InProject = Annotated[Path | None, typer.Option("--project", help="A project whose \\[recipe] is followed.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the model; otherwise LABEL-model here.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a verb speaks."""

    json: bool
    quiet: bool
    lang: Lang


def language(said: Language | None) -> Lang:
    """The stated language, or that of the terminal."""
    if said is None:
        return "zh" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh") else "en"
    return "zh" if said is Language.ZH else "en"


def stated_roles(given: list[str] | None) -> dict[str, str | None]:
    """`["a=measure", "b=none"]` as `{"a": "measure", "b": None}`; wrong usage or `UnknownName` otherwise."""
    from dongcha.core.checks import known
    from dongcha.data.schema import Role

    roles: dict[str, str | None] = {}
    for item in given or []:
        name, mark, role = item.rpartition("=")
        if not mark or not name:
            raise typer.BadParameter(f"--role takes COLUMN=ROLE, got {item!r}")
        roles[name] = None if role == "none" else known("role", role, [*(kind.value for kind in Role), "none"])
    return roles


def stated_settings(given: list[str] | None, **named: object) -> Mapping[str, str | int | float | bool]:
    """`["rank=4"]` and options with a name of their own, in the types of the table of settings."""
    from dongcha.model.knobs import checked_settings, settings_from

    options = {name: value for name, value in named.items() if value is not None}
    return {**settings_from(given or ()), **checked_settings(options)}


def print_json(found: Mapping[str, object]) -> None:
    """One JSON object on stdout."""
    import json

    typer.echo(json.dumps(found, ensure_ascii=False, allow_nan=False))
