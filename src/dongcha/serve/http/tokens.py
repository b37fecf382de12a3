"""Tokens: a file of their hashes and scopes.  A token itself is shown once, when it is made, and kept nowhere.

tokens.json   {"format": 1, "tokens": [{"id", "name", "sha256", "scopes", "rate", "created"}]}
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dongcha.core.checks import known, need
from dongcha.core.errors import ConfigError, NewerFormat, StorageError, UnknownName
from dongcha.core.files import atomic_file, storage_error
from dongcha.store.state import moment

FORMAT = 1
SCOPES = ("predict", "feedback", "read", "admin")
PREFIX = "dct_"


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; a token with `admin` may do everything."""

    id: str
    name: str
    sha256: str
    scopes: tuple[str, ...]
    rate: float = 0.0  # requests a second; 0: the service's own limit
    created: str = ""

    def may(self, scope: str) -> bool:
        """Whether it allows that."""
        return scope in self.scopes or "admin" in self.scopes


def new_token(file: Path, name: str, scopes: Sequence[str], rate: float = 0.0) -> tuple[Token, str]:
    """Make a token and write its hash; gives what is known of it, and the token.  Several may have one name."""
    need("token", "name", name, bool(name.strip()) and name.isprintable() and len(name) <= 100, "a printable name")
    need("token", "scopes", list(scopes), bool(scopes), f"some of {', '.join(SCOPES)}")
    need("token", "rate", rate, rate >= 0, "0 or more requests a second")
    for scope in scopes:
        known("scope", scope, SCOPES)
    secret = PREFIX + secrets.token_urlsafe(32)
    told = tuple(scope for scope in SCOPES if scope in scopes)
    made = Token(secrets.token_hex(4), name, _hash(secret), told, rate, moment())
    with _locked(file):
        _write(file, [*(read_tokens(file) if file.exists() else ()), made])
    return made, secret


def revoke(file: Path, which: str) -> list[Token]:
    """Take away the token of an id, or all of a name; gives them.  Raises `UnknownName` where there is none."""
    with _locked(file):
        there = read_tokens(file)
        gone = [one for one in there if which in (one.id, one.name)]
        if not gone:
            raise UnknownName(f"there is no token {which!r}; list them with dongcha token list")
        _write(file, [one for one in there if one not in gone])
    return gone


def read_tokens(file: Path) -> tuple[Token, ...]:
    """The tokens of a file; raises `StorageError` where it cannot be read or is damaged."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError(f"the token file {str(file)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise StorageError(f"the token file {str(file)!r} is damaged: it is no JSON") from error
    match found:
        case {"format": int(number)} if number > FORMAT:
            raise NewerFormat(f"the token file {str(file)!r} was written by a newer Dongcha; upgrade Dongcha")
        case {"format": int(), "tokens": list(tokens)} if all(map(_whole, tokens)):
            return tuple(replace(Token(**one), scopes=tuple(one["scopes"])) for one in tokens)
    raise StorageError(f"the token file {str(file)!r} is damaged: fields are missing; make new tokens")


class Tokens:
    """The tokens of a file as it is now: it is read again when it changes.

    A file that is damaged leaves those in force that were; one that is gone leaves none.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tokens = read_tokens(file)
        if not self._tokens:
            raise ConfigError(f"the token file {str(file)!r} holds no token; make one with dongcha token new")
        self._seen = self._mark()

    def find(self, secret: str) -> Token | None:
        """The token that this is; all are compared, each in constant time."""
        self._look()
        given, found = _hash(secret), None
        for one in self._tokens:
            if hmac.compare_digest(given, one.sha256):
                found = one
        return found

    def _look(self) -> None:
        mark = self._mark()
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self._tokens = read_tokens(self._file) if mark else ()
        except StorageError:
            return  # damaged: what was in force stays

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


def _hash(secret: str) -> str:
    # A token is 256 random bits, so that a plain hash cannot be searched.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _whole(one: object) -> bool:
    match one:
        case {"id": str(), "name": str(), "sha256": str(), "scopes": [*_], "rate": int() | float(), "created": str()}:
            return isinstance(one, dict) and set(one) == set(Token.__slots__)
    return False


def _write(file: Path, tokens: Sequence[Token]) -> None:
    text = json.dumps({"format": FORMAT, "tokens": [asdict(one) for one in tokens]}, ensure_ascii=False, indent=2)
    with atomic_file(file) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    file.chmod(0o600)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Keep another process from writing the same file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise storage_error(file, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
