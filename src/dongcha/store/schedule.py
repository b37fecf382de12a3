"""Schedules and hours as a person writes them: five fields of cron, `every 7 days`, `22-6`.

Knows moments and the clock on the wall that each of them bears.  Asks no clock.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_EVERY = re.compile(r"every\s+(?:(\d{1,5})\s+)?(minute|hour|day|week)s?")
_HOURS = re.compile(r"(\d{1,2})\s*-\s*(\d{1,2})")
_FORM = "five fields of cron such as '0 3 * * 0', or 'every 7 days'"
_CYCLE_DAYS = 28 * 366  # days after which every date has fallen on every weekday
Fires = Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class Every:
    """A span of time after the last run."""

    text: str
    span: timedelta

    def due(self, since: datetime, now: datetime) -> datetime | None:
        """The first moment after `since` that it names and that `now` has reached; None where there is none."""
        return since + self.span if since + self.span <= now else None


@dataclass(frozen=True, slots=True)
class Cron:
    """Minutes of the clock on the wall; all five fields have to hold."""

    text: str
    day: Fires = field(repr=False, compare=False)
    minute: Fires = field(repr=False, compare=False)

    def due(self, since: datetime, now: datetime) -> datetime | None:
        """The newest minute in (since, now] that it names, as the wall of `now` shows it; None where there is none."""
        after, at = _wall(since), _wall(now).replace(second=0, microsecond=0)
        while at > after:
            if not self.day(at):
                at = at.replace(hour=0, minute=0) - timedelta(minutes=1)
            elif self.minute(at):
                return at.replace(tzinfo=now.tzinfo)
            else:
                at -= timedelta(minutes=1)
        return None


Schedule = Every | Cron


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day, the first included and the last not; they may go over midnight."""

    first: int
    last: int

    def holds(self, now: datetime) -> bool:
        """Whether the wall of `now` shows one of them."""
        if self.first < self.last:
            return self.first <= now.hour < self.last
        return now.hour >= self.first or now.hour < self.last


def schedule_of(text: str) -> Schedule:
    """The schedule that a person means; raises `ValueError` that says what is wrong and what is wanted.

    >>> schedule_of("every 7 days").span.days
    7
    """
    plain = " ".join(text.lower().split())
    if plain.startswith("every"):
        return _every(text, plain)
    fields = plain.split()
    if len(fields) != 5:
        raise ValueError(f"a schedule is {_FORM}; got {text!r}")
    return _cron(plain, fields)


def hours_of(text: str) -> Hours:
    """The hours that a person means; raises `ValueError`.

    >>> hours_of("22-6")
    Hours(first=22, last=6)
    """
    found = _HOURS.fullmatch(text.strip())
    first, last = (int(one) for one in found.groups()) if found else (0, 0)
    if first == last or first > 23 or last > 24:
        raise ValueError(f"hours are two of 0 to 24 such as 22-6 (from 22:00 to 6:00), got {text!r}")
    return Hours(first, last)


def _every(text: str, plain: str) -> Every:
    found = _EVERY.fullmatch(plain)
    number = int(found[1] or 1) if found else 0
    if not found or not number:
        raise ValueError(f"a schedule is {_FORM} (minutes, hours, days or weeks); got {text!r}")
    return Every(text, timedelta(**{f"{found[2]}s": number}))


def _cron(text: str, fields: list[str]) -> Cron:
    from huey import crontab

    minute, hour, day, month, weekday = fields
    try:
        days: Fires = crontab(day=day, month=month, day_of_week=weekday, strict=True)
        minutes: Fires = crontab(minute=minute, hour=hour, strict=True)
    except ValueError as error:
        raise ValueError(f"{text!r} is no schedule ({error}); wanted are {_FORM}") from None
    first = datetime(2000, 1, 1)
    if not any(days(first + timedelta(days=number)) for number in range(_CYCLE_DAYS)):
        raise ValueError(f"{text!r} names a day that never comes; wanted are {_FORM}")
    return Cron(text, days, minutes)


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
