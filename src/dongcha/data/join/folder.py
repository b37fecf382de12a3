"""The tables of a folder as one star: which of them holds the facts, and which are joined to it.

Files with the same columns are one table.  The facts are the rows from which every other table can be reached
many-to-one; of several such tables the one with the most rows.  Knows files and the order in which tables are tried.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from dongcha.core.errors import ConfigError, DataError, DongchaError, StorageError
from dongcha.core.words import Words
from dongcha.data.join.asked import Asked
from dongcha.data.join.candidates import candidates, columns
from dongcha.data.join.join import joined
from dongcha.data.paths import DELIMITED, is_read
from dongcha.data.source import read
from dongcha.data.table import Table

PROSE = ("readme", "license", "licence", "changelog", "notice")
"""In the name of a text file (`.txt`) that tells of the data and holds none."""

MOST = 30
"""Tables of a folder: every pair of them is asked for keys."""

MOST_HEAD = 1_000_000
"""Bytes of a header line."""


@dataclass(frozen=True, slots=True)
class Held:
    """A table of a folder: its files, its rows, and what was asked of it."""

    files: tuple[str, ...]
    table: Table
    asked: Asked


@dataclass(frozen=True, slots=True)
class Star:
    """The facts, the tables that are joined to them, and all of them as one table."""

    fact: Held
    others: tuple[Held, ...]
    table: Table


def files_in(folder: str | Path) -> list[Path]:
    """The files of a folder (not of those in it) that hold tables, by name; `StorageError` where there are none."""
    place = Path(folder).expanduser()
    try:
        found = sorted(path for path in place.iterdir() if path.is_file() and is_read(path) and not _aside(path))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StorageError(f"the folder {str(folder)!r} cannot be read: {why}; check its rights") from None
    if not found:
        raise StorageError(f"the folder {str(folder)!r} holds no file that Dongcha reads; name a file")
    return found


def _aside(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith((".", "~$")) or (name.endswith(".txt") and any(word in name for word in PROSE))


def tables_in(folder: str | Path, asked: Sequence[Asked] = ()) -> list[Held]:
    """The tables of a folder, and those that were `asked` for beside them; a file of the folder takes what was asked.

    Raises `StorageError` and `DataError` as `read` does, and `DataError` for more than `MOST` tables.
    """
    named = {Path(one.source).expanduser().resolve(): one for one in asked}
    begun: dict[object, list[Path]] = {}
    for path in files_in(folder):
        begun.setdefault(path if path.resolve() in named else _head(path), []).append(path)
    alike: dict[object, list[tuple[list[Path], Table]]] = {}
    for paths in begun.values():
        table = _read(paths)
        key = paths[0] if paths[0].resolve() in named else tuple(sorted(table.schema.names))
        alike.setdefault(key, []).append((paths, table))
    if len(alike) > MOST:
        raise DataError(
            f"the folder {str(folder)!r} holds {len(alike)} tables, more than {MOST}; name the file of facts, and the "
            "others by --with"
        )
    found = [_held(some, named) for some in alike.values()]
    taken = {Path(file).resolve() for held in found for file in held.files}
    more = [one for path, one in named.items() if path not in taken]
    return [*found, *(Held((one.source,), read(one.source), one) for one in more)]


def _head(path: Path) -> object:
    """What files of one table begin with, so that they are read once, together; the path itself of other kinds."""
    if path.suffix.lower() in DELIMITED:
        with suppress(OSError), path.open("rb") as file:  # reading says what is wrong with it
            return file.readline(MOST_HEAD) or path
    return path


def _read(paths: Sequence[Path]) -> Table:
    return read(paths[0] if len(paths) == 1 else list(paths))


def _held(some: Sequence[tuple[list[Path], Table]], named: Mapping[Path, Asked]) -> Held:
    paths = [path for part, _ in some for path in part]
    table = some[0][1] if len(some) == 1 else _read(paths)  # the same columns in another order, or another format
    first = paths[0]
    if len(paths) > 1:
        said = f"{len(paths)} files with the same columns"
        note = Words(
            f"{said} are one table: {first.name}, …", f"{len(paths)} 个列相同的文件合为一张表：{first.name} 等"
        )
        table = replace(table, notes=(note, *table.notes))
    return Held(tuple(map(str, paths)), table, named.get(first.resolve(), Asked(str(first))))


def star(held: Sequence[Held], prepare: Callable[[Table], Table] = lambda table: table) -> Star:
    """The tables joined to the one that holds the facts; `prepare` is done to each of the others.

    Raises `DataError` where no table can have all others joined to it, with what the largest lacks.
    """
    if len(held) == 1:
        return Star(held[0], (), held[0].table)
    made = {id(one): prepare(one.table) for one in held}
    failed: list[DataError | ConfigError] = []
    for fact in sorted(held, key=lambda one: (bool(one.asked.on or one.asked.aggregate), -one.table.rows)):
        others = [one for one in held if one is not fact]
        try:
            table = joined(fact.table, [(made[id(one)], one.asked) for one in others])
        except (DataError, ConfigError) as error:
            failed.append(error)
            continue
        return Star(fact, tuple(others), replace(table, notes=(_facts(fact), *table.notes)))
    raise _no_star(held, failed[0]) from failed[0]


def _no_star(held: Sequence[Held], why: DongchaError) -> DataError:
    """What is in the way: several tables of facts, or what the largest lacks."""
    keys = {id(one): columns(one.table) for one in held}
    roots = [
        one
        for one in held
        if not any(
            key.unique
            for other in held
            if other is not one
            for key in candidates(keys[id(other)], keys[id(one)], fact=False)
        )
    ]
    if len(roots) > 1:
        names = ", ".join(repr(one.files[0]) for one in roots)
        return DataError(
            f"the folder holds {len(roots)} tables that no other refers to by a key ({names}); name one of them as the "
            "facts, and with --with what is joined to it"
        )
    return DataError(f"no table of the folder can have all others joined to it; with the largest as facts: {why}")


def _facts(fact: Held) -> Words:
    name, rows = Path(fact.files[0]).name, fact.table.rows
    return Words(
        f"The rows of {name} are the facts ({rows:,}); the other tables of the folder are joined to them.",
        f"以 {name} 的 {rows:,} 条记录为事实表，文件夹中其余各表与之连接。",
    )
