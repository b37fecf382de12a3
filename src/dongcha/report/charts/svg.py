"""Turn Vega-Lite into SVG that stands inside a page: no script, no network, text stays text.

The one file that knows vl-convert.
"""

import re
from collections.abc import Mapping
from typing import Any

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
    config = plain.get("config", {})
    fonts = config.get("font", MEASURED)
    plain["config"] = {**config, "font": MEASURED}
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
    """The chart as a picture on paper, `scale` dots for each of its own."""
    import vl_convert

    plain = _plain(spec)
    plain["background"] = "#ffffff"
    plain["config"] = {**plain.get("config", {}), "background": "#ffffff"}
    drawn: bytes = vl_convert.vegalite_to_png(plain, scale=scale, allowed_base_urls=[])
    return drawn


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(value: object) -> Any:
    """The same specification with plain strings for enumerations, as the converter wants it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, str) else value
