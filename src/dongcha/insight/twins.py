"""Twins: two categories of which either tells the other in nearly all rows: a kind and the team that is named after it.

So are a label and what a model that learned from it reads, though it errs.  A claim that relates twins tells how the
form works; claims about either tell one fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dongcha.data.schema import Role
from dongcha.insight.claim import Claim, Twin
from dongcha.insight.cube import Cube
from dongcha.insight.tally import Counts

SAME = 0.9
"""Part of the rows with both in which the values belong together, where most of them have the same names."""

LEARNED = 0.5
"""The same part of a label and a model's reading of it."""

TOLD = 0.99
"""The same where they have other names (a country and its code), which alone says nothing of what they mean."""

FEWEST = 3
"""Values from which on those of other names are no accident of two answers."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The column that a twin goes with, and which of its values each value of the twin stands for."""

    column: str
    values: Mapping[str, str]


def twins(cube: Cube) -> dict[str, Pair]:
    """Every category that is a twin, with the first in order that it is a twin of."""
    found: dict[str, Pair] = {}
    for names in cube.counts:
        if len(names) != 2 or not set(names) <= set(cube.categories) or names[0] in found:
            continue
        stands_for = _one_to_one(cube.counts[names], LEARNED if _learned(cube, names) else SAME)
        if stands_for:
            found.setdefault(names[1], Pair(names[0], stands_for))
    return found


def _learned(cube: Cube, names: tuple[str, ...]) -> bool:
    """Whether the first is a label and the second what a model reads."""
    label, read = (cube.table.schema[name] for name in names)
    return label.role is Role.LABEL and read.read_by is not None


def _one_to_one(counted: Counts, least: float) -> dict[str, str]:
    """Which value of the first column each of the second stands for; nothing where they do not tell each other.

    `least` is the part of the rows in which they do so that asks for it where most values have the same names.
    """
    array = counted.array
    if not array.size:
        return {}
    first, second = ([str(value) for value in values] for values in counted.values)
    place = {value: at for at, value in enumerate(first)}
    shared = [(place[value], at) for at, value in enumerate(second) if value in place]
    pairs, taken = list(shared), {one for one, _ in shared}
    most = array.max(axis=0)
    for at in sorted(range(len(second)), key=lambda at: (-int(most[at]), at)):
        one = int(array[:, at].argmax())
        if second[at] not in place and one not in taken:
            taken.add(one)
            pairs.append((one, at))
    same, named = (sum(int(array[both]) for both in some) for some in (pairs, shared))
    likely = 2 * len(shared) >= len(second) or named >= least * array.sum()
    if not same >= (least if likely else TOLD) * array.sum() > 0 or (not likely and len(pairs) < FEWEST):
        return {}
    return {second[at]: first[one] for one, at in pairs}


def told_once(held: Sequence[tuple[Claim, float]], same: Mapping[str, Pair]) -> list[tuple[Claim, float]]:
    """The claims without those that relate twins, and those about twins marked as one fact."""
    if not same:
        return list(held)
    kept = []
    for claim, q in held:
        columns = [*claim.subject.breakdown, *filter(None, [claim.subject.measure])]
        columns += [part.column for part in claim.subject.where]
        first = [same[name].column if name in same else name for name in columns]
        if len(set(first)) == len(first):
            kept.append((replace(claim, fact=_of_first(claim.fact, columns, same)), q))
    return kept


def _of_first(fact: tuple[object, ...], columns: Sequence[str], same: Mapping[str, Pair]) -> tuple[object, ...]:
    """The fact in the names of the columns that come first, and in those of their values."""
    said = {name: Twin(same[name].column) for name in columns if name in same}
    for name in said:
        said = {value: Twin(other) for value, other in same[name].values.items() if value != other} | said
    return tuple(said.get(part, part) if isinstance(part, str) else part for part in fact)
