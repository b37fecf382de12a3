"""How much news a rate can be: what the names or the definitions of the columns explain is none.

Knows names and counts.  Knows nothing of tests or order.
"""

from collections import Counter
from functools import lru_cache
from typing import cast

from dongcha.data.vocabulary import phrases_of, same_words
from dongcha.insight.cube import Cube

ALWAYS = 0.4
"""A category that holds in all or none of a group's rows is more often how a form works than what happened."""

ECHO = 0.4
"""A group whose name shares a word with a category ("Getting a line of credit", "Personal line of credit")."""

KEPT = 1 << 16
"""Names whose words are remembered, so that a process that mines for ever does not grow."""

COMMON = 0.5
"""Part of a column's values that hold a word from which on the word tells nothing ("loan" among kinds of loans)."""


def surprise(cube: Cube, outcome: str, group: tuple[str, object], *, always: bool) -> float:
    """1 for news, less for what is so by definition; `group` is a column and its value, `outcome` a column."""
    echo = _echoes(str(group[1]), _values(cube, outcome), _values(cube, group[0]))
    return (ALWAYS if always else 1.0) * (ECHO if echo else 1.0)


@lru_cache(maxsize=KEPT)
def _echoes(group: str, outcomes: tuple[str, ...], groups: tuple[str, ...]) -> bool:
    """Whether a group's name shares a word with one of the `outcomes` that is common in neither column."""
    common = _shared(outcomes) | _shared(groups)
    return any(same_name(value, group, common) for value in outcomes)


@lru_cache(maxsize=KEPT)
def same_name(one: str, other: str, common: frozenset[str] = frozenset()) -> bool:
    """Whether two names share a word that is not among the `common` ones.

    >>> same_name("Title loan", "title, car, vehicle"), same_name("Title loan", "Getting the loan", frozenset({"loan"}))
    (True, False)
    """
    left, right = ([word for word in _words(name) if word not in common] for name in (one, other))
    return any(same_words(a, b) for a in left for b in right)


def _values(cube: Cube, column: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", cube.counts[(column,)].values[0])


@lru_cache(maxsize=KEPT)
def _shared(values: tuple[str, ...]) -> frozenset[str]:
    counted = Counter(word for value in values for word in set(_words(value)))
    return frozenset(word for word, n in counted.items() if n >= COMMON * len(values) and len(values) > 2)


@lru_cache(maxsize=KEPT)
def _words(name: str) -> tuple[str, ...]:
    return tuple(phrase for phrase in phrases_of(name) if " " not in phrase)
