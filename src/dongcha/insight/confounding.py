"""Confounding: does the difference of a rate between groups hold when a third category is held the same?

Asked of every third category whose triple with the two was counted (`Cube.counts`).  Method: the difference of rates
within strata by Mantel & Haenszel (`strata.py`).  It is confounded where the difference within is the other way round
(99 % interval), or less than half as large and not told from none (99 % interval), or at most a fifth as large.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import subject_row
from dongcha.insight.insight import Cell
from dongcha.insight.strata import Strata, strata

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.strata import Floats

KNOWN = 0.8
"""Part of the rows in which the third category has to be known."""

SURE = 2.576
"""Standard errors of a 99 % interval: what is called confounded is, and what is not told so may be by chance."""

HALF, TRACE = 0.5, 0.2
LONGEST = 80
"""Characters of a name that is shown."""

NEWS = 0.5
"""How much news a difference is that a third category accounts for."""

Query = Callable[["ir.Table"], "ir.Table"]
Asked = tuple[str, str, str, str]
"""Outcome, its value, breakdown, its group."""


@dataclass(frozen=True, slots=True)
class Confounded:
    """What holding `by` the same makes of a difference of rates: `overall` becomes `within`."""

    by: str
    overall: float
    within: float

    @property
    def is_reversed(self) -> bool:
        """Whether the difference within is the other way round, and not merely gone."""
        return self.overall * self.within < 0 and abs(self.within) > TRACE * abs(self.overall)


@dataclass(frozen=True, slots=True, eq=False)
class _Adjusted:
    """The differences of all values of an outcome and all groups, shape (outcomes, groups)."""

    overall: "Floats"
    within: "Floats"
    error: "Floats"
    outcomes: dict[str, int]
    groups: dict[str, int]

    def of(self, by: str, category: str, group: str) -> Confounded | None:
        """What is left of one difference; None where it holds or cannot be told."""
        if category not in self.outcomes or group not in self.groups:
            return None
        at = self.outcomes[category], self.groups[group]
        overall, within, error = (float(part[at]) for part in (self.overall, self.within, self.error))
        if not all(map(math.isfinite, (overall, within, error))) or not overall:
            return None
        left, doubt = within / overall, SURE * error / abs(overall)
        gone = abs(left) <= TRACE or (abs(left) < HALF and abs(left) <= doubt)
        return Confounded(by, overall, within) if gone or left < -doubt else None


@dataclass(slots=True)
class Confounders:
    """The third categories of a cube; `related` says which two hold no news about each other (one fixes the other)."""

    cube: Cube
    related: Callable[[Cube, tuple[str, ...]], bool]
    seen: dict[tuple[str, str], dict[str, _Adjusted]] = field(default_factory=dict)

    def of(self, asked: Asked) -> Confounded | None:
        """The third category that takes most of a difference away; None where none does.

        Categories that a model read are not asked: their errors blur what is held the same.
        """
        outcome, category, breakdown, group = asked
        if (outcome, breakdown) not in self.seen:
            self.seen[outcome, breakdown] = dict(self._thirds(outcome, breakdown))
        thirds = self.seen[outcome, breakdown].items()
        found = [one.of(by, category, group) for by, one in thirds]
        return min((one for one in found if one), key=lambda one: (one.within / one.overall, one.by), default=None)

    def _thirds(self, outcome: str, breakdown: str) -> "list[tuple[str, _Adjusted]]":
        found = []
        for names, counted in self.cube.counts.items():
            if len(names) != 3 or not {outcome, breakdown} < set(names):
                continue
            (third,) = set(names) - {outcome, breakdown}
            if self._asked(third, (outcome, breakdown), int(counted.array.sum())):
                table, outcomes, groups = strata(counted, outcome, breakdown)
                found.append((third, _adjusted(table, outcomes, groups)))
        return found

    def _asked(self, third: str, two: tuple[str, str], rows: int) -> bool:
        counts = self.cube.counts
        pair = counts[two] if two in counts else counts[two[1], two[0]]
        if third in self.cube.corrections or rows < KNOWN * int(pair.array.sum()):
            return False
        both = [(name, third) if (name, third) in counts else (third, name) for name in two]
        return not any(self.related(self.cube, names) for names in both)


def _adjusted(table: Strata, outcomes: list[str], groups: list[str]) -> _Adjusted:
    places = ({value: i for i, value in enumerate(axis)} for axis in (outcomes, groups))
    return _Adjusted(table.raw, table.difference, table.error, *places)


def beside(query: Query, asked: Asked, by: str) -> Query:
    """`query`, and in its subject's row the difference over all rows and the one within the values of `by`.

    Both are over the rows in which the third category is known: `overall` and `within`.
    """
    breakdown = asked[2]

    def extended(data: "ir.Table") -> "ir.Table":
        import ibis

        found = query(data)
        joined = found.cross_join(_sums(data, asked, by))
        inside, outside = joined.hits_in / joined.rows_in, joined.hits_out / joined.rows_out
        named = {"overall": inside - outside, "within": joined.gaps / joined.weights}
        only = {name: ibis.ifelse(joined.is_subject, value, ibis.null("float64")) for name, value in named.items()}
        shown = joined.select(*found.columns, **only)
        return shown.order_by(shown.is_subject.desc(), shown.n.desc(), shown[breakdown])

    return extended


def _sums(data: "ir.Table", asked: Asked, by: str) -> "ir.Table":
    """One row: rows and hits inside and outside, and the two sums of Mantel and Haenszel."""
    outcome, category, breakdown, group = asked
    known = data.filter(*(data[name].notnull() for name in (outcome, breakdown, by)))
    hit = (known[outcome].cast("string") == category).cast("int64")
    inside = (known[breakdown].cast("string") == group).cast("int64")
    cut = known.select(third=known[by].cast("string"), hit=hit, inside=inside)
    one = cut.group_by("third").agg(
        rows=cut.count(), n=cut.inside.sum(), met=cut.hit.sum(), hits=(cut.hit * cut.inside).sum()
    )
    one = one.mutate(rest=one.rows - one.n, rest_hits=one.met - one.hits)
    return one.aggregate(
        hits_in=one.hits.sum(),
        rows_in=one.n.sum(),
        hits_out=one.rest_hits.sum(),
        rows_out=one.rest.sum(),
        gaps=((one.hits * one.rest - one.rest_hits * one.n) / one.rows).sum(),
        weights=(one.n * one.rest / one.rows).sum(),
    )


def told(proof: Proof, by: str) -> Proof:
    """The proof of a query made by `beside`, with its facts and the caveat that says them."""
    row = subject_row(proof.evidence)
    facts: dict[str, Cell] = {"confounder": by, "overall": row["overall"], "within": row["within"]}
    said = caveat(Confounded(by, float(str(row["overall"])), float(str(row["within"]))))
    return replace(proof, facts={**proof.facts, **facts}, caveats=(*proof.caveats, said))


def caveat(found: Confounded) -> Words:
    """What a reader has to know of a difference that a third category accounts for."""
    overall, within = points(found.overall), points(found.within)
    way = Words(": the other way round", "，方向相反") if found.is_reversed else Words("", "")
    plain = " ".join(found.by.replace("“", '"').replace("”", '"').split())
    name = f"“{plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + '…'}”"
    return Words(
        f"Confounded with {name}: within its values the difference is {within} percentage points on average, "
        f"against {overall} percentage points over all rows{way.en}.",
        f"与{name}混杂：在其各取值内部，差异平均为 {within} 个百分点，而在全部记录中为 {overall} 个百分点{way.zh}。",
    )


def points(difference: float) -> str:
    """A difference of rates in percentage points, with its sign.

    >>> points(0.1234), points(-0.004), points(0.0)
    ('+12.3', '−0.40', '0')
    """
    size = 100 * abs(difference)
    if not size:
        return "0"
    places = 1 if size >= 1 else min(1 - math.floor(math.log10(size)), 8)
    return f"{'+' if difference > 0 else '−'}{size:.{places}f}"
