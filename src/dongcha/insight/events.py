"""One fact for one event: a day, and the week, month and quarter that it lies in, may all be odd because of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from dongcha.insight.cube import Cube
from dongcha.insight.insight import Cell, Subject
from dongcha.insight.timeline import Timeline

SURE = 0.05
"""P-value up to which a span of days counts as odd by itself, so that a longer one that holds it tells the same."""


@dataclass(frozen=True, slots=True)
class Events:
    """The odd spans of days seen so far, by what was counted; finer grains have to come first."""

    cube: Cube
    seen: dict[tuple[str | None, Cell], list[tuple[date, date]]] = field(default_factory=dict)

    def of_period(self, one: Timeline, at: int, p_value: float) -> tuple[object, ...]:
        """What a claim about the complete period `at` tells: the same as that of a finer one within it."""
        whole = [place for place, complete in enumerate(one.time.complete) if complete]
        return self.of_span(one.subject, (one.time.starts[whole[at]], one.time.ends[whole[at]]), p_value)

    def of_day(self, subject: Subject, day: date, p_value: float) -> tuple[object, ...]:
        """What a claim about a day tells."""
        return self.of_span(subject, (day, day + timedelta(days=1)), p_value)

    def of_span(self, subject: Subject, span: tuple[date, date], p_value: float) -> tuple[object, ...]:
        """The fact of an odd span of days, from its start to its end (exclusive)."""
        seen = self.seen.setdefault(self._key(subject), [])
        inside = [start for start, end in seen if start < span[1] and span[0] < end]
        if p_value <= SURE and not inside:
            seen.append(span)
        return ("time", *self._key(subject), "odd", min(inside, default=span[0]))

    def _key(self, subject: Subject) -> tuple[str | None, Cell]:
        """What was counted; of two answers each is the mirror of the other."""
        name = subject.measure
        answers = len(self.cube.counts[(name,)].keys) if name is not None else 0
        return name, None if answers == 2 else subject.category
