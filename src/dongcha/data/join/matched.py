"""How well the values of one column are found among those of another: counted on the engine, no row by row.

Knows columns and forms.  Knows nothing of names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dongcha.data.join.asked import Keys
from dongcha.data.join.form import Form, forms
from dongcha.data.schema import ROW

if TYPE_CHECKING:
    import ibis.expr.types as ir

SAMPLE = 20_000
"""Rows, spread over a table, that tell whether a pair of columns is worth a full count."""

TOGETHER = 12
"""Pairs asked about in one query."""


@dataclass(frozen=True, slots=True)
class Match:
    """Of `rows` rows, `present` have a key and `matched` find it; of its `values`, `found` are among the other's."""

    forms: tuple[Form, ...]  # one a column of the key
    rows: int
    present: int
    matched: int
    values: int
    found: int

    @property
    def contained(self) -> float:
        """The part of the values that are found, 0..1."""
        return self.found / self.values if self.values else 0.0


@dataclass(frozen=True, slots=True)
class Repeats:
    """Of the `values` of a key, `repeated` occur more than once, as `example` does `times` times."""

    values: int
    repeated: int
    example: str
    times: int


def likely(left: "ir.Table", right: "ir.Table", pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """For each pair of columns, the part of the sampled values of the first that the second holds, in any form."""
    rows = int(left.count().to_pyarrow().as_py())
    sample = left.filter(left[ROW] % max(1, rows // SAMPLE) == 0) if rows > SAMPLE else left
    found: dict[tuple[str, str], float] = {}
    for start in range(0, len(pairs), TOGETHER):
        found |= _likely(sample, right, pairs[start : start + TOGETHER])
    return found


def _likely(sample: "ir.Table", right: "ir.Table", pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    marks: dict[str, ir.Value] = {}
    for at, (theirs, ours) in enumerate(pairs):
        loosest = forms(sample.schema()[theirs], right.schema()[ours])[-1]
        value = loosest.of(sample[theirs])
        marks |= {f"v{at}": value, f"m{at}": value.isin(right.select(k=loosest.of(right[ours])).filter(_present).k)}
    marked = sample.select(**marks)
    counted = {f"n{at}": marked[f"v{at}"].count() for at in range(len(pairs))}
    counted |= {f"hits{at}": marked[f"m{at}"].cast("int64").sum() for at in range(len(pairs))}
    row = marked.aggregate(**counted).to_pyarrow().to_pylist()[0]
    return {pair: (row[f"hits{at}"] or 0) / max(row[f"n{at}"], 1) for at, pair in enumerate(pairs)}


def _present(rows: "ir.Table") -> "ir.BooleanValue":
    return rows.k.notnull()


def match(left: "ir.Table", right: "ir.Table", keys: Keys) -> Match | None:
    """The match of a key in the strictest form that finds the most rows; None where the types cannot be compared."""
    options = [forms(left.schema()[theirs], right.schema()[ours]) for theirs, ours in keys]
    if not all(options):
        return None
    best: Match | None = None
    for at in range(max(map(len, options))):
        one = match_in(left, right, keys, tuple(each[min(at, len(each) - 1)] for each in options))
        if best is None or one.matched > best.matched:
            best = one
    return best


def match_in(left: "ir.Table", right: "ir.Table", keys: Keys, chosen: tuple[Form, ...]) -> Match:
    """The match of a key in the given form of each of its columns."""
    names = [f"k{at}" for at in range(len(keys))]
    ours = {n: f.of(right[key]) for n, f, (_, key) in zip(names, chosen, keys, strict=True)}
    theirs = {n: f.of(left[key]) for n, f, (key, _) in zip(names, chosen, keys, strict=True)}
    known = right.select(**ours).drop_null(names).distinct().mutate(hit=1)
    values = left.select(**theirs).group_by(names).agg(n=lambda t: t.count())
    both = values.left_join(known, names)
    there = both[names[0]].notnull()
    for name in names[1:]:
        there &= both[name].notnull()
    row: Mapping[str, Any] = (
        both.aggregate(
            rows=both.n.sum(),
            present=both.n.sum(where=there),
            matched=both.n.sum(where=both.hit.notnull()),
            values=there.sum(),
            found=both.hit.count(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    return Match(chosen, *(int(row[name] or 0) for name in ("rows", "present", "matched", "values", "found")))


def repeats(right: "ir.Table", keys: Keys, chosen: Sequence[Form]) -> Repeats:
    """How many values of a key stand in several rows of the joined table."""
    names = {f"k{at}": form.of(right[ours]) for at, (form, (_, ours)) in enumerate(zip(chosen, keys, strict=True))}
    counted = right.select(**names).drop_null(list(names)).group_by(list(names)).agg(n=lambda t: t.count())
    shown = counted.order_by(counted.n.desc(), *(counted[name] for name in names)).limit(1).to_pyarrow().to_pylist()
    row = counted.aggregate(values=counted.count(), repeated=(counted.n > 1).sum()).to_pyarrow().to_pylist()[0]
    example = ", ".join(str(shown[0][name]) for name in names) if shown else ""
    return Repeats(int(row["values"]), int(row["repeated"] or 0), example, int(shown[0]["n"]) if shown else 0)
