"""A lock of a file: it goes with the process that holds it, also where that one is killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dongcha.core.files import storage_error


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Whether nobody else holds the file, made where it is not there; held to the end of the block.  Never waits."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise storage_error(path, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)  # the lock goes with the handle
