"""The verbs on versions and aliases: list, show, promote, roll back, register."""

import getpass
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError
from dongcha.core.events import Event
from dongcha.core.files import atomic_folder, file_name
from dongcha.model.folder import load
from dongcha.serve.live.place import Place, place_of, register
from dongcha.serve.standing import standing
from dongcha.store.happened import events_of
from dongcha.store.jobs import Run, jobs_of
from dongcha.store.project import Project
from dongcha.store.versions import CHAMPION, Move, Version, Versions, versions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person says with a move."""

    model: str | None = None
    alias: str = CHAMPION
    by: str | None = None
    reason: str = ""

    @property
    def why(self) -> dict[str, str]:
        """The reason, where one was given."""
        return {"reason": self.reason} if self.reason else {}


def listed(place: Path | str) -> list[dict[str, Any]]:
    """Every model with its aliases and versions."""
    versions = versions_of(place_of(place, make=False).state)
    return [
        {
            "name": name,
            "aliases": versions.aliases(name),
            "challenger": standing(versions.state, name),
            "versions": [_shown(one) for one in versions.versions(name)],
            "refreshes": [one.to_json() for one in _refreshes(versions, name)[-5:]],
        }
        for name in versions.models()
    ]


def _refreshes(versions: Versions, name: str) -> list[Run]:
    """Trainings that a job began, the newest last."""
    return [one for one in jobs_of(versions.state).runs("refresh", model=name) if one.verb != "counted"]


def shown(place: Path | str, model: str | None, number: int | None) -> dict[str, Any]:
    """One version with its lineage, and all moves of its model's aliases."""
    versions = versions_of(place_of(place, make=False).state)
    name = name_of(versions, model)
    found = versions.alias(name) if number is None else versions.version(name, number)
    if found is None:
        raise ConfigError(f"the model {name!r} has no champion; name a version")
    moves = [
        {"alias": one.alias, "how": one.how, "version": one.version, "by": one.by, "at": one.at, "why": dict(one.why)}
        for one in versions.moves(name)
    ]
    aliases = [alias for alias, at in versions.aliases(name).items() if at == found.number]
    return {"model": name, **_shown(found), "folder": found.folder, "lineage": dict(found.lineage),
            "aliases": aliases, "challenger": standing(versions.state, name), "moves": moves}  # fmt: skip


def promoted(place: Path | str, number: int, told: Told) -> tuple[str, Move]:
    """Point an alias at a version: a person may always."""

    def move(versions: Versions, name: str, by: str) -> Move:
        return versions.point(name, number, told.alias, by=by, why=told.why)

    return _moved(place, told, "promoted", move)


def rolled_back(place: Path | str, told: Told) -> tuple[str, Move]:
    """Point an alias where it pointed before."""

    def move(versions: Versions, name: str, by: str) -> Move:
        return versions.back(name, told.alias, by=by, why=told.why)

    return _moved(place, told, "rolled-back", move)


def registered(place: Path | str, folder: Path, model: str | None, by: str | None = None) -> Version:
    """Copy a model folder in as the next version; the first of a name becomes champion."""
    return copied(place_of(place), folder, model or load(folder).name, by or user())


def copied(place: Place, folder: Path, name: str, by: str) -> Version:
    """A copy of the folder as the next version of `name`: what was registered never changes."""
    target = next_folder(place, name)
    load(folder)  # a folder that is no model is refused before it is copied
    with atomic_folder(target) as temporary:
        shutil.copytree(folder, temporary, dirs_exist_ok=True)
    return _told(place, register(place, name, target, by=by))


def register_run(project: Project, folder: Path, name: str) -> Version:
    """Register what a run trained, which lies where versions lie already."""
    place = Place(project.folder, project.state, True)
    return _told(place, register(place, name, folder, by="run"))


def next_folder(place: Place, name: str) -> Path:
    """A folder for the next version, with the number that it will have unless others are taken."""
    home = place.base / "models" / file_name(name) if place.project else place.base / f"{file_name(name)}.versions"
    taken = [int(path.name) for path in home.glob("*") if path.name.isdecimal()]
    numbers = [one.number for one in versions_of(place.state).versions(name)]
    return home / str(max([*taken, *numbers], default=0) + 1)


def _told(place: Place, made: Version) -> Version:
    events_of(place.state).append(Event("registered", {"model": made.model, "version": made.number}))
    return made


def _moved(
    place: Path | str, told: Told, kind: str, move: Callable[[Versions, str, str], Move]
) -> tuple[str, Move]:  # fmt: skip
    found = place_of(place, make=False)
    versions, by = versions_of(found.state), told.by or user()
    name = name_of(versions, told.model)
    made = move(versions, name, by)
    facts = {"model": name, "alias": made.alias, "version": made.version, "by": by}
    events_of(found.state).append(Event(kind, facts))
    return name, made


def name_of(versions: Versions, model: str | None) -> str:
    """The model that is named, or the only one; raises `UnknownName` or `ConfigError`."""
    names = versions.models()
    if model is not None:
        return known("model", model, names)
    if len(names) != 1:
        told = f"there are {', '.join(map(repr, names))}" if names else "none is registered yet"
        raise ConfigError(f"name the model with --model: {told}")
    return names[0]


def _shown(one: Version) -> dict[str, Any]:
    found: Any = one.lineage
    return {
        "version": one.number, "at": one.at, "task": found.get("task"), "data": found.get("data"),
        "metrics": dict(found.get("metrics") or {}),
    }  # fmt: skip


def user() -> str:
    """The name of who runs this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"
