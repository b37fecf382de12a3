"""What a two-sample test says of one trait of a window of answers against the reference.

Knows no test; every test gives one of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dongcha.core.words import Words

Trait = Literal["inputs", "labels", "confidence", "length", "empty", "strange"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A trait of the reference and of a window, held against each other.

    `effect` is in the trait's own unit, which `meaning` tells in plain words; `sentence` says what changed most.
    `rows` are the places of the window's rows that show it best, where single rows can.
    """

    trait: Trait
    statistic: float
    p: float
    effect: float
    meaning: Words
    sentence: Words
    reference: int  # rows that were compared
    window: int
    rows: tuple[int, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "trait": self.trait, "statistic": self.statistic, "p": self.p, "effect": self.effect,
            "meaning": self.meaning.to_json(), "sentence": self.sentence.to_json(),
            "reference": self.reference, "window": self.window, "rows": list(self.rows), "figures": dict(self.figures),
        }  # fmt: skip
