"""How a number, a share, a ratio or a period is written, in both languages.

Knows digits and calendars.  Knows nothing of insights.
"""

import math
import re
from datetime import date

from dongcha.core.words import Lang, Words

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?![\d.])")


def number(value: float, digits: int = 4) -> str:
    """A measure with about four significant digits and thousands separated.

    >>> number(1234), number(1234567.8), number(12.345), number(0.012345), number(-3.0)
    ('1,234', '1,234,568', '12.35', '0.01235', '-3')
    """
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.3e}"
    if value == int(value):
        return f"{int(value):,}"
    places = digits - 1 - math.floor(math.log10(size))
    return _trimmed(f"{value:,.{min(max(places, 0), 8)}f}")


def percent(value: float) -> str:
    """A share (1 is all) in per cent; never rounds what is not nothing to 0 % or what is not all to 100 %.

    >>> percent(0.1234), percent(0.5), percent(0.99996), percent(0.0004), percent(0.0), percent(1)
    ('12.3%', '50%', '99.996%', '0.040%', '0%', '100%')
    """
    if not math.isfinite(value):
        return str(value)
    hundred = value * 100
    places = 1 if abs(hundred) < 1000 else 0
    if hundred and abs(hundred) < 1:
        places = min(1 - math.floor(math.log10(abs(hundred))), 8)
    elif hundred < 100:
        places = max(places, min(-math.floor(math.log10(100 - hundred)), 8))
    if abs(hundred - round(hundred)) < 1e-9:
        places = 0
    return f"{hundred:,.{places}f}%"


def times(value: float) -> str:
    """A ratio with two significant digits, whole from 10.

    >>> times(2.44), times(12.6), times(0.163), times(3.0)
    ('2.4', '13', '0.16', '3')
    """
    if not math.isfinite(value) or value == 0:
        return number(value)
    size = abs(value)
    places = 0 if size >= 9.95 else 1 if size >= 0.995 else min(1 - math.floor(math.log10(size)), 8)
    return _trimmed(f"{value:,.{places}f}")


def p_value(value: float) -> str:
    """A p-value as papers write it.

    >>> p_value(0.0213), p_value(3e-9), p_value(0.5)
    ('0.021', '< 0.0001', '0.50')
    """
    if value < 1e-4:
        return "< 0.0001"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def day_of(text: object) -> date | None:
    """The first day of a period written as `2023`, `2023-05`, `2023-05-01` or a timestamp; None if it is none.

    >>> day_of("2023-05"), day_of("2023-05-12T00:00:00"), day_of("Texas")
    (datetime.date(2023, 5, 1), datetime.date(2023, 5, 12), None)
    """
    found = _DATE.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def period(text: object, grain: str | None) -> Words:
    """A period as people write it, at the grain `day`, `week`, `month`, `quarter` or `year`.

    >>> period("2023-05-01", "month")
    Words(en='May 2023', zh='2023年5月')
    >>> period("2023-04-01", "quarter").en, period("2023-05-01", "week").zh
    ('Q2 2023', '2023年5月1日当周')
    """
    day = day_of(text)
    if day is None:
        return Words(str(text), str(text))
    month, full = MONTHS[day.month - 1], f"{day.year}年{day.month}月{day.day}日"
    quarter = (day.month + 2) // 3
    written = {
        "year": Words(f"{day.year}", f"{day.year}年"),
        "quarter": Words(f"Q{quarter} {day.year}", f"{day.year}年第{quarter}季度"),
        "month": Words(f"{month} {day.year}", f"{day.year}年{day.month}月"),
        "week": Words(f"the week of {day.day} {month} {day.year}", f"{full}当周"),
    }
    return written.get(grain or "", Words(f"{day.day} {month} {day.year}", full))


def counted(count: int, lang: Lang, one: str, many: str, zh: str) -> str:
    """A count with its noun: `counted(2, "en", "row", "rows", "条记录")` is `2 rows`."""
    return f"{number(count)} {zh}" if lang == "zh" else f"{number(count)} {one if count == 1 else many}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
