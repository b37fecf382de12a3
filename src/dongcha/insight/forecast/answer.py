"""What `forecast` gives.

Knows what a forecast is.  Knows nothing of how it is made, worded or drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dongcha.core.words import Words
from dongcha.insight.insight import Evidence, Subject


@dataclass(frozen=True, slots=True)
class Ahead:
    """A period to come, from `start` to `end` (exclusive): the forecast and its interval."""

    start: date
    end: date
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A method of the race: its mean absolute scaled error in the backtest (Hyndman & Koehler 2006), 1 is naive."""

    method: str
    mase: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The next periods of a series.  `evidence` is the history and the query that gives it.

    `mase` and `coverage` are progressive: each forecast of the backtest was chosen, and its interval made, by what was
    known by then.  `coverage` is of the interval before it was made `widened` times as wide (1 is not at all); None
    where the history is too short to see it.
    """

    subject: Subject
    level: float
    season: int  # periods of the season that methods may use, 1 is none
    complete: int  # periods that it was learned from
    ahead: tuple[Ahead, ...]
    method: str
    tried: tuple[Tried, ...]  # the best first
    baseline: str  # the simplest method of the race that fits: naive, or seasonal naive where there is a season
    mase: float
    mase_baseline: float  # of the baseline, on the same forecasts as `mase`
    coverage: float | None  # 0..1
    checked: int  # forecasts that the coverage was seen on
    origins: int
    widened: float
    evidence: Evidence
    caveats: tuple[Words, ...] = ()
    sentences: tuple[Words, ...] = ()
    chart: Mapping[str, object] = field(default_factory=dict)  # Vega-Lite
