"""A model on disk: a Hugging Face folder (or the arrays of `linear`) with `dongcha.json` and a model card.

dongcha.json   {"format": 1, "task", "labels", "recipe", "data", "metrics", "temperature", "text", "label", "dongcha"}
"""

import json
from pathlib import Path
from typing import Any, TypeGuard

from dongcha.core.errors import NewerFormat, StorageError, UnknownName
from dongcha.core.files import atomic_folder, check_writable, write_json
from dongcha.model.card import card
from dongcha.model.methods import METHODS
from dongcha.model.model import Model
from dongcha.model.onnx.served import opened
from dongcha.model.recipe import recipe_from
from dongcha.model.tasks import TASKS

FORMAT = 1
RECORD = "dongcha.json"


def save(model: Model, path: Path) -> Path:
    """Write the model as the folder `path`, whole or not at all; an older model there is replaced."""
    check_place(path)
    with atomic_folder(path) as folder:
        model.fitted.save(folder, model.classes)
        write_json(folder / RECORD, record(model))
        if model.reference is not None:
            model.reference.save(folder)
        (folder / "README.md").write_text(card(model), encoding="utf-8", newline="\n")
    return path


def check_place(path: Path) -> None:
    """Raise `StorageError` where no model could be written to `path`: said before a training, not after."""
    if path.exists() and not _replaceable(path):
        raise StorageError(
            f"{str(path)!r} exists and is no model folder, so it is not overwritten; choose another place"
        )
    check_writable(path)


def load(path: Path | str, threads: int | None = None) -> Model:
    """The model in the folder `path`; raises `StorageError` or `NewerFormat` that says what to do.

    With `threads`, so many share a batch of a graph, and batches follow each other; else each has one, many at a time.
    """
    folder = Path(path)
    if not (folder / RECORD).is_file():
        raise StorageError(f"{str(folder)!r} is no model folder: it has no {RECORD}; train one with dongcha train")
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(f"{str(folder / RECORD)!r} cannot be read ({error}); train the model again") from error
    match found:
        case {"format": int(version)} if version > FORMAT:
            raise NewerFormat(
                f"the model in {str(folder)!r} has format {version}, this Dongcha reads up to {FORMAT}; upgrade Dongcha"
            )
        case {"format": int(), "labels": [str(), *_], "recipe": _, "temperature": int() | float()}:
            return _model(folder, found, threads)
    raise StorageError(f"{str(folder / RECORD)!r} is damaged: fields are missing; train the model again")


def record(model: Model) -> dict[str, object]:
    """What `dongcha.json` holds."""
    return {
        "format": FORMAT,
        "name": model.name,
        "task": model.recipe.task,
        "labels": list(model.classes),
        "recipe": model.recipe.to_json(),
        "data": model.fingerprint,
        "text": model.text,
        "label": model.label,
        "temperature": model.temperature,
        "metrics": dict(model.metrics),
    }


def _model(folder: Path, found: dict[str, Any], threads: int | None) -> Model:
    recipe = recipe_from(found["recipe"])
    try:
        method, task = METHODS.get(recipe.method), TASKS.get(recipe.task)
        fitted, notes = opened(folder, task.reads, lambda: method.load(folder, task), threads)
        held = fitted.logits([]).shape[1]
    except UnknownName as error:
        raise StorageError(f"the model in {str(folder)!r} cannot be used here: {error}") from error
    named = len(found["labels"])
    if held != named:
        raise StorageError(
            f"the model in {str(folder)!r} is damaged: {RECORD} names {named} classes and its weights hold {held}; "
            "train it again"
        )
    metrics = found.get("metrics")
    return Model(
        recipe=recipe,
        classes=tuple(found["labels"]),
        fitted=fitted,
        temperature=float(found["temperature"]),
        fingerprint=str(found.get("data", "")),
        metrics=metrics if _measured(metrics) else {},
        name=str(found.get("name", folder.name)),
        text=str(found.get("text", "")),
        label=str(found.get("label", "")),
        notes=notes,
    )


def _measured(metrics: object) -> TypeGuard[dict[str, object]]:
    match metrics:
        case {"rows": int()}:
            return True
    return False


def _replaceable(path: Path) -> bool:
    return path.is_dir() and ((path / RECORD).exists() or not any(path.iterdir()))
