"""Whether this machine can draw the letters of a text; pages leave that to who reads them, pictures and PDF cannot."""

import unicodedata

from dongcha.core.errors import MissingExtra
from dongcha.report.charts.svg import can_draw

SAMPLE = 3
"""Wide letters of a text that are tried: a font that has Chinese has them all but for rare ones."""


def check_letters(text: str, kind: str) -> None:
    """Raise `MissingExtra` where the text holds Chinese (or another wide script) and no font of this machine has it."""
    wide = dict.fromkeys(letter for letter in text if unicodedata.east_asian_width(letter) == "W" and letter.isalpha())
    tried = list(wide)[:SAMPLE]
    if tried and not any(map(can_draw, tried)):
        raise MissingExtra(
            f"a {kind} needs a font with the letters {''.join(tried)!r}, and this machine has none; install one, for "
            "example with: apt install fonts-noto-cjk (HTML, Markdown and the notebook need none)"
        )
