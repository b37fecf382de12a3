"""A stricter match than ROUGE: does a finding say the same of the same things as a truth?

A finding and a truth match if all of this holds:

- measure: both are about rows (counts and rates of a category), about durations, or about the same column;
- breakdown: the values that the truth names are those of the finding's group, subset or category, no fewer and no more;
  a truth that names no value has a column in common with the finding, or both are about time alone;
- time: both are over time, or neither;
- direction: both higher or rising, both lower or falling, or both even, flat or absent.

A finding says these in its fields.  A truth's are read by general means out of its text, and the names (not the
descriptions) of its plot's axes: a column is named where all words of its name stand there (plural or not); a value
where it stands there as a whole; words of time, duration, direction and evenness are the lists below.  A truth without
words, or in which neither a column nor a value nor time is named, can match nothing; both count as missed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from insight_tasks import Truth

from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.insight import Insight

ROWS, DURATION = "rows", "a duration"
UP = "higher highest more most increase increases increased increasing rise rises rising longest longer greater"
DOWN = (
    "lower lowest fewer fewest less least decrease decreases decreased decreasing fall falls falling shorter shortest"
)
EVEN = "no not none uniform uniformly equal equally even evenly stable proportional consistent similar constant flat"
TIME = "time trend trends month months monthly quarter quarterly period season seasonal weekly daily yearly dates"
LONG = re.compile(r"\b(duration|how long|time to \w+|(?:resolution|processing|completion|response|handling) times?)\b")
MOST_VALUES = 400


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence is about: direction 1, -1, 0 for even, None where it does not say."""

    measure: str
    columns: frozenset[str]
    values: frozenset[str]
    over_time: bool
    direction: int | None


class Matcher:
    """Truths and findings about one table."""

    def __init__(self, table: Table) -> None:
        frame = table.to_pandas()
        self.times = {column.name for column in table.schema.of(Role.TIME)}
        self.measures = {column.name for column in table.schema.of(Role.MEASURE)}
        self.columns = {name: _words(name) for name in frame.columns}
        self.values = _values(frame, [column.name for column in table.schema.of(Role.CATEGORY, Role.LABEL)])

    def truth(self, truth: Truth) -> Said:
        """What a truth is about."""
        axes = [axis.get("name", "") for axis in map(truth.plot.get, ("x_axis", "y_axis")) if isinstance(axis, Mapping)]
        whole = f"{truth.text} . {' . '.join(map(str, axes))}".lower()
        lasting = bool(LONG.search(whole))
        words = _words(LONG.sub(" ", whole))
        named = {name for name, parts in self.columns.items() if parts and parts <= words}
        measure = next(iter(sorted(named & self.measures)), ROWS)
        values = {value for value in self.values if re.search(rf"\b{re.escape(value)}\b", truth.text.lower())}
        return Said(
            DURATION if lasting else measure,
            frozenset(named - self.times - {measure}),
            frozenset(values),
            bool(words & _words(TIME)),
            _direction(truth.text),
        )

    def finding(self, found: Insight) -> Said:
        """What a finding is about."""
        subject, counted = found.subject, found.subject.aggregation in ("count", "rate", "share")
        columns = {*subject.breakdown, *(part.column for part in subject.where)}
        if counted and subject.measure:
            columns.add(subject.measure)
        group = [found.facts.get("group"), *(found.facts.get(name) for name in subject.breakdown)]
        values = {
            str(v).lower() for v in (*group, subject.category, *(p.value for p in subject.where)) if v is not None
        }
        known = subject.measure in self.columns
        measure = ROWS if counted or not subject.measure else subject.measure if known else DURATION
        over_time = bool(subject.grain)
        effect = found.effect.value
        flat = found.pattern in ("evenness", "homogeneity", "no_trend", "no_correlation")
        return Said(
            measure,
            frozenset(columns - self.times),
            frozenset(values),
            over_time,
            0 if flat else 1 if effect > 0 else -1,
        )


def matches(truth: Said, found: Said) -> bool:
    """Whether the two are about the same measure, breakdown, subset and direction."""
    if truth.measure != found.measure or truth.over_time != found.over_time:
        return False
    if truth.direction is not None and truth.direction != found.direction:
        return False
    if truth.values:
        return truth.values == found.values
    if truth.columns:
        return bool(truth.columns & found.columns)
    return truth.over_time and not found.columns


def strict(truths: Sequence[Said], found: Sequence[Said]) -> tuple[float, float]:
    """Recall over the truths and precision over the findings, 0..1."""
    hit = [any(matches(truth, one) for one in found) for truth in truths]
    right = [any(matches(truth, one) for truth in truths) for one in found]
    return sum(hit) / max(len(hit), 1), sum(right) / max(len(right), 1)


def _direction(text: str) -> int | None:
    words = set(re.findall(r"[a-z]+", text.lower()))
    for way, listed in ((0, EVEN), (-1, DOWN), (1, UP)):
        if words & set(listed.split()):
            return way
    return None


def _words(text: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    return {_singular(word) for word in re.findall(r"[^\W_]+", spaced)}


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _values(frame: pd.DataFrame, names: Iterable[str]) -> set[str]:
    kept = [frame[name].dropna() for name in names if frame[name].nunique() <= MOST_VALUES]
    return {str(value).lower() for column in kept for value in column.unique() if len(str(value)) > 1}
