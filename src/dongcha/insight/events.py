"""One fact for one event: a week, the month and the quarter that it lies in may all be odd because of it."""

from dataclasses import dataclass, field
from datetime import date

from dongcha.insight.insight import Cell
from dongcha.insight.timeline import Timeline

Key = tuple[str | None, Cell]

SURE = 0.05
"""P-value up to which a period counts as odd by itself, so that a longer one that holds it tells the same."""


@dataclass(frozen=True, slots=True)
class Events:
    """The odd periods seen so far, by what was counted; finer grains come first."""

    seen: dict[Key, list[tuple[date, date]]] = field(default_factory=dict)

    def fact(self, one: Timeline, at: int, p_value: float) -> tuple[object, ...]:
        """What a claim about the complete period `at` tells: the same as that of a finer one within it."""
        whole = [place for place, complete in enumerate(one.time.complete) if complete]
        start, end = one.time.starts[whole[at]], one.time.ends[whole[at]]
        return self.about((one.subject.measure, one.subject.category), (start, end), p_value)

    def about(self, key: Key, span: tuple[date, date], p_value: float) -> tuple[object, ...]:
        """The fact of an odd span of days, from its start to its end (exclusive)."""
        seen = self.seen.setdefault(key, [])
        inside = [start for start, end in seen if start < span[1] and span[0] < end]
        first = min(inside, default=span[0])
        if p_value <= SURE and not inside:
            seen.append(span)
        return ("time", *key, "odd", first.isoformat())
