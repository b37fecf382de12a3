"""What a cleaning rule did, and what all of them did together."""

from dataclasses import dataclass

from dongcha.core.words import Words
from dongcha.data.table import Table

EXAMPLES = 3
LONGEST = 200
"""Characters of a value that an example shows."""

Pair = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule, the rows that it touched, and a few values before and after (None: taken out)."""

    name: str
    words: Words
    rows: int
    examples: tuple[Pair, ...] = ()

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        shown = [{"before": before, "after": after} for before, after in self.examples]
        return {"name": self.name, "words": self.words.to_json(), "rows": self.rows, "examples": shown}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The cleaned table; a value that was changed stands in the hidden column `RAW` + name as it was."""

    table: Table
    rows_before: int
    rows_after: int
    rules: tuple[Applied, ...]
    warnings: tuple[Words, ...] = ()

    def to_json(self) -> dict[str, object]:
        """A JSON object with all but the table."""
        return {
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "rules": [rule.to_json() for rule in self.rules],
            "warnings": [warning.to_json() for warning in self.warnings],
        }


def shortened(value: object) -> str:
    """The value as an example shows it."""
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
