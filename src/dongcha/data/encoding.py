"""Find the encoding of a text file and bring it to UTF-8.

Knows bytes.  Knows nothing of delimiters or columns.
"""

import codecs
from pathlib import Path

from dongcha.core.errors import ConfigError, DataError

BLOCK = 1 << 20
_PROOF = 24
"""Bytes beyond ASCII from which a file that decodes as UTF-8 can be nothing else."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


NEARLY = "utf_8"
"""Python's other name for UTF-8: that of a file with a few bytes which are not, to be read as `�`."""


def detect(path: Path) -> str:
    """The encoding of a text file, by its mark, by strict decoding of the whole file, or by statistics.

    Raises `DataError` where the bytes are not text.
    """
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head.count(0) > len(head) // 4:
        return _unmarked_utf16(path, head)
    if _control_share(head) > 0.02:
        raise _not_text(path)
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _nearly_utf8(path):
        return NEARLY
    return "gb18030" if _decodes(path, "gb18030") else "cp1252"


def stated(path: Path, encoding: str) -> str:
    """The encoding that a person named, by its usual name; raises where the bytes speak against it."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise _unknown(encoding) from None
    if name == "utf-8":
        return "utf-8-sig"
    with path.open("rb") as file:
        head = file.read(BLOCK)
    wide = name.startswith(("utf-16", "utf-32"))
    if wide and not head.count(0) and not head.startswith(tuple(mark for mark, _ in _MARKS)):
        raise DataError(f"{path.name!r} cannot be read as {encoding}: it has no zero bytes; leave out encoding=")
    if not name.startswith("utf") and sum(byte > 127 for byte in head) >= _PROOF and _decodes(path, "utf-8"):
        raise DataError(f"{path.name!r} cannot be read as {encoding}: its bytes are utf-8; leave out encoding=")
    return name


def to_utf8(path: Path, encoding: str, target: Path) -> None:
    """Write the text of `path` to `target` as UTF-8 without a mark, a block at a time."""
    errors = "replace" if encoding == NEARLY else "strict"
    try:
        with (
            path.open(encoding=encoding, newline="", errors=errors) as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while block := source.read(BLOCK):
                out.write(block)
    except LookupError:
        raise _unknown(encoding) from None
    except UnicodeError as error:
        shown = encoding.removesuffix("-sig")
        raise DataError(f"{path.name!r} cannot be read as {shown}: {error}; name another with encoding=") from None


def _nearly_utf8(path: Path) -> bool:
    """Whether the head is UTF-8 but for a few bytes: in another encoding, hardly a wide character would be valid."""
    with path.open("rb") as file:
        text = file.read(BLOCK).decode("utf-8", errors="replace")
    broken, wide = text.count("�"), sum(c > "\x7f" for c in text)
    return wide - broken >= _PROOF and broken <= 0.05 * wide


def _unknown(encoding: str) -> ConfigError:
    return ConfigError(f"no encoding is named {encoding!r}; try utf-8, gb18030, utf-16 or cp1252")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    plausible = total = 0
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                text = decoder.decode(block)
                wide = [c for c in text[:20_000] if c > "\x7f"]
                total += len(wide)
                plausible += sum("一" <= c <= "鿿" or "　" <= c <= "〿" or "！" <= c <= "～" for c in wide)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    # Nearly every byte sequence is GB18030; believe it only where it gives Chinese.
    return encoding == "utf-8" or plausible > 0.7 * total


def _unmarked_utf16(path: Path, head: bytes) -> str:
    name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(name, errors="replace")
    if "�" in text or _control_share(text.encode()) > 0.02:
        raise _not_text(path)
    return name


def _control_share(head: bytes) -> float:
    controls = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27))
    return controls / max(len(head), 1)


def _not_text(path: Path) -> DataError:
    return DataError(f"{path.name!r} is not a text file; Dongcha reads CSV, TSV, JSON lines, Excel, Parquet and Arrow")
