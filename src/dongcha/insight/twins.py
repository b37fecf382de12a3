"""Twins: two categories that have the same value in nearly all rows, such as a kind and the team named after it.

So are a label and what a model that learned from it reads, though it errs.  A claim that relates twins tells how the
form works; claims about either tell one fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dongcha.data.schema import Role
from dongcha.insight.claim import Claim
from dongcha.insight.cube import Cube

SAME = 0.9
"""Part of the rows with both in which the values are the same."""

LEARNED = 0.5
"""The same part of a label and a model's reading of it."""


def twins(cube: Cube) -> dict[str, str]:
    """Every category that is a twin, with the first in order that it is a twin of."""
    found: dict[str, str] = {}
    for names in cube.counts:
        if len(names) != 2 or not set(names) <= set(cube.categories) or names[0] in found:
            continue
        counted = cube.counts[names]
        place = {str(value): at for at, value in enumerate(counted.values[1])}
        shared = [(at, place[str(value)]) for at, value in enumerate(counted.values[0]) if str(value) in place]
        same = sum(int(counted.array[both]) for both in shared)
        if same >= (LEARNED if _learned(cube, names) else SAME) * counted.array.sum() > 0:
            found.setdefault(names[1], names[0])
    return found


def _learned(cube: Cube, names: tuple[str, ...]) -> bool:
    """Whether the first is a label and the second what a model reads."""
    label, read = (cube.table.schema[name] for name in names)
    return label.role is Role.LABEL and read.read_by is not None


def told_once(held: Sequence[tuple[Claim, float]], same: Mapping[str, str]) -> list[tuple[Claim, float]]:
    """The claims without those that relate twins, and those about twins marked as one fact."""
    if not same:
        return list(held)
    kept = []
    for claim, q in held:
        columns = [*claim.subject.breakdown, *filter(None, [claim.subject.measure])]
        columns += [part.column for part in claim.subject.where]
        first = [same.get(name, name) for name in columns]
        if len(set(first)) == len(first):
            fact = tuple(same.get(part, part) if isinstance(part, str) else part for part in claim.fact)
            kept.append((replace(claim, fact=fact), q))
    return kept
