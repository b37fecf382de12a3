"""How columns, values and conditions are named in prose.

Values from data always stand in “quotes”, so that nobody takes them for our words; so do names of columns, unless they
are a few plain words.
"""

import re
from collections.abc import Iterable

from dongcha.core.words import Words
from dongcha.insight.insight import Cell

MISSING = Words("missing", "缺失")
LONGEST = 80
"""Characters of a value that a sentence shows; the evidence has the whole."""

_PLAIN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?:[（(][^\W\d_]+[）)])?")
_OURS = {
    *("a", "an", "and", "are", "as", "at", "by", "for", "from", "has", "have", "in", "is", "it", "no", "not", "of"),
    *("on", "or", "the", "than", "to", "via", "was", "where", "with"),
}
"""Words that a sentence would swallow at either end of a name."""

_DAYS = re.compile(r"days from (.+) to (.+)")
_MOMENT = re.compile(r"(?i)[_ -]?(?:at|on|date|time|datetime|timestamp)$|(?<=[a-z])(?:At|On|Date|Time)$|(?:日期|时间)$")
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
    """A column's name in prose: plain words as they are, in quotes what would be taken for a part of the sentence.

    >>> column("sub_product"), column("plan_2019"), column("submitted_via"), column("金额（元）")
    ('sub product', '“plan 2019”', '“submitted via”', '金额（元）')
    """
    words = human(name)
    parts = words.split(" ")
    plain = len(words) <= 30 and len(parts) <= 4 and all(_PLAIN.fullmatch(part) for part in parts)
    return words if plain and not {parts[0].lower(), parts[-1].lower()} & _OURS else quoted(words)


def moments(name: str) -> tuple[str, str] | None:
    """The start and the end that a duration's column names, as words; None for any other column.

    >>> moments("days from opened_at to closed_at"), moments("days_to_answer")
    (('opened', 'closed'), None)
    """
    found = _DAYS.fullmatch(name)
    if found is None:
        return None
    start, end = (column(_MOMENT.sub("", part) or part) for part in found.groups())
    return start, end


def plural(noun: str) -> str:
    """An English noun for several; a name in quotes or one that is not of letters stays.

    >>> plural("category"), plural("sub product"), plural("status"), plural("“plan 2019”"), plural("渠道")
    ('categories', 'sub products', 'statuses', '“plan 2019” values', '渠道')
    """
    if noun.endswith("”"):
        return f"{noun} values"
    if not noun[-1:].isascii() or not noun[-1:].isalpha():
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else f"{noun}s"


def zh_column(name: str) -> str:
    """A column's name in Chinese prose, with a space before the Chinese that follows a Latin one.

    >>> zh_column("sub_product"), zh_column("渠道"), zh_column("plan_2019")
    ('sub product ', '渠道', '“plan 2019”')
    """
    said = column(name)
    return f"{said} " if said[-1:].isascii() else said


def after_zh(text: str) -> str:
    """A piece that follows Chinese characters: with a space before a Latin letter."""
    return f" {text}" if text[:1].isascii() else text


def value_words(value: Cell) -> Words:
    """A value in prose; a missing one is called so and not quoted."""
    return MISSING if value is None else Words(quoted(value), quoted(value))


def condition(name: str, value: Cell) -> Words:
    """`state is “TX”`, `state 为“TX”`; a missing value reads `state is missing`, `state 缺失`."""
    if value is None:
        return Words(f"{column(name)} is missing", f"{zh_column(name)}缺失")
    return Words(f"{column(name)} is {quoted(value)}", f"{zh_column(name)}为{quoted(value)}")


def conditions(pairs: Iterable[tuple[str, Cell]]) -> Words:
    """Several conditions that hold together."""
    each = [condition(name, value) for name, value in pairs]
    return Words(
        " and ".join(c.en for c in each), "且".join(after_zh(c.zh) if at else c.zh for at, c in enumerate(each))
    )
