"""The contract: subject + pattern + score + test + evidence.

Knows what an insight is.  Knows nothing of how it is found, worded or drawn.  Wording and charts are functions that
`mine` takes (`say`, `draw`), because they live in a higher room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dongcha.core.words import Words

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows in which `column` equals `value`."""

    column: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Subject:
    """What an insight is about: `aggregation` of `measure` by `breakdown` where all `where` hold.

    `measure` None means rows.  `aggregation` is `count`, `sum`, `mean`, `median`, `distinct` (number of different
    values), `distribution`, `share` (of all rows or of a sum, 0..1), `rate` (share of the rows whose column `measure`
    equals `category`, 0..1) or `said` (share of the texts in `measure` that say the phrase `category`, 0..1).  `grain`
    is `day`, `week`, `month`, `quarter` or `year` where the first breakdown is a time column.  `table`
    is the joined table whose rows are counted, None where it is the table that is mined.
    """

    measure: str | None
    aggregation: str
    breakdown: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    grain: str | None = None
    category: Cell = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """How large it is: a named effect size with the interval of `level` where the test gives one.

    `margin` is what an equivalence test takes for a difference of practical size, in units of the effect.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The query that proves it (against a view called `data`, or `data_NAME` of a joined table) and its rows.

    In another `dialect` than DuckDB's it runs in that database, against the table that was mined.  Every number
    that a sentence may say stands in `rows`; derived ones (shares, changes) are columns of the query.
    """

    sql: str
    rows: tuple[Mapping[str, Cell], ...]
    dialect: str = "duckdb"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase said more often in one group of texts than elsewhere; `z`: log-odds z-score, Monroe et al. 2008."""

    text: str
    inside: int  # texts of the group with it
    inside_rows: int
    outside: int
    outside_rows: int
    z: float
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """One tested regularity.  Frozen, JSON-serialisable, complete: who holds it can redraw and re-run it.

    `facts` names the cells of `evidence.rows` that a sentence needs; each value stands in a row.
    """

    pattern: str
    subject: Subject
    facts: Mapping[str, Cell]
    score: float
    test: str  # the name of the statistical test
    p_value: float
    q_value: float  # Benjamini-Hochberg over all that was tried
    effect: Effect
    share: float  # 0..1, the part of the whole that the subject concerns
    evidence: Evidence
    caveats: tuple[Words, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    stability: float | None = None  # 0..1, the part of the half-samples of the data in which it holds
    folded: int = 0  # near-repeats of the same fact that were folded into this one
    rank: int = 0
    sentence: Words = field(default_factory=lambda: Words("", ""))
    chart: Mapping[str, object] = field(default_factory=dict)  # Vega-Lite
    fingerprint: str = ""  # the same for the same finding in later data (`fingerprint.py`)


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that held, told or not: its fingerprint and its effect."""

    fingerprint: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Left:
    """What a budget did not suffice for: patterns not examined, those examined in part, and findings not proved.

    Patterns have the names under which they are registered.
    """

    untouched: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    unproved: int = 0

    def __bool__(self) -> bool:
        return bool(self.untouched or self.partly or self.unproved)


@dataclass(frozen=True, slots=True)
class Mined:
    """What `mine` gives: ranked claims, what was found even or flat, and how much was tried for each of the two.

    `set_aside` facts that hold are not told because a person dismissed them; `held` is all that holds, strongest first.
    `left` is what was not examined because the time was up: false discoveries are held over what was.
    """

    insights: tuple[Insight, ...]
    checked: tuple[Insight, ...]
    tested: int
    fdr: float
    tested_even: int = 0
    set_aside: int = 0
    held: tuple[Held, ...] = field(default=(), repr=False)
    left: Left = field(default_factory=Left)


Say = Callable[[Insight], Words]
Draw = Callable[[Insight], Mapping[str, object]]
