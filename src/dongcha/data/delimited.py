"""Read CSV and TSV files: delimiter, header, ragged lines.

Knows delimited text.  Gives every column as text; types are found elsewhere.
"""

import csv
import itertools
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dongcha.core.errors import ConfigError, DataError
from dongcha.core.settings import setting
from dongcha.core.words import Words
from dongcha.data.encoding import NEARLY, detect, stated, to_utf8
from dongcha.data.engine import engine, fresh_name
from dongcha.data.schema import ROW, is_hidden

if TYPE_CHECKING:
    import ibis.expr.types as ir

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_CHINESE = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
_LINE_BYTES = 64_000_000


def read_delimited(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> "tuple[ir.Table, list[Words]]":
    """The rows of `path`, all columns as text, and what was assumed."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise ConfigError(f"delimiter must be one character, got {delimiter!r}")
    found = stated(path, encoding) if encoding else detect(path)
    with tempfile.TemporaryDirectory(prefix="dongcha-") as folder:
        plain = path
        if found != "utf-8":
            plain = Path(folder) / "utf8.csv"
            to_utf8(path, found, plain)
        mark = delimiter or _delimiter(plain)
        names, notes = _header(plain, mark, path.name)
        rows = _load(_one_line_header(plain, mark, Path(folder)), mark, names, path.name)
    if found == NEARLY:
        notes.append(
            Words(f"{path.name}: bytes that are not utf-8 were read as �", f"{path.name}：不是 UTF-8 的字节读作 �")
        )
    found = found.removesuffix("-sig").replace("_", "-")
    named = DELIMITERS.get(mark, repr(mark)), _CHINESE.get(mark, repr(mark))
    told = Words(
        f"{path.name}: read as {found}, {named[0]}-separated", f"{path.name}：按 {found} 编码、{named[1]}分隔读取"
    )
    return rows, [told, *notes]


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [line for line in itertools.islice(file, 200) if line.strip()]


def _delimiter(path: Path) -> str:
    """The delimiter that cuts the first lines into the most columns, equally often on most of them."""
    lines = _head(path)
    best, most = ",", 0.0
    csv.field_size_limit(_LINE_BYTES)
    for mark in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and (worth := times / len(lines) + width / 10_000) > most:
            best, most = mark, worth
    return best


def _header(path: Path, delimiter: str, shown: str) -> tuple[list[str], list[Words]]:
    lines = _head(path)
    if not lines:
        raise DataError(f"{shown!r} is empty; it needs a header line and at least one row")
    names = [name.strip() for name in next(csv.reader(lines, delimiter=delimiter))]
    check_width(len(names), shown)
    return unique(names)


def _one_line_header(path: Path, delimiter: str, folder: Path) -> Path:
    """`path`, or a copy whose header fills one line: one of several misleads the engine about the ends of lines."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines, again = itertools.tee(itertools.dropwhile(lambda line: not line.strip(), file))
        header = csv.reader(lines, delimiter=delimiter)
        width = len(next(header))
        if header.line_num == 1:
            return path
        last = list(itertools.islice(again, header.line_num))[-1]
        copy = folder / "header.csv"
        with copy.open("w", encoding="utf-8", newline="") as out:
            out.write(delimiter.join(f"c{at}" for at in range(width)) + last[len(last.rstrip("\r\n")) :])
            out.writelines(file)
    return copy


def check_width(columns: int, shown: str) -> None:
    """Raises `DataError` where a table is wider than the limit."""
    if columns > (limit := int(setting("column_limit"))):
        raise DataError(
            f"{shown!r} has {columns:,} columns, more than {limit:,}; keep the ones that matter, "
            "or set DONGCHA_COLUMN_LIMIT"
        )


def unique(names: list[str]) -> tuple[list[str], list[Words]]:
    """Column names without repeats, blanks and names of hidden columns, and notes on what was renamed.

    Names are compared as DuckDB does, ignoring case.

    >>> unique(["a", "", "A", "__row__"])[0]
    ['a', 'column_2', 'A_2', 'row']
    """
    seen: set[str] = set()
    kept, notes = [], []
    for at, name in enumerate(names, 1):
        stem = name.strip("_") if is_hidden(name) else name
        new = stem or f"column_{at}"
        number = 2
        while new.lower() in seen:
            new, number = f"{stem or 'column'}_{number}", number + 1
        seen.add(new.lower())
        kept.append(new)
        if new != name:
            notes.append(Words(f"Column {at} ({name!r}) was renamed {new!r}", f"第 {at} 列「{name}」改名为「{new}」"))
    return kept, notes


def _load(path: Path, delimiter: str, names: list[str], shown: str) -> "ir.Table":
    import duckdb
    import ibis

    view = fresh_name("csv")
    try:
        rows = engine().read_csv(
            str(path),
            table_name=view,
            delim=delimiter,
            header=True,
            quote='"',
            escape='"',
            auto_detect=False,
            columns=dict.fromkeys(names, "VARCHAR"),
            max_line_size=_LINE_BYTES,
            buffer_size=2 * _LINE_BYTES,
        )
        table = engine().create_table(fresh_name("rows"), rows.mutate(**{ROW: ibis.row_number()}))
        engine().drop_view(view, force=True)
    except duckdb.Error as error:
        raise DataError(_explain(str(error), shown)) from None
    if not table.count().to_pyarrow().as_py():
        raise DataError(f"{shown!r} has a header and no rows; it needs at least one row")
    return table


def _explain(message: str, shown: str) -> str:
    line = re.search(r"Line: (\d+)", message)
    widths = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    where = f"line {line[1]} of {shown!r}" if line else repr(shown)
    if widths:
        return f"{where} has {widths[2]} values, the header has {widths[1]}; mend the line or quote its delimiter"
    if "quote" in message.lower():
        return f"{where} opens a quote that is never closed; mend the line"
    return f"{where} cannot be read: {message.splitlines()[0]}"
