"""Rules on whole rows: texts that hold nothing, exact duplicates, near-duplicates, impossible dates."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from dongcha.core.words import Words
from dongcha.data.clean.applied import EXAMPLES, Applied, Pair, shortened
from dongcha.data.clean.near import MOST, groups, normal
from dongcha.data.engine import from_arrow
from dongcha.data.schema import GROUP, RAW, ROW, Role
from dongcha.data.table import Table, as_text

if TYPE_CHECKING:
    import ibis.expr.types as ir

Done = tuple[Table, Applied]
EARLIEST = 1900


def _names(table: Table, *roles: Role) -> list[str]:
    return [column.name for column in table.schema.of(*roles)]


def _without(table: Table, gone: "ir.BooleanValue", name: str, words: Words) -> Done:
    """The table without the rows where `gone`; examples show the first text or value of such rows."""
    shown = (_names(table, Role.TEXT) or table.schema.names)[0]
    rows = table.expr.filter(gone)
    count = int(rows.count().to_pyarrow().as_py())
    if not count:
        return table, Applied(name, words, 0)
    values = rows.order_by(ROW).limit(EXAMPLES).select(shown).to_pyarrow().column(0).to_pylist()
    examples: tuple[Pair, ...] = tuple((shortened("" if value is None else value), None) for value in values)
    return table.with_expr(table.expr.filter(~gone)), Applied(name, words, count, examples)


def empty_text(table: Table) -> Done:
    """Take out rows in which no text column holds a letter or digit."""
    words = Words("rows without any text taken out", "移除没有文本的记录")
    return _hollow(table, 1, "empty_text", words)


def short_text(table: Table) -> Done:
    """Take out rows whose texts hold a single letter or digit."""
    words = Words("rows with a text of one letter taken out", "移除文本只有一个字符的记录")
    return _hollow(table, 2, "short_text", words)


def _hollow(table: Table, fewest: int, name: str, words: Words) -> Done:
    import ibis

    texts = _names(table, Role.TEXT)
    if not texts:
        return table, Applied(name, words, 0)
    values = [_as_text(table, text) for text in texts]
    letters = [value.re_replace(r"[^\p{L}\p{N}]", "").length() for value in values]
    # One letter tells something in Chinese more often than not, and nothing in a word of the Latin script.
    han = [value.re_search(r"\p{Han}") for value in values]
    enough = [(n >= fewest) | h for n, h in zip(letters, han, strict=True)]
    return _without(table, ~ibis.or_(*enough), name, words)


def _as_text(table: Table, name: str) -> "ir.StringValue":
    """The texts of a column, lists of words joined, missing ones empty."""
    value = table.expr[name]
    return cast("ir.StringValue", (value.join(" ") if value.type().is_array() else value).fill_null(""))


def exact_duplicates(table: Table) -> Done:
    """Take out rows that repeat an earlier one in every column.

    Only where a row can be told from another: the table has an identifier or a text; else equal rows are two events.
    """
    import ibis

    words = Words("rows that repeat an earlier one in every column taken out", "移除所有列都与前面重复的记录")
    if not _names(table, Role.ID, Role.TEXT):
        return table, Applied("exact_duplicates", words, 0)
    cells = [ibis.coalesce(table.expr[name].cast("string"), "\x1e") for name in table.schema.names]
    key = ibis.literal("\x1f").join(cells).hash()
    first = table.expr[ROW].min().over(ibis.window(group_by=key))
    marked = table.with_expr(table.expr.mutate(__first__=first))
    done, applied = _without(marked, marked.expr[ROW] != marked.expr["__first__"], "exact_duplicates", words)
    return done.with_expr(done.expr.drop("__first__")), applied


def near_duplicates(table: Table) -> Done:
    """Mark rows with nearly the same text with `GROUP`, so that a split keeps them on one side; none is taken out."""
    import pyarrow as pa

    words = Words("rows whose text nearly repeats another's marked and kept", "标记（保留）文本几乎相同的记录")
    texts = _names(table, Role.TEXT)
    if not texts:
        return table, Applied("near_duplicates", words, 0)
    found = table.values(*texts)
    columns = [[as_text(value) for value in found.column(name).to_pylist()] for name in texts]
    keys = [normal("\n".join(row)) for row in zip(*columns, strict=True)]
    place = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    distinct = list(place)
    leaders = groups(distinct) if len(distinct) <= MOST else list(range(len(distinct)))
    rows = found.column(ROW).to_pylist()
    first: dict[int, int] = {}
    marks = [first.setdefault(leaders[place[key]], row) for key, row in zip(keys, rows, strict=True)]
    repeats = [i for i, (mark, row) in enumerate(zip(marks, rows, strict=True)) if mark != row]
    at = {row: i for i, row in enumerate(rows)}
    examples = tuple((shortened(columns[0][i]), shortened(columns[0][at[marks[i]]])) for i in repeats[:EXAMPLES])
    added = from_arrow(pa.table({"__key__": pa.array(rows, pa.int64()), GROUP: pa.array(marks, pa.int64())}))
    kept = table.expr.drop(GROUP) if GROUP in table.expr.columns else table.expr
    joined = kept.left_join(added, kept[ROW] == added["__key__"]).drop("__key__")
    return table.with_expr(joined), Applied("near_duplicates", words, len(repeats), examples)


def impossible_dates(table: Table) -> Done:
    """Blank dates before 1900 or more than a year ahead of today."""
    import ibis

    words = Words(
        f"dates before {EARLIEST} or more than a year ahead blanked", f"清空早于 {EARLIEST} 年或超过一年以后的日期"
    )
    latest, count, examples = datetime.now(UTC).year + 1, 0, list[Pair]()
    for name in _names(table, Role.TIME):
        column = table.expr[name]
        wrong = (column.year() < EARLIEST) | (column.year() > latest)
        rows = table.expr.filter(wrong)
        found = int(rows.count().to_pyarrow().as_py())
        if not found:
            continue
        count += found
        values = rows.order_by(ROW).limit(EXAMPLES).select(name).to_pyarrow().column(0).to_pylist()
        examples += [(str(value), None) for value in values]
        raw = ibis.ifelse(wrong, column.cast("string"), ibis.null("string"))
        blank = ibis.ifelse(wrong, ibis.null(column.type()), column)
        table = table.with_expr(table.expr.mutate(**{RAW + name: raw, name: blank}))
    return table, Applied("impossible_dates", words, count, tuple(examples[:EXAMPLES]))
