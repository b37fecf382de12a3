"""Keep cells within bounds: plain types, no text longer than the limit, no number that is not finite.

Knows values.  What was changed is returned as notes that name the column.
"""

from typing import TYPE_CHECKING, cast

from dongcha.core.errors import DataError
from dongcha.core.settings import setting
from dongcha.core.words import Words

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir


def bounded(expr: "ir.Table") -> "tuple[ir.Table, list[Words]]":
    """`expr` with long texts cut and NaN and infinite numbers made missing, and notes on how many."""
    import ibis

    limit = int(setting("text_limit_chars"))
    kinds = expr.schema()
    long = {c: expr[c].length() > limit for c, kind in kinds.items() if kind.is_string()}
    odd = {c: expr[c].isnan() | expr[c].isinf() for c, kind in kinds.items() if kind.is_floating()}
    found = _counts(expr, {**long, **odd})
    notes, changed = [], {}
    for name, many in found.items():
        if name in long:
            changed[name] = expr[name].substr(0, limit)
            en = f"{many:,} texts longer than {limit:,} characters were cut"
            zh = f"{many:,} 条文本超过 {limit:,} 字，已截断"
        else:
            changed[name] = ibis.ifelse(odd[name], None, expr[name])
            en = f"{many:,} values are not finite numbers (NaN or infinite), read as missing"
            zh = f"{many:,} 个值不是有限数（NaN 或无穷），按缺失处理"
        notes.append(Words(f"Column {name!r}: {en}", f"列「{name}」：{zh}"))
    return (expr.mutate(**changed) if changed else expr), notes


def _counts(expr: "ir.Table", tests: "dict[str, ir.BooleanValue]") -> dict[str, int]:
    if not tests:
        return {}
    sums = {str(at): test.sum() for at, test in enumerate(tests.values())}
    counted = expr.aggregate(**sums).to_pyarrow().to_pylist()[0]
    return {name: int(counted[str(at)]) for at, name in enumerate(tests) if counted[str(at)]}


def is_words(kind: "dt.DataType") -> bool:
    """Whether cells of this type are lists of texts."""
    return bool(kind.is_array() and kind.value_type.is_string())


def is_other_nesting(kind: "dt.DataType") -> bool:
    """Whether cells of this type hold more than a plain value, and are not lists of texts."""
    return bool((kind.is_nested() and not is_words(kind)) or kind.is_json())


def plain(expr: "ir.Table", *, keep_bytes: bool = False) -> "tuple[ir.Table, list[Words]]":
    """`expr` in the types that later steps know, and notes on what was changed.

    Decimals become floats, times lose their zone (they are those of UTC), times of day and nested values (but for lists
    of texts) become text; bytes are left out unless `keep_bytes`.
    """
    import ibis
    from ibis.expr import datatypes as dt

    @ibis.udf.scalar.builtin(name="timezone")  # type: ignore[untyped-decorator]
    def at_zone(zone: str, moment: dt.Timestamp("UTC")) -> dt.Timestamp():  # type: ignore[valid-type]
        """DuckDB's own function."""

    changed, notes, without = {}, [], []
    for name, kind in expr.schema().items():
        if kind.is_binary() and not keep_bytes:
            without.append(name)
            notes.append(Words(f"Column {name!r}: it holds bytes, left out", f"列「{name}」：内容是字节，已略去"))
        elif kind.is_decimal():
            changed[name] = expr[name].cast("float64")
        elif is_other_nesting(kind):
            changed[name] = _json_text(expr[name])
            notes.append(Words(f"Column {name!r}: nested values are read as text", f"列「{name}」：嵌套值按文本读取"))
        elif kind.is_time() or kind.is_interval() or kind.is_uuid():
            changed[name] = expr[name].cast("string")
        elif kind.is_timestamp() and kind.timezone:
            changed[name] = at_zone("UTC", expr[name])
            notes.append(Words(f"Column {name!r}: times are those of UTC", f"列「{name}」：时间为 UTC"))
        elif kind.is_timestamp() and kind.scale not in (None, 6):
            changed[name] = expr[name].cast("timestamp(6)")
    if len(without) == len(expr.columns) - 1:
        raise DataError("every column holds bytes; Dongcha reads text, numbers and dates")
    held = expr.drop(*without) if without else expr
    return (held.mutate(**changed) if changed else held), notes


def _json_text(value: "ir.Value") -> "ir.Value":
    """Nested values as JSON; a lone text among them without its quotes."""
    import ibis

    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def json_extract_string(value, path: str) -> str:  # type: ignore[no-untyped-def, empty-body]
        """DuckDB's own function."""

    return cast("ir.Value", json_extract_string(value.cast("json"), "$"))
