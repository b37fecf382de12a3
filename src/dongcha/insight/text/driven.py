"""The evidence of drivers in texts: the outcome among texts that say each phrase, and among all others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dongcha.insight.claim import Proof
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Cell
from dongcha.insight.text.corpus import Corpus
from dongcha.insight.text.outcomes import Outcome

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHOWN, SURE = 8, 0.01
"""Phrases of one direction that are shown together, and the p-value up to which they are."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A phrase with its p-value, its coefficient given the others with its error, and what it adds to the outcome.

    `adds` is a difference of rates, or of means, among the `texts` that say it; 0 where it points the other way alone.
    """

    phrase: str
    p_value: float
    slope: float
    error: float
    adds: float
    texts: int

    @property
    def mirrored(self) -> "Driver":
        """The same told of the other of two values."""
        return replace(self, slope=-self.slope, adds=-self.adds)


def prove(said: Corpus, outcome: Outcome, alike: Sequence[Driver], one: Driver) -> Proof:
    """The driver first, then the others of its direction that are sure."""
    others = [other for other in alike if other.p_value <= SURE and other.phrase != one.phrase]
    shown = [one, *sorted(others, key=lambda other: -abs(other.adds))][:SHOWN]
    proof = evidence(said.table, _rates(said, outcome, shown))
    row = subject_row(proof)
    facts: dict[str, Cell] = {name: row[name] for name in ("phrase", "value", "n", "rest", "times", "adjusted")}
    rest = [each for each in proof.rows if not each["is_subject"]]
    for place, each in zip(("second", "third"), rest, strict=False):
        facts |= {place: each["phrase"], f"{place}_value": each["value"]}
    return Proof(facts, proof, outcome.caveats)


def _rates(said: Corpus, outcome: Outcome, shown: Sequence[Driver]) -> "Callable[[ir.Table], ir.Table]":
    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[outcome.column].notnull() & data[said.column].notnull())
        marked = {f"said{i}": said.says(known, one.phrase) for i, one in enumerate(shown)}
        rows = known.select(outcome=outcome.of(known), **marked)
        parts = [_one(rows, i, one) for i, one in enumerate(shown)]
        found = ibis.union(*parts) if len(parts) > 1 else parts[0]
        found = found.mutate(times=(found.value / found.rest.nullif(0)).nullif(0))
        return found.order_by(found.is_subject.desc(), found.adjusted.abs().desc(), found.phrase)

    return query


def _one(rows: "ir.Table", at: int, one: Driver) -> "ir.Table":
    import ibis

    here = rows[f"said{at}"]
    counted = rows.aggregate(
        value=rows.outcome.mean(where=here), n=here.cast("int64").sum(), rest=rows.outcome.mean(where=~here)
    )
    return counted.select(
        phrase=ibis.literal(one.phrase),
        value=counted.value,
        n=counted.n,
        rest=counted.rest,
        adjusted=ibis.literal(round(one.adds, 6)),
        is_subject=ibis.literal(at == 0),
    )
