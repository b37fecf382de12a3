"""A stated span of time: a year, quarter, month, week or day, or a range of them, as people write it.

Knows calendars.  Knows nothing of tables.
"""

import datetime as dt
import re
from dataclasses import dataclass

from dongcha.core.errors import ConfigError

_FORMS = (
    ("year", re.compile(r"(?P<y>\d{4})年?")),
    ("quarter", re.compile(r"(?P<y>\d{4})(?:-?[Qq]|年第?)(?P<q>[1-4])(?:季度?)?")),
    ("week", re.compile(r"(?P<y>\d{4})-?[Ww](?P<w>\d{1,2})")),
    ("month", re.compile(r"(?P<y>\d{4})[-年](?P<m>\d{1,2})月?")),
    ("day", re.compile(r"(?P<y>\d{4})[-年](?P<m>\d{1,2})[-月](?P<d>\d{1,2})日?")),
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
RANGE = ".."


@dataclass(frozen=True, slots=True)
class Span:
    """From the day `start` to the day before `end`; `grain` is None where it is no single period."""

    start: dt.date
    end: dt.date
    grain: str | None
    text: str

    @property
    def last(self) -> dt.date:
        """The last day that belongs to it."""
        return self.end - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days


def span(text: str) -> Span:
    """The span that a text names; both ends of a range belong to it.

    Raises `ConfigError` for a text that names none.

    >>> span("2024-Q2").last, span("2024-05..2024-06").days, span("2024年5月").grain
    (datetime.date(2024, 6, 30), 61, 'month')
    """
    first, mark, last = (part.strip() for part in text.partition(RANGE))
    if not mark:
        return _one(first, text)
    one, two = _one(first, text), _one(last, text)
    if two.end <= one.start:
        raise ConfigError(f"the period {text!r} ends before it begins; write the earlier end first")
    return Span(one.start, two.end, None, text.strip())


def _one(piece: str, text: str) -> Span:
    for grain, form in _FORMS:
        found = form.fullmatch(piece)
        if found:
            parts = {name: int(value) for name, value in found.groupdict().items()}
            try:
                return Span(*_bounds(grain, parts), grain, piece)
            except (ValueError, OverflowError):
                break
    raise ConfigError(
        f"{text!r} is no period; write a year (2024), quarter (2024-Q2), month (2024-05), week (2024-W20) or day "
        f"(2024-05-17), or a range of them (2024-01{RANGE}2024-03)"
    )


def _bounds(grain: str, parts: dict[str, int]) -> tuple[dt.date, dt.date]:
    year = parts["y"]
    if grain == "week":
        start = dt.date.fromisocalendar(year, parts["w"], 1)
        return start, start + dt.timedelta(days=7)
    month = 3 * parts["q"] - 2 if grain == "quarter" else parts.get("m", 1)
    start = dt.date(year, month, parts.get("d", 1))
    if grain == "day":
        return start, start + dt.timedelta(days=1)
    months = year * 12 + month - 1 + _MONTHS[grain]
    return start, dt.date(months // 12, months % 12 + 1, 1)
