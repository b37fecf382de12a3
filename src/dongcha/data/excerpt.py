"""A short piece of a text for a page: no markup, no e-mail addresses, no phone, card or account numbers.

Knows one text.  Knows nothing of groups or of which text is worth quoting.
"""

import html
import re
from collections.abc import Sequence

from dongcha.data.vocabulary import has_han, snippet, starts_with_han

LONGEST = 160
"""Characters of an excerpt; a Chinese one has half as many, which say as much."""

_AROUND = 5 * LONGEST  # what is masked before it is cut, so that no half of an address is left at an edge
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]{0,500}>")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\u3000-\u9fff\uff00-\uffef]+")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_END = re.compile(r"(?<=[a-z0-9)\]\"”])[.!?]+ +(?=[A-Z])|[。！？]+")
_DIGITS = re.compile(r"(?<![A-Za-z0-9.,$€£¥￥])\+?\(?\d(?:[ ().\-\u2010-\u2013]{0,2}\d){6,}(?:[xX](?![A-Za-z]))?")
_DATE = re.compile(r"(?:19|20)\d\d(?:[-.]\d{1,2}[-.]\d{1,2}(?: \d{1,2})?|[-\u2013](?:19|20)\d\d)")


def plain(text: str) -> str:
    """The text on one line without tags and with its entities decoded.

    >>> plain("I <b>paid</b> &amp; waited<br/>twice")
    'I paid & waited twice'
    """
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", html.unescape(_TAG.sub(" ", text)))
    return " ".join(text.split())


def without_links(text: str) -> str:
    """The text with an ellipsis for each address of a page.

    >>> without_links("See https://example.org/a?b=1 now")
    'See … now'
    """
    return _LINK.sub("…", text) if "://" in text or "www." in text else text


def masked(text: str) -> str:
    """The text with e-mail addresses and long numbers (phone, card, account, identity) taken out; dates stay.

    >>> masked("Mail jo@example.org or call +1 (555) 010-9999 before 2023-05-12")
    'Mail [e-mail] or call [number] before 2023-05-12'
    """
    return _DIGITS.sub(_number, _ADDRESS.sub("[e-mail]", text))


def _number(found: "re.Match[str]") -> str:
    return found.group() if _DATE.fullmatch(found.group()) else "[number]"


def excerpt(text: str, phrases: Sequence[str] = (), most: int = LONGEST) -> str:
    """At most `most` characters of the text, plain and masked, around the first of `phrases` that it says.

    >>> excerpt("They charged <b>late fees</b> twice. Write to jo@example.org!", ["late fee", "late fees"], 40)
    'They charged late fees twice. Write to…'
    """
    line = without_links(plain(text))
    most = most // 2 if has_han(line[:most]) else most
    said = next((phrase for phrase in phrases if _said(line, phrase)), "")
    return snippet(_from_sentence(masked(snippet(line, said, _AROUND)), said, most), said, most)


def _from_sentence(line: str, phrase: str, most: int) -> str:
    """The line from the beginning of the sentence that says the phrase, where that is near enough to be shown."""
    at = line.lower().find(phrase) if len(line) > most else 0
    ends = [found.end() for found in _END.finditer(line, 0, max(0, at))]
    return line[ends[-1] :] if ends and at - ends[-1] + len(phrase) <= 0.75 * most else line


def readable(text: str) -> float:
    """How well an excerpt reads, about 0 to 1: long enough, few masks, numbers, signs and capitals."""
    letters = sum(c.isalpha() or c in " ,.，。！？" for c in text) - 4 * text.lower().count("xx") - 8 * text.count("[")
    shouted = sum(c.isupper() for c in text)
    enough = 40 if has_han(text) else 100
    return max(0.0, (letters - shouted) / max(1, len(text))) * min(1.0, len(text) / enough)


def _said(line: str, phrase: str) -> bool:
    if starts_with_han(phrase):
        return phrase in line
    return re.search(rf"\b{re.escape(phrase)}\b", line.lower().replace("’", "'")) is not None
