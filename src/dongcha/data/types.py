"""Find the type of columns that were read as text, from all their rows, and convert them.

Knows text values.  Knows nothing of files or roles.  A column becomes a number or a time only where every value that is
not missing reads as one, so that no value is lost; what had to be assumed is returned as notes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dongcha.core.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "--", "#n/a", "缺失", "无", "空", "暂无")
"""Values, in lower case, that stand for a missing one."""

_ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
_CHINESE = ("%Y年%m月%d日", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M")
_MINUTES = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S.%f")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
CLEAR = (*_ISO, *_CHINESE, *_MINUTES, *_NAMED)
DAY_FIRST = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d-%m-%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m-%d-%Y")


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
    forms = _forms()
    tidy = {name: present(cast("ir.StringColumn", expr[name])) for name in names}
    chosen = {name: forms[key] for name, key in _choose(expr, tidy, forms).items()}
    converted = expr.mutate(**{name: form.read(tidy[name]) for name, form in chosen.items()})
    notes = [
        Words(f"Column {name!r}: {form.assumed.en}", f"列「{name}」：{form.assumed.zh}")
        for name, form in chosen.items()
        if form.assumed
    ]
    return converted, {name: form.type for name, form in chosen.items()}, notes


def present(text: "ir.StringColumn") -> "ir.StringColumn":
    """The text without outer blanks, and missing where it stands for a missing value."""
    import ibis

    bare = text.strip()
    return cast("ir.StringColumn", ibis.ifelse(bare.lower().isin(MISSING), None, bare))


def _times(*formats: str) -> "Callable[[ir.StringValue], ir.Value]":
    import ibis
    from ibis.expr import datatypes as dt

    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def try_strptime(text: str, formats: dt.Array(dt.string)) -> dt.Timestamp():  # type: ignore[valid-type]
        """DuckDB's own function."""

    return lambda text: cast("ir.Value", try_strptime(text, list(formats)))


def _decimal(text: "ir.StringValue", pattern: str, plain: "ir.StringValue") -> "ir.Value":
    import ibis

    # A leading zero marks a code (postcode, account), which is not a number.
    ok = text.re_search(pattern) & ~text.re_search(r"^[-+]?0\d")
    return cast("ir.Value", ibis.ifelse(ok, plain.try_cast("float64"), None))


def _whole(text: "ir.StringValue") -> "ir.Value":
    import ibis

    return cast("ir.Value", ibis.ifelse(text.re_search(r"^[-+]?(0|[1-9]\d*)$"), text.try_cast("int64"), None))


def _number(text: "ir.StringValue") -> "ir.Value":
    return _decimal(text, r"^[-+]?[0-9.]", text)


def _comma(text: "ir.StringValue") -> "ir.Value":
    plain = text.replace(".", "").replace(",", ".")
    return _decimal(text, r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$", plain)


def _money(text: "ir.StringValue") -> "ir.Value":
    plain = text.re_replace(r"^([-+]?)\s*[$€£¥￥]\s*", r"\1").replace(",", "")
    return _decimal(text, r"^[-+]?\s*[$€£¥￥]?\s*(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$", plain)


def _forms() -> dict[str, Form]:
    day = Words("dates were read as day/month/year", "日期按「日/月/年」读取")
    month = Words("dates were read as month/day/year", "日期按「月/日/年」读取")
    return {
        "whole": Form("BIGINT", _whole),
        "number": Form("DOUBLE", _number),
        "money": Form("DOUBLE", _money, Words("signs of money and commas were dropped", "去掉了货币符号和千分位逗号")),
        "comma": Form("DOUBLE", _comma, Words("the comma was read as decimal point", "逗号按小数点读取")),
        "time": Form("TIMESTAMP", _times(*CLEAR)),
        "month": Form("TIMESTAMP", _times(*CLEAR, *MONTH_FIRST), month),
        "day": Form("TIMESTAMP", _times(*CLEAR, *DAY_FIRST), day),
        "text": Form("VARCHAR", lambda text: text),
    }


def _choose(expr: "ir.Table", tidy: "Mapping[str, ir.StringColumn]", forms: Mapping[str, Form]) -> dict[str, str]:
    counted = {}
    for at, text in enumerate(tidy.values()):
        counted[f"{at}:all"] = text.count()
        counted |= {f"{at}:{key}": form.read(text).count() for key, form in forms.items() if key != "text"}
    counts = expr.aggregate(**counted).to_pyarrow().to_pylist()[0]
    found = {}
    for at, name in enumerate(tidy):
        total = counts[f"{at}:all"]
        fits = [key for key in forms if key != "text" and total and counts[f"{at}:{key}"] == total]
        found[name] = fits[0] if fits else "text"
    return found
