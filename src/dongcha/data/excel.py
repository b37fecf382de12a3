"""Read Excel workbooks: which sheet, where its header is, what its cells hold.

Knows workbooks.  A column keeps the type of its cells; one that mixes types becomes text.
"""

import logging
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dongcha.core.errors import DataError, UnknownName
from dongcha.core.settings import setting
from dongcha.core.words import Words
from dongcha.data.delimited import check_width, unique

if TYPE_CHECKING:
    import fastexcel
    import pyarrow as pa

EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls")
_LEAD_ROWS = 20
_EXACT = 2**53  # up to here a float holds every whole number


def read_excel(path: Path, sheet: str | None = None) -> "tuple[pa.Table, list[Words]]":
    """The rows of one sheet (the first that has any, unless named) and what was assumed."""
    import fastexcel

    logging.getLogger("fastexcel").addHandler(logging.NullHandler())
    _check_size(path)
    try:
        book = fastexcel.read_excel(str(path))
        name, lead, notes = _choose(book, sheet, path.name)
        rows, said = _load(book, name, lead, path.name)
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0].removeprefix("calamine error: ")
        raise DataError(
            f"{path.name!r} cannot be read as a workbook: {reason}; a password or damage is the usual cause"
        ) from None
    return rows, [*notes, *said]


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        size = sum(part.file_size for part in packed.infolist())
    if size > (limit := setting("inflated_limit_mb")) * 1_000_000:
        raise DataError(
            f"{path.name!r} unpacks to {size / 1e6:,.0f} MB, more than {limit:,} MB; set DONGCHA_INFLATED_LIMIT_MB"
        )


def _choose(
    book: "fastexcel.ExcelReader", wanted: str | None, shown: str
) -> tuple[str, list[list[str | None]], list[Words]]:
    """The sheet, its first rows as text, and a note that names it and the others."""
    names = list(book.sheet_names)
    if wanted is not None and wanted not in names:
        raise UnknownName(f"{shown!r} has no sheet {wanted!r}; it has {', '.join(map(repr, names))}")
    for name in [wanted] if wanted is not None else names:
        lead = _lead(book, name)
        if len(lead) > 1:
            others = [other for other in names if other != name]
            en = f"{shown}: read the sheet {name!r}"
            zh = f"{shown}：读取工作表「{name}」"
            if others:
                en += f"; not read: {', '.join(map(repr, others))} (name one with sheet=)"
                zh += f"；未读取：{'、'.join(f'「{other}」' for other in others)}（可用 sheet= 指定）"
            return name, lead, [Words(en, zh)]
    where = f"the sheet {wanted!r} of {shown!r}" if wanted is not None else f"every sheet of {shown!r}"
    raise DataError(f"{where} is without rows; a header line and at least one row are needed")


def _lead(book: "fastexcel.ExcelReader", name: str) -> list[list[str | None]]:
    import pyarrow as pa

    sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=_LEAD_ROWS, dtypes="string")
    if not sheet.width:
        return []
    rows = pa.table(sheet.to_arrow()).to_pydict()
    return [list(row) for row in zip(*rows.values(), strict=True)]


def _load(
    book: "fastexcel.ExcelReader", sheet: str, lead: list[list[str | None]], shown: str
) -> "tuple[pa.Table, list[Words]]":
    import pyarrow as pa

    header = _header_row(lead)
    check_width(len(lead[header]), shown)
    names, notes = unique([(cell or "").strip() for cell in lead[header]])
    if header:
        notes.append(
            Words(f"{shown}: {header} rows above the header were left out", f"{shown}：略去表头上方的 {header} 行")
        )
    loaded = book.load_sheet(
        sheet, header_row=None, column_names=names, skip_rows=header + 1, schema_sample_rows=None, eager=False
    )
    batch, errors = loaded.to_arrow_with_errors()
    rows = pa.table(batch)
    if errors:
        many = len(errors.errors)
        notes.append(
            Words(
                f"{shown}: {many} cells hold an Excel error such as #N/A, read as missing",
                f"{shown}：{many} 个单元格是 Excel 错误值（如 #N/A），按缺失处理",
            )
        )
    columns = [_column(rows, name) for name in names]
    notes += [note for _, note in columns if note]
    return _without_blank(pa.table([column for column, _ in columns], names=names), shown, notes), notes


def _header_row(lead: list[list[str | None]]) -> int:
    """The first row, or the first below titles, which fill one cell of many."""
    filled = [sum(cell is not None and cell.strip() != "" for cell in row) for row in lead]
    if max(filled) < 3:
        return 0
    return next(at for at, many in enumerate(filled) if many > 1)


def _column(rows: "pa.Table", name: str) -> "tuple[pa.ChunkedArray, Words | None]":
    """A column as the engine should hold it: whole numbers whole, lengths of time in seconds, times of day as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = rows.column(name)
    if pa.types.is_duration(column.type):
        seconds = pc.divide(pc.cast(column.cast(pa.duration("ms")), pa.int64()), 1000.0)
        return seconds, Words(f"Column {name!r}: lengths of time in seconds", f"列「{name}」：时长以秒计")
    if pa.types.is_timestamp(column.type):
        last = pc.max(column).as_py()
        if last is not None and last.year < 1900:  # Excel holds a time of day as one on day 0
            note = Words(f"Column {name!r}: times of day are kept as text", f"列「{name}」：一天中的时刻保留为文本")
            return pc.strftime(column.cast(pa.timestamp("s")), format="%H:%M:%S"), note
        return column.cast(pa.timestamp("us")), None
    if pa.types.is_floating(column.type):
        whole = pc.all(pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), _EXACT))).as_py()
        return (column.cast(pa.int64()) if whole else column), None
    return column, None


def _without_blank(rows: "pa.Table", shown: str, notes: list[Words]) -> "pa.Table":
    import pyarrow as pa

    kept = [batch.to_pandas().notna().any(axis=1).to_numpy() for batch in rows.to_batches(max_chunksize=50_000)]
    mask = pa.chunked_array([pa.array(part) for part in kept], type=pa.bool_())
    filled = rows.filter(mask)
    if blank := rows.num_rows - filled.num_rows:
        notes.append(Words(f"{shown}: {blank} blank rows were left out", f"{shown}：略去 {blank} 个空行"))
    return cast("pa.Table", filled)
