"""What was mined of a file or project before: kept by fingerprint in the user's cache folder, and mined once.

Knows keys and files.  Knows nothing of how mining is done.  A damaged entry, and a folder that cannot be written, only
mean that the table is mined again.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import dongcha.core
from dongcha.core.errors import DongchaError, StorageError
from dongcha.core.files import atomic_file, content_hash
from dongcha.core.settings import SETTINGS, setting
from dongcha.core.words import Words
from dongcha.data.join.asked import asked as asked_of
from dongcha.data.join.folder import files_in
from dongcha.data.join.sources import is_folder
from dongcha.data.paths import matches
from dongcha.data.remote import is_address
from dongcha.insight.insight import Effect, Held, Mined
from dongcha.insight.record import mined_json
from dongcha.insight.restore import mined_from
from dongcha.model.cache import cache_folder
from dongcha.store.project import is_project, open_project

FORMAT = 2
MOST_BYTES = 64 * 1024 * 1024
"""Of all entries together; the ones not used for longest go first."""

Told = tuple[Mined, Sequence[Words], Mapping[str, object]]
"""What was mined, the notes of the reading, and the tables that were joined (`join_json`)."""


def key_of(place: str, others: Sequence[str], settings: object) -> str | None:
    """The key of what is mined at a place and the `others` joined to it; None where the rows cannot be told by files.

    It is made of the content and names of the files, how they are joined, the settings, the limits in force, and this
    code.
    """
    try:
        joins = [asked_of(one) for one in others]
        if any(is_address(one) for one in (place, *(join.source for join in joins))):
            return None
        files = [*_files(place), *(file for join in joins for file in matches(join.source))]
        known = [[file.name, content_hash(file)] for file in files]
    except (DongchaError, OSError):
        return None  # reading says what is wrong
    if joins or (is_folder(place) and not is_project(place)):
        known.append([place, *others])  # the tables are told of by where they lie
    limits = [setting(one.name) for one in SETTINGS if one.name not in ("threads", "memory_limit_mb")]
    facts = [FORMAT, known, settings, limits, _code()]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()[:40]


def kept(key: str) -> Told | None:
    """What was kept under the key; None where nothing was, or where it is damaged."""
    path = _folder() / f"{key}.z"
    try:
        record: dict[str, Any] = json.loads(zlib.decompress(path.read_bytes()))
        held = tuple(Held(one["fingerprint"], Effect(**one["effect"])) for one in record["held"])
        found = replace(mined_from(record["mined"]), held=held)
        notes = tuple(Words(**note) for note in record["notes"])
        joined = dict(record["joined"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return None
    with suppress(OSError):
        path.touch()  # used now: it goes last
    return found, notes, joined


def keep(key: str, told: Told) -> None:
    """Keep what was mined in full; what a budget cut short is not kept."""
    mined, notes, joined = told
    if mined.left:
        return
    record = {
        "mined": mined_json(mined),
        "held": [asdict(one) for one in mined.held],
        "notes": [note.to_json() for note in notes],
        "joined": joined,
    }
    packed = zlib.compress(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
    folder = _folder()
    with suppress(OSError, StorageError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # findings quote the data
        with atomic_file(folder / f"{key}.z") as temporary:
            temporary.write_bytes(packed)
        _trim(folder)


def _trim(folder: Path) -> None:
    """Remove the entries not used for longest until the rest fits."""
    newest = sorted(((file.stat().st_mtime, file) for file in folder.glob("*.z")), reverse=True)
    total = 0
    for _, file in newest:
        total += file.stat().st_size
        if total > MOST_BYTES:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    return cache_folder() / "mined"


def _files(place: str) -> list[Path]:
    if is_project(place):
        return [open_project(place).data / "annotated.parquet"]
    return files_in(place) if is_folder(place) else matches(place)


@cache
def _code() -> list[object]:
    """The version, and the state of the files of the package: of code that is being changed nothing old is told."""
    try:
        number = version("dongcha")
    except PackageNotFoundError:
        number = ""
    root = Path(dongcha.core.__file__ or "").parents[1]
    states = [(str(file.relative_to(root)), file.stat()) for file in sorted(root.rglob("*.py"))]
    facts = [(name, state.st_size, state.st_mtime_ns) for name, state in states]
    return [number, hashlib.sha256(repr(facts).encode()).hexdigest()[:20]]
