"""`Project`: a folder with a `dongcha.toml`; it owns data, models, reports and state."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from dongcha.core.errors import StorageError
from dongcha.core.files import storage_error, write_text
from dongcha.core.locks import held
from dongcha.store.config import NAME, Config, load_config, save_config
from dongcha.store.state import State, open_state

IGNORED = "data/\nmodels/\nreports/\nmlruns/\ntensorboard/\nwandb/\n*.db*\ntune.html\ntune.json\n.lock\n"


@dataclass(frozen=True, slots=True)
class Project:
    """A project that is open; `data`, `models` and `reports` can be deleted and built again."""

    folder: Path
    config: Config
    state: State = field(repr=False)
    undo: Callable[[], None] = field(default=lambda: None, repr=False)
    """Takes back what opening it wrote down; for a run that could not even collect its data."""

    @property
    def data(self) -> Path:
        """Cleaned table and splits."""
        return self.folder / "data"

    @property
    def models(self) -> Path:
        """One folder a model, one folder a version in it."""
        return self.folder / "models"

    @property
    def reports(self) -> Path:
        """Written reports."""
        return self.folder / "reports"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from running in this project; raises `StorageError` where one is."""
        with held(self.folder / ".lock") as mine:
            if not mine:
                raise StorageError(
                    f"another dongcha is running in the project {str(self.folder)!r}; wait for it or name another "
                    "--project"
                )
            yield


def create_project(folder: Path | str, config: Config | None = None) -> Project:
    """Make a project in `folder`, or open the one that is there, with the decisions of `config` written down."""
    place = Path(folder).expanduser()
    toml = place / NAME
    undo = _undoing(place)
    if toml.exists():
        load_config(toml)  # a newer or damaged one is refused before anything is written
    elif place.is_dir() and any(place.iterdir()):
        raise StorageError(
            f"{str(place)!r} holds files and no {NAME}, so it is not used as a project; name an empty folder"
        )
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(place, error) from error
    if config is not None or not toml.exists():
        save_config(config or Config(), toml)
    ignore = place / ".gitignore"
    if not ignore.exists():
        write_text(ignore, IGNORED)
    return replace(open_project(place), undo=undo)


def _undoing(place: Path) -> Callable[[], None]:
    """What puts the folder back to how it is now, but for the work of finished stages."""
    toml, existed = place / NAME, place.exists()
    before = toml.read_bytes() if toml.is_file() else None

    def undo() -> None:
        if before is not None:
            toml.write_bytes(before)
        elif existed:
            for path in place.iterdir():  # it was empty
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        else:
            shutil.rmtree(place, ignore_errors=True)

    return undo


def is_project(folder: Path | str) -> bool:
    """Whether a folder is a project."""
    return (Path(folder).expanduser() / NAME).is_file()


def open_project(folder: Path | str) -> Project:
    """The project in `folder`; raises `StorageError` where there is none, `NewerFormat` where it is too new."""
    place = Path(folder).expanduser()
    if not is_project(place):
        raise StorageError(f"{str(place)!r} is no project: it has no {NAME}; make one with dongcha init {str(place)!r}")
    config = load_config(place / NAME)
    return Project(place, config, open_state(config.state or place / "state.db"))
