"""Read a table where it lies: in a database, in Spark, behind any Ibis expression.

Knows which types are held as they are.  Nothing is written there.  Counts are made by the server; how wide texts are
and whether they name files is judged on a sample of rows.  A text that is blank or stands for a missing value is
missing, as in a file; a text that holds numbers or dates stays one, since the database has types of its own.
"""

import sys
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from dongcha.core.errors import DataError
from dongcha.core.settings import setting
from dongcha.core.words import Words
from dongcha.data.delimited import check_width, unique
from dongcha.data.engine import SHOWN, dialect, engine, from_arrow, served
from dongcha.data.refused import asking
from dongcha.data.roles import Facts, decide, looks
from dongcha.data.schema import Schema
from dongcha.data.table import Table
from dongcha.data.types import present, type_name

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir

SAMPLE = 20_000
"""Rows whose texts are looked at."""


def is_served(source: object) -> "TypeGuard[ir.Table]":
    """Whether `source` is a table expression of Ibis whose rows lie in a backend, and not in this process."""
    ibis = sys.modules.get("ibis")
    return bool(ibis and isinstance(source, ibis.expr.types.Table) and served(source))


def name_of(expr: "ir.Table") -> str:
    """The name of the table behind an expression, or `table`."""
    return str(getattr(expr.op(), "name", "table"))


def read_served(expr: "ir.Table", name: str) -> Table:
    """The table behind an Ibis expression, with roles; its rows stay where they are.

    Raises `DataError` where it has no rows, no column that is read, or cannot be read.
    """
    with asking(repr(name)):
        expr = _asked_by_us(expr)
        names, renamed = unique(list(expr.columns))
        taken = {new: old for new, old in zip(names, expr.columns, strict=True) if new != old}
        check_width(len(names), name)
        held, settled = _held(expr.rename(taken) if taken else expr)
        tidy, changed = _tidied(held, name)
        schema = _schema(tidy)
    place = SHOWN.get(dialect(expr), "")
    where = Words(
        f"The rows stay in {place or 'their database'}; counts and sums are made there",
        f"数据留在{place or '原数据库'}，计数与求和在那里完成",
    )
    return Table(tidy, schema, name, (where, *renamed, *settled, *changed))


def _asked_by_us(expr: "ir.Table") -> "ir.Table":
    """The expression over a session that answers as the engine of this process does, where there is one."""
    if dialect(expr) != "postgres":
        return expr
    from dongcha.data.postgres_session import Session, session_of, worded

    return worded(expr if isinstance(expr.get_backend(), Session) else session_of(expr))


def _held(expr: "ir.Table") -> "tuple[ir.Table, list[Words]]":
    """The columns in the types that later steps know; the others are left out, with a note."""
    changed: dict[str, ir.Value] = {}
    without, notes = [], []
    for name, kind in expr.schema().items():
        if kind.is_decimal() or kind.is_float32():
            changed[name] = expr[name].cast("float64")
        elif kind.is_timestamp() and kind.timezone:
            changed[name] = expr[name].cast("timestamp")  # the sessions that Ibis opens are in UTC
            notes.append(Words(f"Column {name!r}: times are those of UTC", f"列「{name}」：时间为 UTC"))
        elif _worded(kind):
            changed[name] = expr[name].cast("string")
        elif not _plain(kind):
            without.append(name)
            notes.append(
                Words(f"Column {name!r}: {kind} values are left out", f"列「{name}」：不支持 {kind} 类型，已略去")
            )
    if len(without) == len(expr.columns):
        raise DataError("no column holds text, numbers, dates or yes and no; read a view that casts one to such a type")
    kept = expr.drop(*without) if without else expr
    return (kept.mutate(**changed) if changed else kept), notes


def _worded(kind: "dt.DataType") -> bool:
    return bool(kind.is_time() or kind.is_uuid() or kind.is_inet() or kind.is_macaddr() or kind.is_unknown())


def _plain(kind: "dt.DataType") -> bool:
    numbers = kind.is_integer() or kind.is_float64() or kind.is_boolean()
    return bool(numbers or kind.is_string() or kind.is_date() or kind.is_timestamp())


def _tidied(expr: "ir.Table", name: str) -> "tuple[ir.Table, list[Words]]":
    """Texts without outer blanks, missing ones missing, long ones cut; numbers finite: only where it is needed."""
    limit = int(setting("text_limit_chars"))
    kinds = expr.schema()
    texts = {c: cast("ir.StringColumn", expr[c]) for c, kind in kinds.items() if kind.is_string()}
    tests: dict[str, ir.BooleanValue] = {}
    for at, (column, kind) in enumerate(kinds.items()):
        if kind.is_string():
            tests[f"tidy{at}"] = texts[column].notnull() & ~(_present(texts[column]) == texts[column]).fill_null(False)
            tests[f"long{at}"] = texts[column].length() > limit
        elif kind.is_floating():
            tests[f"odd{at}"] = expr[column].isnan() | expr[column].isinf()
    found = expr.aggregate(rows=expr.count(), **{key: test.sum() for key, test in tests.items()})
    many = {key: int(value or 0) for key, value in found.to_pyarrow().to_pylist()[0].items()}
    if not many["rows"]:
        raise DataError(f"{name!r} has no rows; it needs at least one")
    changed, notes = {}, []
    for at, column in enumerate(kinds):
        value, said = _mended(expr[column], {key: many.get(f"{key}{at}", 0) for key in ("tidy", "long", "odd")}, limit)
        if value is not None:
            changed[column] = value
        notes += [Words(f"Column {column!r}: {note.en}", f"列「{column}」：{note.zh}") for note in said]
    return (expr.mutate(**changed) if changed else expr), notes


def _present(text: "ir.StringColumn") -> "ir.StringColumn":
    """What `present` gives; Spark reads the vertical tab among the blanks of Ibis as the letter v."""
    blank = "[ \t\n\r]+"
    spark = text.get_backend().name == "pyspark"
    return present(text, text.re_replace(f"^{blank}|{blank}$", "") if spark else None)


def _mended(value: "ir.Value", many: dict[str, int], limit: int) -> "tuple[ir.Value | None, list[Words]]":
    """The value as later steps need it, None where it is so already, and what to say of it."""
    import ibis

    if many["odd"]:
        en = f"{many['odd']:,} values are not finite numbers (NaN or infinite), read as missing"
        odd = value.isnan() | value.isinf()
        zh = f"{many['odd']:,} 个值不是有限数（NaN 或无穷），按缺失处理"
        return ibis.ifelse(odd, None, value), [Words(en, zh)]
    if not many["tidy"] and not many["long"]:
        return None, []
    mended = _present(cast("ir.StringColumn", value)) if many["tidy"] else cast("ir.StringColumn", value)
    if not many["long"]:
        return mended, []
    en = f"{many['long']:,} texts longer than {limit:,} characters were cut"
    return mended.substr(0, limit), [Words(en, f"{many['long']:,} 条文本超过 {limit:,} 字，已截断")]


def _schema(expr: "ir.Table") -> Schema:
    """What each column is for: counts from the server, the looks of texts from a sample."""
    counted: dict[str, ir.Value] = {"rows": expr.count()}
    for at, name in enumerate(expr.columns):
        counted |= {f"present{at}": expr[name].count(), f"distinct{at}": expr[name].nunique()}
    found = expr.aggregate(**counted).to_pyarrow().to_pylist()[0]
    seen = _sampled(expr)
    columns = []
    for at, name in enumerate(expr.columns):
        known = int(found[f"present{at}"] or 0)
        width, *files = (seen.get(f"{at}:{key}") or 0 for key in ("width", "image", "audio"))
        images, sounds = (int(hits * known / max(seen.get(f"{at}:present") or 0, 1)) for hits in files)
        kind = type_name(expr.schema()[name])
        facts = Facts(name, kind, int(found["rows"]), known, int(found[f"distinct{at}"] or 0), width, images, sounds)
        columns.append(decide(facts))
    return Schema(tuple(columns))


def _sampled(expr: "ir.Table") -> dict[str, Any]:
    """How the texts of the first rows look that the server gives."""
    texts = [name for name, kind in expr.schema().items() if kind.is_string()]
    if not texts:
        return {}
    rows = from_arrow(expr.select(*texts).limit(SAMPLE).to_pyarrow())
    asked: dict[str, ir.Value] = {}
    for at, name in enumerate(expr.columns):
        if name in texts:
            asked |= looks(rows, name, str(at)) | {f"{at}:present": rows[name].count()}
    found: dict[str, Any] = rows.aggregate(**asked).to_pyarrow().to_pylist()[0]
    engine().drop_table(rows.op().name)
    return found
