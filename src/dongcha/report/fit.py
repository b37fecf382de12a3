"""Fit texts into their room by counting, so that nothing has to be measured: in charts and on the terminal.

A Chinese character takes the room of two others.
"""

import unicodedata


def room(text: str) -> int:
    """How much room the text takes, in Latin letters.

    >>> room("Web"), room("网站")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, most: int) -> str:
    """The text, with an ellipsis where it takes more room than `most`.

    >>> cut("Payday loan", 8), cut("手机应用", 5)
    ('Payday…', '手机…')
    """
    if room(text) <= most:
        return text
    while room(text) > most - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def lines(text: str, most: int) -> list[str]:
    """The text in lines of at most `most`, broken at spaces and between Chinese characters.

    >>> lines("Share of rows by company", 14), lines("记录占比，按公司", 10)
    (['Share of rows', 'by company'], ['记录占比，', '按公司'])
    """
    found = [""]
    for piece in _pieces(text):
        if room(found[-1]) and room((found[-1] + piece).rstrip()) > most and piece.strip() not in CLOSING:
            found.append("")
        found[-1] += piece if found[-1] else piece.lstrip()
    return [line.rstrip() for line in found]


CLOSING = frozenset("，。、；：）”")
"""Marks that do not begin a line."""


def _pieces(text: str) -> list[str]:
    """Words with the space after them; Chinese characters one by one."""
    found: list[str] = []
    for letter in text:
        joins = found and found[-1][-1:] != " " and room(letter) == 1 and room(found[-1][-1:]) == 1
        if joins or (found and letter in CLOSING):
            found[-1] += letter
        else:
            found.append(letter)
    return found
