"""What a phrase may go with: sentiments, labels and yes-or-no categories, and ratings.

Knows columns and their values.  Knows nothing of phrases.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.data.schema import Column, Role
from dongcha.insight.cube import Cube
from dongcha.insight.misread import UNKNOWN

if TYPE_CHECKING:
    import ibis.expr.types as ir

NEGATIVE = frozenset(
    (
        *("negative", "neg", "bad", "poor", "worst", "dissatisfied", "unsatisfied", "unhappy", "angry", "detractor"),
        *("负面", "消极", "差评", "不满意", "不满", "负", "负向", "贬义"),
    )
)
"""Values that say that a text is not content: of a sentiment this one is asked about."""

MOST, MOST_VALUES = 3, 7
"""Outcomes of a table, and values of one that is a sentiment."""

_RATING = re.compile(r"(?i)rating|stars?\b|score|grade|评分|星级|打分|分数")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,3})?")
MOST_STARS = 11
"""Different values of a measure that is a rating."""


READ_HERE = Words(
    "A model read this in the same texts: in part it shows what the model goes by.",
    "此列由模型从同一文本读出：这在一定程度上反映的是模型的判断依据。",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether `column` is `category`; where `category` is None, the number in `column`."""

    column: str
    category: str | None
    caveats: tuple[Words, ...] = ()
    other: str | None = None  # the other value, where there are two

    @property
    def mirrored(self) -> "Outcome":
        """The same outcome told of the other value."""
        return replace(self, category=self.other, other=self.category)

    @property
    def binary(self) -> bool:
        """Whether it is yes or no, not a number."""
        return self.category is not None

    def of(self, data: "ir.Table") -> "ir.NumericValue":
        """1 or 0, or the number, of each row; missing where the column is."""
        value = data[self.column]
        return (value.cast("string") == self.category).cast("float64") if self.binary else value.cast("float64")


def outcomes(cube: Cube, text: str) -> list[Outcome]:
    """At most three: labels and sentiments first, then ratings, then other categories with two values."""
    named = [cube.table.schema[name] for name in cube.categories]
    found: list[tuple[int, Outcome]] = []
    for column in named:
        values = {
            str(key[0]): n
            for key, n in zip(cube.counts[(column.name,)].keys, cube.counts[(column.name,)].cells, strict=True)
        }
        category = None if column.from_text == text else asked(values)
        if category is not None:
            feeling = is_negative(category) or column.role is Role.LABEL
            other = next(value for value in values if value != category) if len(values) == 2 else None
            found.append((0 if feeling else 2, Outcome(column.name, category, caveats(column, text), other)))
    found += [(1, Outcome(name, None)) for name in _ratings(cube)]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])][:MOST]


def asked(values: dict[str, int]) -> str | None:
    """The value that is asked about: the negative one, else the rarer one of two; None where there is no such.

    >>> asked({"neutral": 9, "Negative": 5, "positive": 6}), asked({"yes": 9, "no": 3}), asked({"a": 1, "b": 1, "c": 1})
    ('Negative', 'no', None)
    """
    negative = sorted(value for value in values if is_negative(value))
    if negative and len(values) <= MOST_VALUES:
        return negative[0]
    return min(values, key=lambda value: (values[value], value)) if len(values) == 2 else None


def is_negative(value: str) -> bool:
    """Whether the value is one of `NEGATIVE`, in any letter case."""
    return value.strip().lower() in NEGATIVE


def caveats(column: Column, text: str) -> tuple[Words, ...]:
    """What a reader should know of a column that a model read, beside phrases of `text`."""
    if column.read_by is None:
        return ()
    return (READ_HERE if column.read_by.source == text else UNKNOWN,)


def _ratings(cube: Cube) -> Iterator[str]:
    """Measures with few different values, and labels that are numbers and are called ratings."""
    names = [column.name for column in cube.table.schema.of(Role.MEASURE)]
    labels = [c.name for c in cube.table.schema.of(Role.LABEL) if c.name in cube.categories and _RATING.search(c.name)]
    names += [name for name in labels if all(_NUMBER.fullmatch(str(key[0])) for key in cube.counts[(name,)].keys)]
    if not names:
        return
    expr = cube.table.expr
    counted = expr.aggregate(**{f"c{i}": expr[name].nunique() for i, name in enumerate(names)})
    row: dict[str, int] = counted.to_pyarrow().to_pylist()[0]
    yield from (name for i, name in enumerate(names) if 3 <= row[f"c{i}"] <= MOST_STARS)
