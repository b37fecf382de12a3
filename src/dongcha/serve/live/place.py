"""What is served: a project, or a model folder with its state beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dongcha.core.errors import StorageError
from dongcha.core.files import storage_error
from dongcha.model.folder import RECORD, load
from dongcha.store.config import NAME
from dongcha.store.project import is_project, open_project
from dongcha.store.state import State, open_state
from dongcha.store.versions import CHAMPION, Version, versions_of

BESIDE = ".state"


@dataclass(frozen=True, slots=True)
class Place:
    """Where models and their state lie; folders of versions are relative to `base`."""

    base: Path
    state: State
    project: bool


def place_of(path: Path | str, *, make: bool = True) -> Place:
    """The project or model folder at `path`; a model's own state is made on the first call where `make`.

    Raises `StorageError` where it is neither, or where a model has no state and none is made.
    """
    folder = Path(path).expanduser()
    if is_project(folder):
        return Place(folder, open_project(folder).state, True)
    if not (folder / RECORD).is_file():
        raise StorageError(
            f"{str(folder)!r} is neither a project ({NAME}) nor a model folder ({RECORD}); train one with dongcha train"
        )
    beside = folder.absolute().with_name(folder.absolute().name + BESIDE)
    if not beside.is_dir():
        if not make:
            raise StorageError(f"{str(folder)!r} has no versions yet: they are kept from its first dongcha serve on")
        try:
            beside.mkdir(exist_ok=True)
        except OSError as error:
            raise storage_error(beside, error) from error
    place = Place(folder.absolute().parent, open_state(beside / "state.db"), False)
    _begin(place, folder.absolute())
    return place


def _begin(place: Place, folder: Path) -> None:
    """Register the folder itself as the first version and champion, once."""
    versions = versions_of(place.state)
    if not versions.models():
        name = load(folder).name
        register(place, name, folder, by="serve")


def register(place: Place, name: str, folder: Path, *, by: str, more: Mapping[str, object] | None = None) -> Version:
    """Give the model in `folder` the next number; the first one of a name becomes champion.

    `more` is known of its lineage beside what the folder says.

    Raises `StorageError` where it is no model that can be read.
    """
    load(folder)
    versions = versions_of(place.state)
    made = versions.register(name, _relative(folder, place.base), {**lineage(folder), **(more or {})})
    champion = versions.alias(name)
    if champion is None:
        versions.point(name, made.number, by=by, why={"reason": "first version"})
    elif not (place.base / champion.folder).is_dir():  # models may be deleted and built again
        versions.point(name, made.number, by=by, why={"reason": "the champion's folder is gone"})
    return made


def lineage(folder: Path) -> dict[str, object]:
    """Where a stored model comes from: its data, recipe and figures."""
    found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    metrics = {name: value for name, value in found.get("metrics", {}).items() if isinstance(value, int | float)}
    return {"data": found.get("data", ""), "task": found.get("task"), "recipe": found["recipe"], "metrics": metrics}


def classes_of(place: Place, version: Version) -> list[str]:
    """The classes of a registered version, by its folder."""
    found = json.loads((place.base / version.folder / RECORD).read_text(encoding="utf-8"))
    return [str(one) for one in found["labels"]]


def champions(place: Place) -> dict[str, Version]:
    """The champion of each model that has one."""
    versions = versions_of(place.state)
    found = {name: versions.alias(name, CHAMPION) for name in versions.models()}
    return {name: one for name, one in found.items() if one is not None}


def _relative(folder: Path, base: Path) -> str:
    """The folder as it is written down: relative where it lies in `base`, so that a project can be moved."""
    whole, root = folder.resolve(), base.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(whole)
