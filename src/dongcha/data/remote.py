"""Download a file from an `http(s)://` address to a temporary one.

Knows addresses.  The download has a limit on its size and a time to wait for an answer; what a message shows of an
address leaves out user names, passwords and queries.
"""

import http.client
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from dongcha.core.errors import DataError, StorageError
from dongcha.core.settings import setting

WAIT_S = 30.0
"""How long a download may stand still, in seconds."""

_BLOCK = 1 << 20
_SUFFIXES = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/plain": ".txt",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.apache.arrow.file": ".arrow",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


def is_address(source: str) -> bool:
    """Whether `source` is an address on the web, not a path.

    >>> is_address("https://example.org/a.csv"), is_address("a.csv")
    (True, False)
    """
    return source.lower().startswith(("http://", "https://"))


def download(address: str, folder: Path, reads: Collection[str]) -> Path:
    """The file at `address`, in `folder`, under a name whose suffix is one of `reads`.

    Raises `StorageError` where it cannot be fetched, `DataError` where it is of no kind that is read.
    """
    shown = _shown(address)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with urlopen(Request(address, headers={"User-Agent": "dongcha"}), timeout=WAIT_S) as answer:
            target = folder / _name(answer.url, answer.headers.get_content_type(), shown, reads)
            expected = answer.headers.get("Content-Length")
            written = _save(answer, target, shown)
    except HTTPError as error:
        error.close()
        raise StorageError(f"{shown} cannot be downloaded: the server answered {error.code} {error.reason}") from None
    except TimeoutError:
        raise StorageError(f"{shown} cannot be downloaded: no answer in {WAIT_S:g} seconds") from None
    except URLError as error:
        raise StorageError(f"{shown} cannot be downloaded: {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, DataError | StorageError):
            raise
        raise StorageError(f"{shown} cannot be downloaded: {str(error) or type(error).__name__}") from None
    if expected and expected.isdigit() and written < int(expected):
        raise StorageError(f"{shown} broke off after {written:,} of {int(expected):,} bytes; try again")
    return target


def _save(answer: http.client.HTTPResponse, target: Path, shown: str) -> int:
    written, limit = 0, setting("inflated_limit_mb")
    with target.open("wb") as out:
        while block := answer.read(_BLOCK):
            written += len(block)
            if written > limit * 1_000_000:
                raise StorageError(f"{shown} is larger than {limit:,} MB; raise DONGCHA_INFLATED_LIMIT_MB to read it")
            out.write(block)
    return written


def _shown(address: str) -> str:
    try:
        parts = urlsplit(address)
        where = f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "") + parts.path
    except ValueError:
        return "the address"
    return repr(where)


def _name(address: str, content_type: str, shown: str, reads: Collection[str]) -> str:
    name = PurePosixPath(unquote(urlsplit(address).path)).name.replace("\0", "")[-100:]
    if name.lower().endswith(tuple(reads)):
        return name
    if suffix := _SUFFIXES.get(content_type):
        return (name or "download") + suffix
    raise DataError(f"{shown} is {content_type}, of no kind that Dongcha reads: {', '.join(reads)}")
