"""What makes a finding the same one again: its fact, its subject, and which period or group it is about; no figure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dongcha.insight.claim import Claim
from dongcha.insight.insight import Cell

PINS = {
    "change_point": "period",
    "outlier": "period",
    "driver": "after_period",
    "majority": "group",
    "leader": "group",
}
"""By pattern or kind of fact: the fact that says which period or group it is about, where the claim leaves it open."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`fact`: what is told, however it is told; `subject`: how; `pin`: a period as `day/grain`, or a group as `=hash`.

    >>> str(Fingerprint.parsed("ab.cd.2023-05-01/month")), Fingerprint.parsed("ab.cd").pin
    ('ab.cd.2023-05-01/month', '')
    """

    fact: str
    subject: str
    pin: str = ""

    def __str__(self) -> str:
        return ".".join(filter(None, (self.fact, self.subject, self.pin)))

    @classmethod
    def parsed(cls, text: str) -> "Fingerprint":
        """The fingerprint that `str` wrote; raises `ValueError` for another text."""
        fact, subject, *pin = text.split(".", 2)
        return cls(fact, subject, *pin)

    @property
    def dated(self) -> bool:
        """Whether it is about one period."""
        return "/" in self.pin

    def meets(self, other: "Fingerprint") -> bool:
        """Whether both are about the same group, or about periods that share a day; also where neither has any."""
        if not (self.dated and other.dated):
            return self.pin == other.pin
        (one, one_end), (two, two_end) = _span(self.pin), _span(other.pin)
        return one < two_end and two < one_end


def fingerprint(claim: Claim, facts: Mapping[str, Cell] | None = None) -> Fingerprint:
    """The fingerprint of a claim; without the `facts` of its proof it has no pin."""
    subject = claim.subject
    where = sorted([part.column, str(part.value)] for part in subject.where)
    # The grain is left out: the same trend is best seen by week at one time and by month at another.
    about = [subject.measure, subject.aggregation, subject.category, list(subject.breakdown), where]
    # So is the day of an event: the pin tells the period.
    fact = [part for part in claim.fact if not isinstance(part, date)] or [claim.pattern, about]
    return Fingerprint(_hash(fact, 12), _hash([claim.pattern, about], 8), _pin(claim, facts or {}))


def pin_name(claim: Claim) -> str | None:
    """Which fact of its proof says what the claim is about; None where the claim says it all."""
    kind = str(claim.fact[0]) if claim.fact else ""
    return PINS.get(kind) or PINS.get(claim.pattern)


def _pin(claim: Claim, facts: Mapping[str, Cell]) -> str:
    name = pin_name(claim)
    value = facts.get(name) if name else None
    if value is None:
        return ""
    if name == "group":
        return f"={_hash(str(value), 8)}"
    try:
        return f"{date.fromisoformat(str(value)[:10])}/{claim.subject.grain or 'day'}"
    except ValueError:  # a group off the others, not a period
        return f"={_hash(str(value), 8)}"


def _span(pin: str) -> tuple[date, date]:
    """The first day, and the day after the last."""
    day, grain = pin.split("/", 1)
    start = date.fromisoformat(day)
    if grain in _MONTHS:
        total = start.month - 1 + _MONTHS[grain]
        return start, date(start.year + total // 12, total % 12 + 1, 1)
    return start, start + timedelta(days=_DAYS.get(grain, 1))


def _hash(value: object, size: int) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:size]
