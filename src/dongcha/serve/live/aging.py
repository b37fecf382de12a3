"""What is old enough to be forgotten, by a clock that may be wrong.

A clock that is years ahead, because it was set so or because a machine began without one, would make everything old at
once, and what was forgotten does not come back.  A clock that has jumped is therefore not believed for a day, in which
somebody can set it right.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LOG = logging.getLogger("dongcha.serve")
JUMP = timedelta(hours=1)  # that a clock may be away from the time that has passed
GAP = timedelta(days=7)  # that a service may have been off, before its clock is doubted
DOUBT_S = 24 * 3600.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Aging:
    """How old what is kept may be; `newest` is the newest moment that was kept before (ISO, UTC), empty for none.

    It is asked for before anything is written: what is written now has the time of a clock that may be wrong.  `wall`
    may jump, `steady` counts the seconds that pass.
    """

    keep: timedelta
    newest: str
    wall: Callable[[], datetime] = _now
    steady: Callable[[], float] = time.monotonic
    _seen: tuple[datetime, float] | None = None
    _doubted_until: float = float("-inf")

    def before(self) -> datetime | None:
        """What is older than this may go; None while the clock is not believed."""
        now, steady = self.wall(), self.steady()
        if self._jumped(now, steady):
            self._doubted_until = steady + DOUBT_S
            LOG.warning("the clock has jumped; nothing is forgotten for a day", extra={"clock": now.isoformat()})
        self._seen = (now, steady)
        return None if steady < self._doubted_until else now - self.keep

    def _jumped(self, now: datetime, steady: float) -> bool:
        if self._seen is not None:
            passed = timedelta(seconds=steady - self._seen[1])
            return abs(now - self._seen[0] - passed) > JUMP
        return bool(self.newest) and now - _moment(self.newest) > GAP


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
