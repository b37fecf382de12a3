"""A claim: a tested regularity before it is proved by a query.

Patterns make claims from counts; only the few that are chosen run their evidence.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Cell, Effect, Evidence, Subject
from dongcha.insight.stability.dealt import Retest
from dongcha.insight.stability.verdict import Verdict


class Twin(str):
    """In a fact, the name or value of another column that says the same, so that both tell one fact (`twins.py`)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """The facts of a claim out of its evidence."""

    facts: Mapping[str, Cell]
    evidence: Evidence
    caveats: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What was tested and how it came out; `weight` (0..1) is how much news a pattern is at most."""

    pattern: str
    subject: Subject
    test: str
    p_value: float
    effect: Effect
    share: float  # 0..1
    prove: Callable[[], Proof] = field(compare=False)
    ahead: Callable[[], object] | None = field(default=None, compare=False)  # what proving may find worked out
    fact: tuple[object, ...] = ()  # claims with the same fact tell the same thing
    weight: float = 1.0
    corrected: bool = False  # held to what is left where a model read a column and its errors are corrected for
    group: tuple[str, ...] = ()  # the value of each breakdown that it is about, where there is one
    even: bool = False  # an equivalence: the p-value is of there being a difference of practical size
    again: Retest | None = field(default=None, compare=False)  # how it is tested anew in halves of the data
    tried: int = 0  # of a claim picked by looking: among how many, by which its p-value was multiplied
    freedom: int = 1  # degrees of freedom of its test, as a chi-squared law
    by_unit: float | None = field(default=None, compare=False)  # the p-value of a row a unit, where units are drawn
    verdict: Verdict | None = field(default=None, compare=False)  # what they said, where it was asked


PATTERNS: Registry[Callable[[Cube], Iterable[Claim]]] = Registry("pattern")
"""Every pattern gives all that it tested, also what came out flat: the false discovery rate counts them all."""
