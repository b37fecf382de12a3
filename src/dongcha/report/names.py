"""How columns, values and conditions are named in prose.

Names and values from data always stand in “quotes”, so that nobody takes them for our words, nor a digit in a name for
a figure.
"""

import re
from collections.abc import Iterable

from dongcha.core.words import Words
from dongcha.insight.insight import Cell

MISSING = Words("missing", "缺失")
LONGEST = 80
"""Characters of a value that a sentence shows; the evidence has the whole."""

_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


def human(name: str) -> str:
    """A column's name as words.

    >>> human("sub_product"), human("companyResponse"), human("complaint_ID"), human("子产品"), human("__")
    ('sub product', 'company response', 'complaint ID', '子产品', '__')
    """
    spaced = _WORD_BREAK.sub(" ", name.replace("_", " ")).strip()
    words = [w.lower() if w[:1].isupper() and w[1:].islower() and "_" not in name else w for w in spaced.split()]
    return " ".join(words if len(words) > 1 else spaced.split()) or name


def value_text(value: Cell) -> str:
    """A value as one short line of text, not yet quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def quoted(value: Cell) -> str:
    """The value between the quotes that both languages use; curly quotes inside become straight ones.

    >>> quoted("Payday loan")
    '“Payday loan”'
    """
    text = value_text(value).replace("“", '"').replace("”", '"')
    return f"“{text}”"


def column(name: str) -> str:
    """A column's name in prose: `sub_product` is “sub product”."""
    return quoted(human(name))


def value_words(value: Cell) -> Words:
    """A value in prose; a missing one is called so and not quoted."""
    return MISSING if value is None else Words(quoted(value), quoted(value))


def condition(name: str, value: Cell) -> Words:
    """`“state” is “TX”`, `“state”为“TX”`; a missing value reads `“state” is missing`, `“state”缺失`."""
    if value is None:
        return Words(f"{column(name)} is missing", f"{column(name)}缺失")
    return Words(f"{column(name)} is {quoted(value)}", f"{column(name)}为{quoted(value)}")


def conditions(pairs: Iterable[tuple[str, Cell]]) -> Words:
    """Several conditions that hold together."""
    each = [condition(name, value) for name, value in pairs]
    return Words(" and ".join(c.en for c in each), "且".join(c.zh for c in each))
