"""What Dongcha keeps for a user between runs, of files that belong to no project."""

import hashlib
import os
from pathlib import Path

from dongcha.core.errors import StorageError
from dongcha.core.files import file_name, storage_error
from dongcha.store.state import State, open_state


def data_home() -> Path:
    """The folder: `$XDG_DATA_HOME/dongcha`, or `~/.local/share/dongcha`; no cache, for it holds what a person said."""
    given = os.environ.get("XDG_DATA_HOME", "")
    home = Path(given) if given and Path(given).is_absolute() else Path.home() / ".local" / "share"
    return home / "dongcha"


def state_for(source: str, kind: str) -> State:
    """The state of one kind for a file, pattern or address; raises `StorageError` where it cannot be written."""
    path = Path(source).expanduser()
    known = str(path.resolve()) if path.exists() else source
    name = f"{file_name(path.name)[:40]}-{hashlib.sha256(known.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
    folder = data_home() / kind
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise storage_error(folder, error) from error
    if not os.access(folder, os.W_OK):
        raise StorageError(f"cannot write {str(folder)!r}: permission was denied; name another with XDG_DATA_HOME")
    return open_state(folder / f"{name}.db")
