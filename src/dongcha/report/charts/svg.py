"""Turn Vega-Lite into SVG that stands inside a page (no script, no network, text stays text), or into PNG.

The one file that knows vl-convert.
"""

import re
import struct
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from dongcha.report.charts.theme import Ink

_IDENTIFIER = re.compile(r'(id="|url\(#)(?:clip|gradient_)[\w-]*')
_TAG = re.compile(r"<[^>]*>")  # the converter escapes > in attributes, so this ends where the tag does
_ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_FAMILY = re.compile(r' font-family="[^"]*"')
MEASURED = "sans-serif"
"""The font that texts are measured in: one that is found at once, where a list of fonts is tried in turn."""


def svg(spec: Mapping[str, object], name: str) -> str:
    """The chart as one `<svg>` element; `name` keeps its inner identifiers apart from other charts'."""
    import vl_convert

    plain = _plain(spec)
    fonts = plain.get("config", {}).get("font", MEASURED)
    plain = _with_config(plain, font=MEASURED)
    drawn: str = vl_convert.vegalite_to_svg(plain, allowed_base_urls=[])
    seen: dict[str, str] = {}

    def renamed(found: "re.Match[str]") -> str:
        old = found.group()[len(found.group(1)) :]
        return found.group(1) + seen.setdefault(old, f"{name}-{len(seen)}")

    body = _TAG.sub(lambda tag: _IDENTIFIER.sub(renamed, _FAMILY.sub("", _ROLE.sub("", tag.group()))), drawn)
    head, rest = body.split(">", 1)
    alt = _attribute(str(spec.get("description", "")))
    return f'{head} font-family="{_attribute(fonts)}" role="img" aria-label="{alt}">{rest}'


def png(spec: Mapping[str, object], scale: float = 2.0) -> bytes:
    """The chart as a PNG on paper, twice as large unless told otherwise; its `Description` is the alternative text."""
    import vl_convert

    plain = _with_config(_plain(spec), font=MEASURED, background=str(Ink.PAPER), padding=14)
    made: bytes = vl_convert.vegalite_to_png(plain, scale=scale, allowed_base_urls=[])
    return _described(made, str(spec.get("description", "")))


@cache
def can_draw(letter: str) -> bool:
    """Whether a font of this machine has the letter: it is drawn otherwise than one that no font has."""
    return _drawn(letter) != _drawn("\U0010fffd")


def _drawn(letter: str) -> bytes:
    import vl_convert

    text = f'<text y="30" font-size="24" font-family="{MEASURED}">{_attribute(letter)}</text>'
    made: bytes = vl_convert.svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{text}</svg>')
    return made


def _described(picture: bytes, text: str) -> bytes:
    """The PNG with a text chunk after its head (PNG 1.2, section 4.2.3)."""
    body = b"iTXtDescription\0\0\0\0\0" + text.encode("utf-8", "replace")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    head = 8 + 25  # the signature, and the chunk IHDR
    return picture[:head] + chunk + picture[head:]


def _with_config(plain: dict[str, Any], **more: object) -> dict[str, Any]:
    return {**plain, "config": {**plain.get("config", {}), **more}}


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(value: object) -> Any:
    """The same specification with plain strings for enumerations, as the converter wants it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, str) else value
