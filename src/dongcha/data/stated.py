"""Hold a column in the type that a stated role needs.

Knows roles and types.  What does not read as the role asks becomes missing, and a note says how much.
"""

from typing import TYPE_CHECKING, cast

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.cells import is_words
from dongcha.data.engine import served
from dongcha.data.schema import Role
from dongcha.data.types import present, read_forms

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WHOLE = 1e15  # beyond it floats are written with a power of ten
_ASKED = {Role.MEASURE: Words("numbers", "数字"), Role.TIME: Words("dates", "日期")}
_FORMS = {Role.MEASURE: ("number", "money", "comma"), Role.TIME: ("time", "month", "day")}


def fitted(expr: "ir.Table", name: str, role: Role) -> "tuple[ir.Value, str, list[Words]] | None":
    """The column for `role`, its DuckDB type and what was assumed; None where it can stay as it is.

    Raises `DataError` where no value of it can be what the role asks for.
    """
    column = expr[name]
    kind = column.type()
    if role in (Role.TEXT, Role.IMAGE, Role.AUDIO):
        fits = kind.is_string() or is_words(kind) or kind.is_binary()
        return None if fits else (column.cast("string"), "VARCHAR", [])
    if role in (Role.CATEGORY, Role.LABEL) and kind.is_floating() and served(expr):
        return _worded(cast("ir.FloatingColumn", column)), "VARCHAR", []
    if role not in _ASKED or (kind.is_numeric() if role is Role.MEASURE else kind.is_timestamp() or kind.is_date()):
        return None
    if role is Role.MEASURE and kind.is_boolean():
        return column.cast("int64"), "BIGINT", []
    if kind.is_string() and served(expr):
        raise DataError(
            f"column {name!r} cannot be a {role}: it is text in its database; read a view that casts it to "
            f"{'a number' if role is Role.MEASURE else 'a date'}"
        )
    if kind.is_string():
        return _read(expr, name, role)
    raise DataError(f"column {name!r} cannot be a {role}: it holds no {_ASKED[role].en}; state another role")


def _worded(number: "ir.FloatingColumn") -> "ir.Value":
    """A float as a text, whole ones with `.0`, which not every database writes."""
    import ibis

    whole = (number == number.floor()) & (number.abs() < _WHOLE)
    return cast("ir.Value", ibis.ifelse(whole, number.cast("int64").cast("string") + ".0", number.cast("string")))


def _read(expr: "ir.Table", name: str, role: Role) -> "tuple[ir.Value, str, list[Words]]":
    text = present(cast("ir.StringColumn", expr[name]))
    forms = {key: form for key, form in read_forms().items() if key in _FORMS[role]}
    tried = {key: form.read(text).count() for key, form in forms.items()}
    found = expr.aggregate(total=text.count(), **tried).to_pyarrow().to_pylist()[0]
    best = max(forms, key=lambda key: int(found[key]))
    asked = _ASKED[role]
    if not found[best]:
        raise DataError(f"column {name!r} cannot be a {role}: none of its values are {asked.en}; state another role")
    notes = [said for said in (forms[best].assumed,) if said]
    if rest := found["total"] - found[best]:
        notes.append(
            Words(
                f"{rest:,} of {found['total']:,} values are not {asked.en}, read as missing",
                f"{found['total']:,} 个值中有 {rest:,} 个不是{asked.zh}，按缺失处理",
            )
        )
    return forms[best].read(text), forms[best].type, notes
