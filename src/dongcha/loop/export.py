"""Export a stored model to ONNX and hold the graph against PyTorch."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError, DataError, StorageError
from dongcha.core.files import atomic_folder
from dongcha.data.clean import clean
from dongcha.data.source import read
from dongcha.loop.learn import TEXT_RULES, Learning, stated
from dongcha.model.folder import RECORD, load
from dongcha.model.headed import Headed
from dongcha.model.methods import METHODS
from dongcha.model.model import Model
from dongcha.model.network import Network
from dongcha.model.onnx.export import Exported, Shown, export
from dongcha.model.onnx.parity import FULL, SMALL, Parity
from dongcha.model.onnx.sentences import built_in
from dongcha.model.onnx.served import write
from dongcha.model.rows import Rows

AUTO = "auto"
FORMATS = (AUTO, FULL, SMALL)
MOST = 1000  # inputs that graphs are judged on


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """What is asked of an export."""

    format: str = AUTO
    file: str | None = None  # with real inputs
    label: str | None = None
    text: str | None = None
    files: str | None = None  # a folder or zip file that holds the files that rows name; else the folder of `file`
    out: Path | None = None  # a folder for a copy of the model; otherwise its own


def export_model(folder: Path | str, ask: Exporting) -> tuple[Path, Parity]:
    """Write the graph into the model's folder (or a copy of it) and say how it stands beside PyTorch.

    The format `auto` keeps the fastest graph that holds parity.  Raises `ConfigError` for a model without a network.
    """
    known("format", ask.format, FORMATS)
    source = Path(folder)
    model = load(source)
    net = _network(model, source)
    place = ask.out or source
    _writable(place if place.exists() else place.parent, place)
    found = export(net, _shown(model, ask), (FULL, SMALL) if ask.format == AUTO else (ask.format,))
    kept = None if ask.format == AUTO else (ask.format,)
    if place.resolve() == source.resolve():
        write(found, place, kept)
    else:
        _copy(source, place, found, kept)
    return place, found.parity


def _network(model: Model, folder: Path) -> Network:
    method = METHODS.get(model.recipe.method)
    fitted = method.load(folder, model.task) if method.encoder else model.fitted
    if not isinstance(fitted, Headed):
        raise ConfigError(
            f"the model in {str(folder)!r} is of method {method.name!r}: it has no network; it is already fast"
        )
    return fitted.net


def _shown(model: Model, ask: Exporting) -> Shown:
    task, none = model.task, Rows((), ())
    if ask.file is None:
        more = built_in(task.reads)
        if not more:
            raise DataError(f"export: a model that reads {task.reads} needs a FILE with inputs to be checked on")
        return Shown(task=task, outputs=model.classes, rows=none, more=more, source="built-in")
    text, label = ask.text or model.text or None, ask.label or model.label
    order = Learning(label=label, text=text, task=task.name, files=ask.files)
    table = read(ask.file, keep_bytes=task.files)
    answered = bool(ask.label) or label in table.schema.names
    table = clean(stated(table, order if answered else replace(order, label=None), ask.file), rules=TEXT_RULES).table
    source = task.source(table, label if answered else "", text)
    if answered:
        rows, _ = task.rows(table, label, source)
        if not len(rows):
            raise DataError(f"export: no row of {ask.file!r} has both an input and {label!r}; name other columns")
        return Shown(task=task, outputs=model.classes, rows=rows.first(MOST))
    shown = task.inputs(table, source, MOST)
    if not shown:
        raise DataError(f"export: column {source!r} of {ask.file!r} holds no input; name another with --text")
    return Shown(task=task, outputs=model.classes, rows=none, more=shown)


def _writable(folder: Path, place: Path) -> None:
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not os.access(there, os.W_OK):
        raise StorageError(f"cannot write into {str(place)!r}: permission was denied; choose a folder with --out")


def _copy(source: Path, place: Path, found: Exported, kept: tuple[str, ...] | None) -> None:
    if place.exists() and not (place / RECORD).exists() and any(place.iterdir()):
        raise StorageError(f"{str(place)!r} exists and is no model folder, so it is not overwritten")
    with atomic_folder(place) as temporary:
        shutil.copytree(source, temporary, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.onnx", "onnx.json"))
        write(found, temporary, kept)
