"""Two categories within a third: what patterns that compare subsets ask of the triples that are counted."""

import itertools
from collections.abc import Iterator

from dongcha.insight.cube import Counts, Cube
from dongcha.insight.patterns.outstanding import related

MOST_VALUES = 6
"""An outcome of more values is not asked."""


def triples(cube: Cube) -> Iterator[tuple[Counts, tuple[str, str, str]]]:
    """The counts of each triple with its outcome, breakdown and third category, in each of the three ways.

    Of two categories the one with fewer values is the outcome.  Columns that a model read are left out, and those that
    fix each other.
    """
    for names, counted in cube.counts.items():
        if len(names) != 3 or cube.corrections.keys() & set(names):
            continue
        if any(related(cube, two) for two in itertools.combinations(names, 2)):
            continue
        for by in names:
            two = sorted((n for n in names if n != by), key=lambda n: (len(cube.counts[(n,)].keys), names.index(n)))
            if len(cube.counts[(two[0],)].keys) <= MOST_VALUES:
                yield counted, (two[0], two[1], by)
