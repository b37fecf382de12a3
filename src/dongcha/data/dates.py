"""The formats in which dates are read, and what reading them assumes.

Knows text dates.  A year has four digits, or two between slashes; else `1.2.3` would be a day of the year 1.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, cast

from dongcha.core.words import Words
from dongcha.data.engine import engine, from_arrow
from dongcha.data.seen import Seen

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
_CHINESE = ("%Y年%m月%d日", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M")
_MINUTES = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M", "%Y.%m.%d")
_PARTS = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
_MONTH = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m-%d-%Y")
_DAY = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d-%m-%Y")
CLEAR = (*_ISO, *_CHINESE, *_MINUTES, *_PARTS, *_NAMED)
MONTH_FIRST = (*CLEAR, *_MONTH, "%m/%d/%y", "%m/%d/%y %H:%M")
DAY_FIRST = (*CLEAR, *_DAY, "%d/%m/%y", "%d/%m/%y %H:%M")

NANOSECONDS = r"^(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}\.\d{6})\d{1,3}$"

MONTH = Words("dates were read as month/day/year", "日期按「月/日/年」读取")
DAY = Words("dates were read as day/month/year", "日期按「日/月/年」读取")
EITHER = Words(
    "dates were read as month/day/year; they fit day/month/year as well, so check the order",
    "日期按「月/日/年」读取；按「日/月/年」也读得通，请核对顺序",
)
CLASH = Words(
    "kept as text: some dates fit only day/month/year, others only month/day/year",
    "保留为文本：有的日期只能按「日/月/年」读，有的只能按「月/日/年」读",
)


@cache
def _try_strptime() -> "Callable[[ir.StringValue, Sequence[str]], ir.Value]":
    import ibis
    from ibis.expr import datatypes as dt

    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def try_strptime(text: str, formats: dt.Array(dt.string)) -> dt.Timestamp():  # type: ignore[valid-type]
        """DuckDB's own function."""

    return cast("Callable[[ir.StringValue, Sequence[str]], ir.Value]", try_strptime)


def reader(formats: Sequence[str]) -> "Callable[[ir.StringValue], ir.Value]":
    """What turns text into a time by the first of `formats` that fits, and into a missing value where none does."""
    import ibis

    try_strptime = _try_strptime()
    full = [form for form in formats if "%Y" in form]
    short = [form for form in formats if "%y" in form]

    def kept(text: "ir.StringValue") -> "ir.StringValue":
        """The text without the digits of a second that the engine does not keep: pandas writes nine."""
        return text.re_replace(NANOSECONDS, r"\1") if any("%f" in form for form in full) else text

    def read(text: "ir.StringValue") -> "ir.Value":
        found = ibis.ifelse(text.re_search(r"\d{4}"), try_strptime(kept(text), full), None) if full else None
        brief = ibis.ifelse(text.re_search(r"/\d{2}( |$)"), try_strptime(text, short), None) if short else None
        return cast("ir.Value", brief if found is None else found if brief is None else ibis.coalesce(found, brief))

    return read


def orders_clash(seen: Seen, counts: Mapping[str, int]) -> bool:
    """Whether every value is a date in one order or the other, while no single order reads them all."""
    if min(counts["month"], counts["day"]) <= counts["time"]:
        return False
    some = reader(MONTH_FIRST)(seen.text).notnull() | reader(DAY_FIRST)(seen.text).notnull()
    return seen.total(some) == counts["text"]


def mixed(seen: Seen, formats: Sequence[str]) -> list[Words]:
    """A note that names the formats of a column which has more than one."""
    import ibis

    text = seen.text
    present = seen.rows.filter(text.notnull())
    texts = present.select(v=text).limit(1).to_pyarrow().column("v").to_pylist()
    one = _first(texts[0], formats) if texts else None
    if one and not present.filter(reader([one])(text).isnull()).limit(1).count().to_pyarrow().as_py():
        return []
    taken = ibis.cases(*((reader([form])(text).notnull(), form) for form in formats))
    weighed = present.select(form=taken, many=ibis.literal(1) if seen.many is None else seen.many)
    counts = weighed.group_by("form").agg(many=weighed.many.sum()).order_by(ibis.desc("many"))
    found = {row["form"]: row["many"] for row in counts.to_pyarrow().to_pylist() if row["form"]}
    if len(found) < 2:
        return []
    listed = ", ".join(f"{form} ({many:,})" for form, many in found.items())
    return [Words(f"dates come in {len(found)} formats: {listed}", f"日期有 {len(found)} 种格式：{listed}")]


def _first(text: str, formats: Sequence[str]) -> str | None:
    """The first of `formats` that reads the text; None where none does.

    Found by halving, since the engine plans an expression of every single format for longer than it asks a few times.
    """
    import pyarrow as pa

    row = from_arrow(pa.table({"text": [text]}))

    def reads(most: int) -> bool:
        return bool(row.select(found=reader(formats[:most])(row.text).notnull()).to_pyarrow().column(0)[0].as_py())

    none, some = 0, 1  # the first `none` formats do not read it
    while some < len(formats) and not reads(some):
        none, some = some, 2 * some
    some = min(some, len(formats))
    while some - none > 1:
        middle = (none + some) // 2
        none, some = (none, middle) if reads(middle) else (middle, some)
    found = formats[none] if reads(some) else None
    engine().drop_table(row.op().name)
    return found
