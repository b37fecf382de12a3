"""Writes that are whole or not there: write beside, fsync, rename; and what a file holds."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dongcha.core.errors import StorageError


def file_name(text: str) -> str:
    """A name for a file or folder out of any text.

    >>> file_name("a/b 中文")
    'a_b_中文'
    """
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in text)[:60] or "data"


def storage_error(path: Path | str, error: OSError) -> StorageError:
    """A sentence for an `OSError` at `path`: what failed, where, and what to do."""
    return StorageError(f"cannot write {str(path)!r}: {reason(error)}")


def reason(error: OSError) -> str:
    """Why the file system refused, and what to do."""
    reasons = {
        28: "no space is left on the disk; free some and run again",
        122: "the disk quota is used up; free some space and run again",
        13: "permission was denied; choose a folder that you may write to, for example with --project or --out",
        1: "permission was denied; choose a folder that you may write to, for example with --project or --out",
        30: "the file system is read-only; choose another folder, for example with --project or --out",
        36: "the name is too long; choose a shorter one",
        17: "a file is in the way; choose another place",
        20: "a part of the path is a file, not a folder; choose another place",
        21: "a folder has that name; choose another name",
        2: "its folder cannot be made; choose another place",
    }
    return reasons.get(error.errno or 0, error.strerror or str(error))


def check_writable(path: Path) -> None:
    """Raise `StorageError` where `path` could not be written: said before long work, not after."""
    place = path.parent.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    number = 20 if not place.is_dir() else 21 if path.is_dir() and path.suffix else 0
    if not number and not os.access(place, os.W_OK):
        number = 30 if os.statvfs(place).f_flag & os.ST_RDONLY else 13
    if number:
        raise storage_error(path, OSError(number, os.strerror(number)))


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is fsynced and renamed over `path`, on failure removed.

    Raises `StorageError` where the file system refuses.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}.", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _sync(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise storage_error(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; on success it replaces `path`, on failure it is removed."""
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        yield temporary
        temporary.chmod(0o755)
        for file in temporary.rglob("*"):
            if file.is_file():
                _sync(file)
        old = path.with_name(f".{path.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if path.exists():
            path.rename(old)
        temporary.rename(path)
        _sync(path.parent)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise storage_error(path, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically."""
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: object) -> None:
    """Write `value` as indented UTF-8 JSON with sorted keys left as given, atomically."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def content_hash(path: Path) -> str:
    """The SHA-256 of what a file holds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
