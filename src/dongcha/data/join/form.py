"""The forms in which two columns can be compared as keys: as they are, without letter case and blanks, as numbers.

Knows types of values.  The first form is the strictest.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dongcha.core.words import Words

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir

SAID = {
    "exact": Words("", ""),
    "folded": Words("letter case and outer blanks do not count", "不计大小写和首尾空格"),
    "number": Words("compared as numbers: leading zeros do not count", "按数字比较，不计前导零"),
}
"""What a person should know of a form."""

_DIGITS = r"^0+(\d)"


@dataclass(frozen=True, slots=True)
class Form:
    """A way to compare; `left` and `right` are the types of the two columns' values."""

    name: str
    left: "dt.DataType"
    right: "dt.DataType"

    def of(self, value: "ir.Value") -> "ir.Value":
        """A value of either column in this form."""
        if self.left.is_temporal():
            return value.cast("timestamp(6)")
        if self.name == "exact" and not (self.left.is_floating() or self.right.is_floating()):
            return value
        if not (self.left.is_string() or self.right.is_string()):
            return _whole(value)
        if value.type().is_numeric():
            return _whole(value).cast("string")
        text = cast("ir.StringColumn", value).strip().lower()
        return text.re_replace(_DIGITS, r"\1") if self.name == "number" else text


def forms(left: "dt.DataType", right: "dt.DataType") -> tuple[Form, ...]:
    """The forms in which values of the two types can be compared, the strictest first; none where they cannot."""
    names: tuple[str, ...] = ()
    number = (left.is_numeric() and not left.is_boolean(), right.is_numeric() and not right.is_boolean())
    dates = all(kind.is_date() or kind.is_timestamp() for kind in (left, right))
    if all(number) or dates:
        names = ("exact",)
    elif left.is_string() and right.is_string():
        names = ("exact", "folded", "number")
    elif any(number) and (left.is_string() or right.is_string()):
        names = ("number",)
    return tuple(Form(name, left, right) for name in names)


def _whole(value: "ir.Value") -> "ir.Value":
    """A whole number; what is none, or has more digits than fit, is missing."""
    import ibis

    if not value.type().is_floating():
        return value
    number = cast("ir.FloatingColumn", value)
    return ibis.ifelse(number == number.floor(), number.try_cast("int64"), None)
