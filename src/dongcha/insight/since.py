"""What is new against an earlier telling: new, changed, gone.

Knows two lists of findings.  Knows nothing of where the earlier one was kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dongcha.core.words import Words
from dongcha.insight.fingerprint import Fingerprint
from dongcha.insight.insight import Effect, Insight, Mined
from dongcha.insight.remembered import NOTHING, Remembered

Status = Literal["new", "changed"]

MOVED = 0.5
"""Of an effect without interval: the part of it that it has to move by to have changed."""
LEAST_MOVED = 0.2


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finding as it was told then."""

    fingerprint: Fingerprint
    sentence: Words


@dataclass(frozen=True, slots=True)
class Telling:
    """What was told at the moment `at` (ISO 8601), and the effects of all that held then, by fact and subject."""

    at: str
    told: tuple[Earlier, ...]
    held: Mapping[str, Mapping[str, Effect]]


@dataclass(frozen=True, slots=True)
class News:
    """A finding that is new or has changed; `before` is how its fact was told then, where it was."""

    insight: Insight
    status: Status
    before: Words | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """What `mined` brings against the telling at `at` (None: nothing was told); `same` findings are as they were."""

    at: str | None
    news: tuple[News, ...]
    gone: tuple[Earlier, ...]
    same: int


def telling(mined: Mined, at: str) -> Telling:
    """What to remember of a list of findings."""
    held: dict[str, dict[str, Effect]] = {}
    for one in mined.held:
        known = Fingerprint.parsed(one.fingerprint)
        held.setdefault(known.fact, {}).setdefault(known.subject, one.effect)
    told = tuple(Earlier(Fingerprint.parsed(one.fingerprint), one.sentence) for one in mined.insights)
    return Telling(at, told, held)


def since(mined: Mined, then: Telling | None, remembered: Remembered = NOTHING) -> Since:
    """The findings that are new or changed since `then`, and what was told then and no longer holds.

    A finding is new where its fact did not hold then, or where it is about another period than the one told.  It has
    changed where its direction flipped, its effect left the earlier 95 % interval (an effect without one: moved by
    half), or its fact is told of another category or group.  What held and was not told is no news when it is.
    """
    if then is None:
        return Since(None, tuple(News(one, "new") for one in mined.insights), (), 0)
    told = {one.fingerprint.fact: one for one in then.told}
    found = [(one, _status(one, then, told)) for one in mined.insights]
    news = tuple(News(one, status, _before(one, told)) for one, status in found if status is not None)
    spoken = {Fingerprint.parsed(one.fingerprint).fact for one in mined.insights}
    spoken |= {mark.fingerprint.fact for mark in remembered.dismissed}
    now = telling(mined, "").held
    # What was not examined may still hold.
    asked = () if mined.left else then.told
    gone = tuple(one for one in asked if one.fingerprint.fact not in spoken and not _holds(one, then, now))
    return Since(then.at, news, gone, len(found) - len(news))


def _status(insight: Insight, then: Telling, told: Mapping[str, Earlier]) -> Status | None:
    own = Fingerprint.parsed(insight.fingerprint)
    held, earlier = then.held.get(own.fact), told.get(own.fact)
    if held is None:
        return "new"
    if own.dated and (earlier is None or not earlier.fingerprint.dated):
        return "new"
    if own.pin and earlier is not None and not own.meets(earlier.fingerprint):
        return "new" if insight.pattern in ("outlier", "driver") else "changed"
    before = held.get(own.subject)
    return "changed" if before is None or _moved(before, insight.effect) else None


def _holds(earlier: Earlier, then: Telling, now: Mapping[str, Mapping[str, Effect]]) -> bool:
    """Whether what was told then and is not told now still holds, the same way."""
    fact, subject = earlier.fingerprint.fact, earlier.fingerprint.subject
    before, after = (held.get(fact, {}).get(subject) for held in (then.held, now))
    return after is not None and (before is None or before.value * after.value >= 0)


def _moved(before: Effect, now: Effect) -> bool:
    """Whether the direction flipped or the effect is beyond what it was."""
    if before.value * now.value < 0:
        return True
    if before.name != now.name:
        return False
    if before.low is not None and before.high is not None:
        return not before.low <= now.value <= before.high
    return abs(now.value - before.value) > max(LEAST_MOVED, MOVED * abs(before.value))


def _before(insight: Insight, told: Mapping[str, Earlier]) -> Words | None:
    earlier = told.get(Fingerprint.parsed(insight.fingerprint).fact)
    return earlier.sentence if earlier else None
