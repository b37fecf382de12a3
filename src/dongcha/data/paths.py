"""Which files a source names: paths, patterns, addresses, compressed files, or several of them; what they are called.

Knows names.  Brings what is remote or compressed to a plain file in a folder that the caller removes.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path

from dongcha.core.errors import DataError, StorageError
from dongcha.core.words import Words
from dongcha.data.compressed import COMPRESSED, inflate
from dongcha.data.excel import EXCEL
from dongcha.data.remote import download, is_address

DELIMITED = (".csv", ".tsv", ".txt", ".tab")
JSON = (".json", ".jsonl", ".ndjson")
TAGGED = (".conll", ".iob", ".iob2", ".bio")
"""Column files of tagged words."""

READS = (*DELIMITED, *JSON, *TAGGED, ".parquet", ".arrow", ".feather", *EXCEL)
_LETTERS = re.compile(r"[A-Za-z]{2}")
PACKED = tuple(kind + packing for packing in COMPRESSED for kind in (*DELIMITED, *JSON, *TAGGED))


def plain_files(sources: Sequence[str | Path], folder: Path) -> tuple[list[Path], list[Words]]:
    """The plain local files behind `sources`, in order, and notes on what was fetched or unpacked into `folder`."""
    files: list[Path] = []
    notes: list[Words] = []
    for source in map(str, sources):
        if is_address(source):
            found = [download(source, folder / str(len(files)), (*READS, *PACKED))]
            _check(found[0])
            size = found[0].stat().st_size / 1e6
            name = found[0].name
            notes.append(Words(f"{name}: downloaded, {size:,.1f} MB", f"{name}：已下载，{size:,.1f} MB"))
        else:
            found = matches(source)
        for file in found:
            files.append(_unpacked(file, folder / f"{len(files)}-plain"))
    return files, notes


def matches(pattern: str) -> list[Path]:
    """The local files that a path or a pattern names; raises `StorageError` or `DataError` for one that is unfit."""
    path = Path(pattern).expanduser()
    try:
        if path.is_dir():
            ends = f"{pattern.rstrip('/')}/*.csv"
            raise StorageError(f"{pattern!r} is a folder; name a file, or a pattern such as {ends}")
        files = [path] if path.exists() else sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    except (ValueError, NotImplementedError, IndexError) as error:
        raise StorageError(f"{pattern!r} is not a path: {error}") from None
    if not files and path.is_symlink():
        raise StorageError(f"{pattern!r} is a link that leads to no file; mend the link or name the file itself")
    if not files:
        raise StorageError(f"there is no file {pattern!r}; {_near(path)}")
    for file in files:
        _check(file)
    return files


def called(files: Sequence[Path]) -> str:
    """What the table in the files is called: by the name that several have in common, without what numbers them.

    >>> called([Path("orders-2024-01.csv"), Path("orders-2024-02.csv")]), called([Path("a-1.csv")])
    ('orders', 'a-1')
    >>> called([Path("part-north.csv"), Path("part-nova.csv")]), called([Path("north.csv"), Path("nova.csv")])
    ('part', 'north')
    """
    stems = [file.stem for file in files]
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    common = "".join(letters[0] for letters in same)
    if any(_LETTERS.match(stem[len(common) - 1 : len(common) + 1]) for stem in stems if common):
        common = re.sub(r"[A-Za-z]+$", "", common)  # not in the midst of a word
    common = re.sub(r"[\s\d_.()（）-]+$", "", common)
    return common if len(files) > 1 and len(common) > 1 else stems[0]


def _near(path: Path) -> str:
    """What to do about a file that is not there."""
    names = sorted(p.name for p in path.parent.glob("*") if is_read(p)) if path.parent.is_dir() else []
    if close := get_close_matches(path.name, names, 1):
        return f"did you mean {close[0]!r}?"
    if not names:
        return f"check the path: the folder {str(path.parent.absolute())!r} holds no file that Dongcha reads"
    return f"the folder holds {', '.join(map(repr, names[:5]))}" + (", …" if len(names) > 5 else "")


def is_read(file: Path) -> bool:
    """Whether a file is of a kind that is read, by its name."""
    return file.name.lower().endswith((*READS, *PACKED))


def _check(file: Path) -> None:
    if not is_read(file):
        kinds = ", ".join(READS)
        raise DataError(f"{file.name!r} is of no kind that Dongcha reads: {kinds}, or .csv.gz, .jsonl.zst and the like")
    if not file.is_file():
        raise StorageError(f"{file.name!r} is not a file")
    try:
        file.open("rb").close()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StorageError(f"{file.name!r} cannot be read: {why}; check the rights of the file") from None
    if not file.stat().st_size:
        raise DataError(f"{file.name!r} is empty; it needs a header line and at least one row")


def _unpacked(file: Path, folder: Path) -> Path:
    return inflate(file, folder) if file.suffix.lower() in COMPRESSED else file
