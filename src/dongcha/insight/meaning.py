"""A goal by meaning: which columns and values a goal speaks of though it does not name them.

Knows texts and how alike a given function finds them.  Knows nothing of encoders.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dongcha.data.schema import Role
from dongcha.insight.cube import Cube
from dongcha.insight.goal import Goal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

Alike = Callable[[Sequence[str], Sequence[str]], "Matrix | None"]
"""How alike in meaning each of some texts is to each of others, 0..1, shape (texts, others); None where that cannot be
told.  From 0.5 on two texts speak of the same thing more likely than not."""

NEAR = 0.5
MOST_NEAR = 5
"""Columns and values that a goal speaks of at most: one that is near to all of a table asks for nothing in it."""
MOST_VALUES = 12
"""Values of a column that are compared; those of larger ones are names of people, places and things."""

PLAIN = frozenset(["yes", "no", "y", "n", "true", "false", "0", "1", "是", "否", "有", "无"])
"""Values that say nothing beside the name of their column."""

MOST_TEXTS = 200
LONGEST = 60
"""Characters of a name or a value that are compared."""

_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-./\s]+")


def meant(wanted: Goal, text: str | None, cube: Cube, alike: Alike | None) -> Goal:
    """The goal with the columns and values that it speaks of by meaning; as it was where nobody can compare."""
    if alike is None or not (text or "").strip():
        return wanted
    # A value of a column that the goal names is near to it by the column's name alone.
    asked = [one for one in _asked(cube) if one[0][1] is None or wanted.part(one[0][0]) < 1][:MOST_TEXTS]
    found = alike([str(text)], [said for _, said in asked]) if asked else None
    if found is None:
        return wanted
    parts = {about: float(part) for (about, _), part in zip(asked, found[0], strict=True)}
    nearest = sorted(parts, key=lambda about: (-parts[about], str(about)))[:MOST_NEAR]
    return replace(wanted, near={about: parts[about] for about in nearest if parts[about] >= NEAR})


def _asked(cube: Cube) -> list[tuple[tuple[str, str | None], str]]:
    """Columns, and values of small categories, each with the text that it is compared by; columns first."""
    roles = (Role.CATEGORY, Role.LABEL, Role.MEASURE, Role.TIME)
    names: list[tuple[tuple[str, str | None], str]] = [
        ((column.name, None), readable(column.name)) for column in cube.table.schema.of(*roles)
    ]
    for name in cube.categories:
        values = [str(key[0]) for key in cube.counts[(name,)].keys]
        if len(values) <= MOST_VALUES:
            told = [value for value in values if value.lower() not in PLAIN]
            names += [((name, value), f"{readable(name)}: {value[:LONGEST]}") for value in told]
    return names


def readable(name: str) -> str:
    """A column's name as words.

    >>> readable("orderStatus_code")
    'order Status code'
    """
    return _BREAK.sub(" ", name).strip()[:LONGEST]
