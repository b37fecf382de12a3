"""Find the type of columns that were read as text, from all their rows, and convert them.

Knows text values.  Knows nothing of files or roles.  A column becomes a number or a time only where every value that is
not missing reads as one, so that no value is lost; what had to be assumed is returned as notes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from dongcha.core.words import Words
from dongcha.data import dates
from dongcha.data.schema import ROW, TEXTS
from dongcha.data.seen import Groups, Seen, few

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir

MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "--", "#n/a", "缺失", "无", "空", "暂无")
"""Values, in lower case, that stand for a missing one."""

_LONG = r"^[-+]?\d{19,}$"
_NEARLY = 0.9
"""Share of values that read as a number or date from which a column that stays text is worth a note."""
_SAMPLE = 20_000
"""Rows on which all forms are tried, so that of all rows only those are asked that may read the column."""
_BESIDE = {"money": "comma", "month": "day"}
"""The form that may read a column as well as the best one, which is then worth a note."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to read a text value: the DuckDB type it gives and the expression that reads it."""

    type: str
    read: "Callable[[ir.StringValue], ir.Value]"
    assumed: Words | None = None


def typed(expr: "ir.Table", names: list[str]) -> "tuple[ir.Table, dict[str, str], list[Words]]":
    """`expr` with the text columns `names` converted, their DuckDB types, and notes on what was assumed."""
    if not names:
        return expr, {}, []
    forms = read_forms()
    rows = int(expr.count().to_pyarrow().as_py())
    spread = expr.filter(expr[ROW] % max(1, rows // _SAMPLE) == 0)
    tidy = {name: present(cast("ir.StringColumn", expr[name])) for name in names}
    groups = few(expr, names, spread)
    told = {name: found for some in groups for name, found in _grouped(some, forms).items()}
    wide = {name: text for name, text in tidy.items() if name not in told}
    told |= {name: Told(Seen(expr, wide[name]), counts) for name, counts in _counts(expr, spread, wide, forms).items()}
    chosen = {name: forms[_fits(told[name].counts)[0]] for name in names}
    changed = {name: form.read(tidy[name]) for name, form in chosen.items() if not _as_it_is(told[name], form)}
    notes = [
        Words(f"Column {name!r}: {said.en}", f"列「{name}」：{said.zh}")
        for name, form in chosen.items()
        for said in _assumed(told[name], form)
    ]
    for some in groups:
        some.drop()
    types = {name: form.type for name, form in chosen.items()}
    return (expr.mutate(**changed) if changed else expr), types, notes


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a column: how many values each form reads (`text`: how many there are).

    Of a column with few different values also how many `changed` if it stayed text, and how many are `long` numbers.
    """

    seen: Seen
    counts: Mapping[str, int]
    changed: int | None = None
    long: int | None = None


def _as_it_is(told: Told, form: Form) -> bool:
    """Whether the column stays text, and no value of it changes."""
    return form.type == "VARCHAR" and told.changed == 0


def _grouped(groups: Groups, forms: Mapping[str, Form]) -> dict[str, Told]:
    """What is known of the columns of `groups`, by one query."""
    rows = groups.rows
    seen = Seen(rows, present(cast("ir.StringColumn", rows.value)), cast("ir.IntegerColumn", rows.many))
    asked = {key: seen.count(form.read(seen.text).notnull()) for key, form in forms.items()}
    odd = {"changed": ~rows.value.identical_to(seen.text), "long": seen.text.re_search(_LONG)}
    counted = rows.group_by("at").agg(**asked, **{key: seen.count(which) for key, which in odd.items()})
    by_place = {row["at"]: row for row in counted.to_pyarrow().to_pylist()}
    told: dict[str, Told] = {}
    for name in groups.names:
        found, own = by_place[groups.asked.index(name)], groups.of(name)
        one = Seen(own, present(cast("ir.StringColumn", own.value)), cast("ir.IntegerColumn", own.many))
        counts = {key: int(found[key]) for key in forms}
        told[name] = Told(one, counts, int(found["changed"]), int(found["long"]))
    return told


def present(text: "ir.StringColumn", bare: "ir.StringValue | None" = None) -> "ir.StringColumn":
    """The text without outer blanks (`bare`, where it is given), and missing where it stands for a missing value."""
    import ibis

    bare = text.strip() if bare is None else bare
    return cast("ir.StringColumn", ibis.ifelse(bare.lower().isin(MISSING), None, bare))


def _decimal(text: "ir.StringValue", pattern: str, plain: "ir.StringValue") -> "ir.Value":
    import ibis

    # A leading zero marks a code (postcode, account), which is not a number; of a long one a float keeps 16 digits.
    ok = text.re_search(pattern) & ~text.re_search(rf"^[-+]?0\d|{_LONG}")
    return cast("ir.Value", ibis.ifelse(ok, plain.try_cast("float64"), None))


def _whole(text: "ir.StringValue") -> "ir.Value":
    import ibis

    return cast("ir.Value", ibis.ifelse(text.re_search(r"^[-+]?(0|[1-9]\d*)$"), text.try_cast("int64"), None))


def _number(text: "ir.StringValue") -> "ir.Value":
    return _decimal(text, r"(?i)^[-+]?([0-9.]|inf(inity)?$)", text)


def _comma(text: "ir.StringValue") -> "ir.Value":
    plain = text.replace(".", "").replace(",", ".")
    return _decimal(text, r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$", plain)


def _money(text: "ir.StringValue") -> "ir.Value":
    plain = text.re_replace(r"^([-+]?)\s*[$€£¥￥]\s*", r"\1").replace(",", "")
    return _decimal(text, r"^[-+]?\s*[$€£¥￥]?\s*(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$", plain)


@cache
def read_forms() -> Mapping[str, Form]:
    """The ways to read a text value, by name, best first."""
    money = Words("signs of money and commas between thousands were dropped", "去掉了货币符号和千分位逗号")
    return {
        "whole": Form("BIGINT", _whole),
        "number": Form("DOUBLE", _number),
        "money": Form("DOUBLE", _money, money),
        "comma": Form("DOUBLE", _comma, Words("the comma was read as decimal point", "逗号按小数点读取")),
        "time": Form("TIMESTAMP", dates.reader(dates.CLEAR)),
        "month": Form("TIMESTAMP", dates.reader(dates.MONTH_FIRST), dates.MONTH),
        "day": Form("TIMESTAMP", dates.reader(dates.DAY_FIRST), dates.DAY),
        "text": Form("VARCHAR", lambda text: text),
    }


def _counts(
    expr: "ir.Table", spread: "ir.Table", tidy: "Mapping[str, ir.StringColumn]", forms: Mapping[str, Form]
) -> dict[str, dict[str, int]]:
    """For each column, how many values each form reads; under `text`, how many there are.

    The rows `spread` over the table are tried first.  What reads none of them counts as reading none; where one form
    reads all of them and then all rows, worse forms are not tried.
    """
    sampled = _read_by(spread, tidy, {name: list(forms) for name in tidy}, forms)
    best = {name: _fits(counts)[0] for name, counts in sampled.items()}
    first = {name: [*(key for key in (best[name], _BESIDE.get(best[name])) if key), "text"] for name in tidy}
    counts = _read_by(expr, tidy, first, forms)
    left = {
        name: [key for key in forms if key not in first[name] and (sampled[name][key] or not sampled[name]["text"])]
        for name in tidy
        if best[name] == "text" or counts[name][best[name]] < counts[name]["text"]
    }
    rest = _read_by(expr, tidy, left, forms)
    return {name: dict.fromkeys(forms, 0) | counts[name] | rest.get(name, {}) for name in tidy}


def _read_by(
    expr: "ir.Table",
    tidy: "Mapping[str, ir.StringColumn]",
    asked: Mapping[str, Sequence[str]],
    forms: Mapping[str, Form],
) -> dict[str, dict[str, int]]:
    """For each column of `asked`, how many values each form named there reads."""
    at = {f"{place}:{key}": (name, key) for place, (name, keys) in enumerate(asked.items()) for key in keys}
    if not at:
        return {}
    counted = {alias: forms[key].read(tidy[name]).count() for alias, (name, key) in at.items()}
    found = expr.aggregate(**counted).to_pyarrow().to_pylist()[0]
    many: dict[str, dict[str, int]] = {name: {} for name in asked}
    for alias, (name, key) in at.items():
        many[name][key] = int(found[alias])
    return many


def _fits(counts: Mapping[str, int]) -> list[str]:
    """The forms that read every value, best first; `text` always does."""
    return [key for key, many in counts.items() if counts["text"] and many == counts["text"]] or ["text"]


def _assumed(told: Told, form: Form) -> list[Words]:
    """What a person should check about the way a column was read."""
    fits, seen = _fits(told.counts), told.seen
    if form.type == "VARCHAR":
        return _nearly(told)
    if fits[0] == "month" and "day" in fits:
        return [dates.EITHER, *dates.mixed(seen, dates.MONTH_FIRST)]
    if fits[0] == "money" and "comma" in fits:
        return [
            Words("commas were read as marks between thousands, not as decimal commas", "逗号按千分位读取，而非小数点")
        ]
    said = [form.assumed] if form.assumed else []
    formats = {"time": dates.CLEAR, "month": dates.MONTH_FIRST, "day": dates.DAY_FIRST}.get(fits[0])
    return [*said, *dates.mixed(seen, formats)] if formats else said


def _nearly(told: Told) -> list[Words]:
    """A note where most values of a text column read as numbers or as dates, with one that does not."""
    seen, counts, text = told.seen, told.counts, told.seen.text
    total, forms = counts["text"], read_forms()
    if total and dates.orders_clash(seen, counts):
        return [dates.CLASH]
    if long := seen.total(text.re_search(_LONG)) if told.long is None else told.long:
        return [
            Words(
                f"kept as text, since {long:,} whole numbers have more digits than a number can keep",
                f"保留为文本：{long:,} 个整数的位数超出数值可保留的范围",
            )
        ]
    best = max((key for key in forms if key != "text"), key=lambda key: counts[key])
    if not total or not _NEARLY * total <= counts[best] < total:
        return []
    rest = total - counts[best]
    odd = seen.rows.filter(text.notnull() & forms[best].read(text).isnull()).select(v=text.substr(0, 40)).limit(1)
    example = odd.to_pyarrow().column("v").to_pylist()[0]
    en, zh = ("dates", "日期") if forms[best].type == "TIMESTAMP" else ("numbers", "数字")
    return [
        Words(
            f"kept as text, since {rest:,} of {total:,} values are not {en} (such as {example!r})",
            f"保留为文本：{total:,} 个值中有 {rest:,} 个不是{zh}（如「{example}」）",
        )
    ]


def type_name(kind: "dt.DataType") -> str:
    """DuckDB's name of a type: all whole numbers are BIGINT, all others DOUBLE."""
    if kind.is_integer():
        return "BIGINT"
    if kind.is_numeric():
        return "DOUBLE"
    if kind.is_array() and kind.value_type.is_string():
        return TEXTS
    tests = {"VARCHAR": kind.is_string(), "BOOLEAN": kind.is_boolean()}
    tests |= {"DATE": kind.is_date(), "TIMESTAMP": kind.is_timestamp()}
    return next((type_ for type_, fits in tests.items() if fits), str(kind).upper())
