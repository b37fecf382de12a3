"""Unpack `.gz` and `.zst` files to a temporary one, a block at a time.

Knows compressed streams.  The unpacked size has a limit, so that a small file cannot fill the disk.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from dongcha.core.errors import DataError, StorageError
from dongcha.core.settings import setting

COMPRESSED = (".gz", ".zst")
_BLOCK = 1 << 20


def inflate(path: Path, folder: Path) -> Path:
    """Unpack `path` into `folder` under its name without the last suffix; raises `DataError` where it cannot be."""
    target, written = folder / path.stem, 0
    limit = setting("inflated_limit_mb")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as out:
            for block in _blocks(path):
                written += len(block)
                if written > limit * 1_000_000:
                    raise DataError(
                        f"{path.name!r} unpacks to more than {limit:,} MB; "
                        "raise DONGCHA_INFLATED_LIMIT_MB if it can be trusted"
                    )
                out.write(block)
    except OSError as error:
        raise StorageError(f"{path.name!r} cannot be unpacked: {error.strerror or error}") from None
    if not written:
        raise DataError(f"{path.name!r} is empty; it needs a header line and at least one row")
    return target


def _blocks(path: Path) -> Iterator[bytes]:
    read = _gzip if path.suffix.lower() == ".gz" else _zstd
    # gzip and Arrow raise OSError for bad bytes, which must not pass for a full disk.
    try:
        yield from read(path)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{path.name!r} cannot be unpacked, it is damaged or cut short: {reason}") from None


def _gzip(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        while block := file.read(_BLOCK):
            yield block


def _zstd(path: Path) -> Iterator[bytes]:
    import pyarrow as pa

    with pa.OSFile(str(path)) as packed, pa.CompressedInputStream(packed, "zstd") as file:
        while block := file.read(_BLOCK):
            yield cast("bytes", block)
