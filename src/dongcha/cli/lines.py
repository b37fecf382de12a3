"""Lines on a terminal that hang: what does not fit goes on below its own beginning."""

import os

from rich.console import Console

from dongcha.report.fit import lines, room

WIDEST = 100
"""Letters of a line that reads well."""


def say(console: Console, mark: str, text: str) -> None:
    """Print `text` after `mark`, its further lines as far in as the first; whole where no terminal reads along."""
    narrow = console.is_terminal or "COLUMNS" in os.environ
    indent = room(mark)
    width = max(min(console.width, WIDEST) - indent - 1, 20)
    for place, line in enumerate(lines(text, width) if narrow else [text]):
        console.print(f"{' ' * indent if place else mark}{line}", markup=False, highlight=False, soft_wrap=True)
