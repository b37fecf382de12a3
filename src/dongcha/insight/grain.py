"""The grain of a claim: the table whose rows it counts.

A claim whose columns all come from one joined table is made on that table's own rows, once a customer and not once an
order: repetition is no evidence.  Knows which table each column is of.  Knows nothing of tests.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from dongcha.data.schema import Column
from dongcha.data.table import Table
from dongcha.insight import twins
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube, cube
from dongcha.insight.driven import driven
from dongcha.insight.durations import left_out
from dongcha.insight.explain import explained
from dongcha.insight.insight import Insight
from dongcha.insight.made import with_made
from dongcha.insight.measurable import measurable
from dongcha.insight.misread import sure
from dongcha.insight.reserved import unreserved
from dongcha.insight.warned import warned

Held = tuple[Claim, float]

TABLE_ROWS = "table_rows"
"""The fact, and the column of the evidence, that says how many rows the joined table has."""


@dataclass(frozen=True, slots=True)
class Level:
    """A table with its counts; `name` None: the table that is mined, else one that is joined to it."""

    name: str | None
    table: Table
    cube: Cube

    def claims(self, pattern: Callable[[Cube], Iterable[Claim]]) -> Iterator[Claim]:
        """What a pattern claims at this level, without what is claimed on the rows of a table joined to it."""
        below = {inner: outer.name for outer in self.table.joined for inner in _tables(outer.table)}
        for claim in pattern(self.cube):
            owners = {below.get(table or "") for table in tables_of(claim, self.cube)} if below else {None}
            if len(owners) != 1 or None in owners:
                yield self._named(sure(claim, self.cube))

    def _named(self, claim: Claim) -> Claim:
        if self.name is None:
            return claim
        subject, fact = replace(claim.subject, table=self.name), (*claim.fact, self.name)
        return replace(claim, subject=subject, fact=fact, prove=partial(_proved, claim.prove))

    def told_once(self, held: Sequence[Held]) -> list[Held]:
        """Of the claims of this level, those that are no repeats of each other by columns of one meaning."""
        own = [one for one in held if one[0].subject.table == self.name]
        return twins.told_once(own, twins.twins(self.cube))


def levels(table: Table, name: str | None = None) -> list[Level]:
    """The level of a table, and those of all that is joined to it."""
    table = measurable(unreserved(table))
    own = Level(name, table, cube(*with_made(table)))
    return [own, *(level for one in table.joined for level in levels(one.table, one.name))]


def told_once(held: Sequence[Held], at: Sequence[Level]) -> list[Held]:
    """The claims of all levels, each without repeats by columns of one meaning."""
    return [one for level in at for one in level.told_once(held)]


def with_caveats(found: Sequence[Insight], at: Sequence[Level]) -> list[Insight]:
    """The insights with all that a reader should know of their base."""
    cubes = {level.name: level.cube for level in at}
    own = [(one, cubes[one.subject.table]) for one in found]
    return [warned(left_out(one, counted.table), counted) for one, counted in own]


def worded(found: Sequence[Insight], at: Sequence[Level]) -> list[Insight]:
    """The insights with caveats, and phrases out of the rows that they are about, in the same order."""
    told = with_caveats(found, at)
    made: dict[int, Insight] = {}
    for level in at:
        places = [place for place, one in enumerate(told) if one.subject.table == level.name]
        texts = level.cube.sample or level.table
        made |= zip(
            places,
            explained([driven(told[place], level.cube.table, level.cube) for place in places], texts),
            strict=True,
        )
    return [made[place] for place in range(len(told))]


def tables_of(claim: Claim, counted: Cube) -> set[str | None]:
    """The tables that the columns of a claim are of; None is the table that is counted."""
    subject, schema = claim.subject, counted.table.schema
    names = [*subject.breakdown, *filter(None, [subject.measure]), *(part.column for part in subject.where)]
    known = {column.name: column for column in schema}
    return {table for name in names for table in _origins(known.get(name), known)}


def _origins(column: Column | None, known: dict[str, Column]) -> set[str | None]:
    parts = (column.between or column.ratio_of) if column else None
    if column is None or parts is None:
        return {column.table if column else None}
    return {known[name].table for name in parts}


def _tables(table: Table) -> Iterator[str]:
    """A joined table and all that hangs on it, by name."""
    yield table.name
    for one in table.joined:
        yield from _tables(one.table)


def _proved(prove: Callable[[], Proof]) -> Proof:
    """The proof with the number of rows of its table among the facts."""
    proof = prove()
    rows = next((row[TABLE_ROWS] for row in proof.evidence.rows), None)
    return replace(proof, facts={**proof.facts, TABLE_ROWS: rows})
