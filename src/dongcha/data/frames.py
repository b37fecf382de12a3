"""Take pandas, Polars and Arrow tables in, as Arrow with the types that the engine holds.

Knows frames.  Lengths of time become seconds, times of a zone become that zone's clock, mixed objects become text.
"""

from typing import TYPE_CHECKING, Any, cast

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.delimited import check_width, unique
from dongcha.data.schema import ROW

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def read_frame(frame: object, shown: str = "the table") -> "tuple[pa.Table, list[Words]]":
    """The rows with `ROW` as their last column, and what was assumed; raises `DataError` for what is no table."""
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    notes: list[Words] = []
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        rows = _from_polars(frame)
    elif isinstance(frame, pd.DataFrame):
        rows = _from_pandas(frame, notes)
    elif isinstance(frame, pa.Table):
        rows = frame
    elif hasattr(frame, "to_pyarrow"):  # a table of Ibis in this process
        rows = frame.to_pyarrow()
    else:
        kind = type(frame).__name__
        raise DataError(f"read: source must be a path or a pandas, Polars, Arrow or Ibis table, got {kind}")
    if not rows.num_rows:
        raise DataError(f"{shown} has no rows; it needs at least one")
    check_width(rows.num_columns, shown)
    names, renamed = unique(rows.column_names)
    columns = [_held(column, name, notes) for column, name in zip(rows.columns, names, strict=True)]
    whole = pa.table([*columns, pa.array(np.arange(rows.num_rows))], names=[*names, ROW])
    return whole, [*renamed, *notes]


def _from_polars(frame: object) -> "pa.Table":
    import polars as pl

    columns = cast("pl.DataFrame", frame)
    odd = [name for name, kind in columns.schema.items() if kind == pl.Object]
    if odd:
        raise DataError(f"the column {odd[0]!r} holds Python objects; turn it into text or numbers first")
    return columns.to_arrow()


def _from_pandas(frame: "pd.DataFrame", notes: list[Words]) -> "pa.Table":
    import pyarrow as pa

    columns = [_pandas_column(frame.iloc[:, at], str(name), notes) for at, name in enumerate(frame.columns)]
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _pandas_column(column: "pd.Series[Any]", name: str, notes: list[Words]) -> "pa.Array | pa.ChunkedArray":
    import pandas as pd
    import pyarrow as pa

    try:
        if not isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype):
            return pa.array(column, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        notes.append(
            Words(
                f"Column {name!r}: values of several types were read as text", f"列「{name}」：混有多种类型，按文本读取"
            )
        )
    return pa.array([None if gone else str(one) for one, gone in zip(column, column.isna(), strict=True)], pa.string())


def _held(column: "pa.ChunkedArray", name: str, notes: list[Words]) -> "pa.ChunkedArray":
    """The column in a type that the engine holds and later steps expect."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_float16(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_duration(kind):
        notes.append(Words(f"Column {name!r}: lengths of time in seconds", f"列「{name}」：时长以秒计"))
        return pc.divide(column.cast(pa.duration("us"), safe=False).cast(pa.int64()), 1e6)
    if pa.types.is_timestamp(kind) and kind.tz:
        notes.append(
            Words(f"Column {name!r}: times are those of {kind.tz}", f"列「{name}」：时间为 {kind.tz} 当地时间")
        )
        return pc.local_timestamp(column)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us"), safe=False)
    if isinstance(kind, pa.BaseExtensionType):
        return column.cast(kind.storage_type)
    return column
