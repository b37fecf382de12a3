"""Rules that mend texts: wrong decoding, HTML, white space.

A rule is a pattern that finds suspicious values in the engine and a function that mends one.  Only suspicious values
leave the engine, so a million clean rows cost one scan.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from dongcha.core.words import Words

TAGS = "a|abbr|b|blockquote|body|br|code|div|em|font|form|h[1-6]|head|hr|html|i|img|input|li|meta|ol|option|p|pre|" + (
    "s|script|small|span|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|u|ul"
)
_TAG = re.compile(rf"</?(?:{TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,31}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?(?:\s*\n)?\s*")


@dataclass(frozen=True, slots=True)
class TextRule:
    """`suspicious` is a pattern in RE2's syntax; `mend` gives the text as it should be."""

    name: str
    words: Words
    suspicious: str
    mend: Callable[[str], str]

    def apply(self, text: str) -> str:
        """The text mended where it is suspicious to this rule; else as it is."""
        return self.mend(text) if _compiled(self.suspicious).search(text) else text


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern in RE2's syntax for Python, which writes characters by number in another way."""
    return re.compile(re.sub(r"\\x\{([0-9A-Fa-f]+)\}", lambda found: re.escape(chr(int(found[1], 16))), pattern))


def mend_decoding(text: str) -> str:
    """The text as it was before it was decoded wrongly.

    >>> mend_decoding("donâ€™t cafÃ©")
    'don’t café'
    """
    from ftfy import fix_text

    return str(
        fix_text(text, unescape_html=False, uncurl_quotes=False, fix_character_width=False, fix_latin_ligatures=False)
    )


def mend_html(text: str) -> str:
    r"""The text without tags and entities; a plain `<` or `&` stays.

    >>> mend_html("a<br>b &amp; c if x < y, ?n=1&copy=2")
    'a\nb & c if x < y, ?n=1&copy=2'
    """
    if _TAG.search(text):
        text = _without_code(_without_code(text, "script"), "style")
        text = re.sub(r"</?(?:br|p|div|li|tr|h[1-6])(?:\s[^<>]*)?/?>", "\n", text, flags=re.IGNORECASE)
        text = _TAG.sub("", text)
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text)


def _without_code(text: str, tag: str) -> str:
    """The text without elements of this kind; what follows the last end tag is not searched, so time stays linear."""
    end = max((found.end() for found in re.finditer(rf"</{tag}\s*>", text, re.IGNORECASE)), default=0)
    inside = re.sub(rf"<{tag}\b.*?</{tag}\s*>", " ", text[:end], flags=re.IGNORECASE | re.DOTALL)
    return inside + text[end:]


def mend_space(text: str) -> str:
    r"""The text without invisible characters, with single spaces and at most one blank line at a time.

    >>> mend_space("  a\u200b \u00a0 b\n\n\n\nc ")
    'a b\n\nc'
    """
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return _LINES.sub(lambda found: "\n\n" if found.group().count("\n") > 1 else "\n", text).strip()


TEXT_RULES = (
    TextRule(
        "mojibake",
        Words("wrongly decoded characters mended", "修复乱码字符"),
        r"[ÂÃâäåæçèé][\x{0080}-\x{00BF}€™œ˜“”•–—‚„…]|\x{FFFD}|[\x{0080}-\x{009F}]",
        mend_decoding,
    ),
    TextRule(
        "html",
        Words("HTML tags and entities taken out", "去除 HTML 标签与实体"),
        rf"(?i)</?(?:{TAGS})(?:\s[^<>]*)?/?>|&(?:[a-z][a-z0-9]{{1,31}}|#\d{{1,7}}|#x[0-9a-f]{{1,6}});",
        mend_html,
    ),
    TextRule(
        "whitespace",
        Words("invisible characters and superfluous white space taken out", "去除不可见字符与多余空白"),
        r"^\s|\s$|[^\S\n]{2}|\n\s*\n\s*\n|[\t\r\x{00A0}\x{3000}\x{0000}-\x{0008}\x{000B}-\x{001F}\x{007F}\x{00AD}"
        r"\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}]",
        mend_space,
    ),
)
