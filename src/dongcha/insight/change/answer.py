"""What `explain_change` gives.

Knows what an explanation is.  Knows nothing of how it is found, worded or drawn.
"""

from dataclasses import dataclass

from dongcha.core.words import Words
from dongcha.insight.change.question import Question
from dongcha.insight.change.sums import Key
from dongcha.insight.insight import Evidence, Insight, Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One value of a dimension, or one of each of two, on both sides.

    `contribution` is `volume` + `rate`; the contributions of a breakdown add up to the difference.  `share` is its part
    of the difference (1 is all; None where that is 0), `size` its part of the rows, of a sum of the amounts (0..1).
    """

    key: tuple[Key, ...]
    rows_before: int
    rows_after: int
    before: float | None  # the figure of the segment alone; None for the mean or rate of no rows
    after: float | None
    volume: float
    rate: float
    contribution: float
    low: float  # 95 % interval of the contribution
    high: float
    share: float | None
    size: float
    surprise: float  # bits
    p_value: float  # that it contributes, and otherwise than its size explains
    q_value: float  # Benjamini-Hochberg over all segments of all breakdowns
    tested: bool  # False where it has too few rows; its p-value is then 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The segments of a dimension or pair; `chosen` are the places of the fewest that explain the part asked for."""

    dimensions: tuple[str, ...]
    segments: tuple[Segment, ...]
    chosen: tuple[int, ...]
    explained: float  # part of the difference that the chosen segments hold, 1 is all
    reached: bool  # whether that is the part asked for
    score: float  # how well the chosen segments that are beyond chance tell; 0 where none is
    plain: float  # the same of the chosen segments that are large enough to be tested

    @property
    def named(self) -> tuple[Segment, ...]:
        """The chosen segments, the largest part first."""
        return tuple(self.segments[at] for at in self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The figure on one side: `days` of it that the data covers, 1 for a group; `known` rows have the amount."""

    value: float
    rows: int
    known: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A difference, decomposed.

    `findings` are the breakdowns that tell it best, each with its evidence; where no segment is beyond chance, the one
    that comes nearest, with a q-value of 1.  `breakdowns` are all that were tried, the best first.  `volume` and `rate`
    add up to `difference`: of a count all is volume, of a sum they are those of the whole, of a mean or rate those of
    the first finding, where the volume is the mix.
    """

    question: Question
    before: Total
    after: Total
    difference: float
    low: float | None  # 95 % interval
    high: float | None
    test: str
    p_value: float
    volume: float
    rate: float
    breakdowns: tuple[Breakdown, ...]
    tested: int
    evidence: Evidence
    findings: tuple[Insight, ...] = ()
    caveats: tuple[Words, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    sentences: tuple[Words, ...] = ()

    @property
    def within_chance(self) -> bool:
        """Whether a difference of this size is to be expected where nothing has changed."""
        return self.p_value > 0.05

    @property
    def per_day(self) -> tuple[float, float] | None:
        """Both sides by day, of counts and sums over periods; None where that says nothing."""
        if not self.question.timed or self.question.figure.aggregation not in ("count", "sum"):
            return None
        return self.before.value / self.before.days, self.after.value / self.after.days
