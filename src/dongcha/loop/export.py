"""Export a stored model to ONNX and hold the graph against PyTorch."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError, DataError, StorageError
from dongcha.core.files import atomic_folder
from dongcha.data.table import Table
from dongcha.loop.learn import TEXT_RULES, Learning, readable
from dongcha.model.folder import RECORD, load
from dongcha.model.headed import Headed
from dongcha.model.methods import METHODS
from dongcha.model.model import Model
from dongcha.model.network import NETWORKS, GraphNetwork
from dongcha.model.onnx.export import Exported, Shown, export
from dongcha.model.onnx.parity import FULL, SMALL, Parity
from dongcha.model.onnx.sentences import SENTENCES
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


def _network(model: Model, folder: Path) -> GraphNetwork:
    method = METHODS.get(model.recipe.method)
    if not method.encoder:
        raise ConfigError(
            f"the model in {str(folder)!r} is of method {method.name!r}: it has no network; it is already fast"
        )
    fitted = method.load(folder, model.task)
    kind = NETWORKS.get(model.task.reads)
    if not isinstance(fitted, Headed) or not isinstance(fitted.net, GraphNetwork) or kind.intake is None:
        raise ConfigError(f"models of task {model.recipe.task!r} cannot be exported yet; they answer by PyTorch")
    return fitted.net


def _shown(model: Model, ask: Exporting) -> Shown:
    task = model.task
    if ask.file is None:
        if task.reads != "text":
            raise DataError(f"export: a model that reads {task.reads} needs a FILE with inputs to be checked on")
        return Shown(task=task, outputs=model.classes, rows=Rows((), ()), more=SENTENCES, source="built-in")
    text, label = ask.text or model.text or None, ask.label
    table = _table(ask.file, Learning(label=label or model.label, text=text, task=task.name))
    names = table.schema.names
    if label or model.label in names:
        column = label or model.label
        rows, _ = task.rows(table, column, task.source(table, column, text))
        if not len(rows):
            raise DataError(f"export: no row of {ask.file!r} has both a text and {column!r}; name other columns")
        return Shown(task=task, outputs=model.classes, rows=rows.first(MOST))
    source = task.source(table, "", text)
    cells = [table.texts(name) for name in task.columns(table, source)]
    values = cells[0] if len(cells) == 1 else list(zip(*cells, strict=True))
    shown = [value for value, good in zip(values, task.usable(values), strict=True) if good][:MOST]
    if not shown:
        raise DataError(f"export: column {source!r} of {ask.file!r} holds no text; name another with --text")
    return Shown(task=task, outputs=model.classes, rows=Rows((), ()), more=tuple(shown))


def _table(file: str, ask: Learning) -> Table:
    from dongcha.data.clean import clean
    from dongcha.data.source import read

    table = read(file)
    if ask.label in table.schema.names:
        return readable(file, ask, TEXT_RULES)
    if ask.text:
        table = table.with_roles(dict.fromkeys(ask.learns.columns(table, ask.text), ask.learns.role))
    return clean(table, rules=TEXT_RULES).table


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
