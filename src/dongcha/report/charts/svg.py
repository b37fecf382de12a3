"""Turn Vega-Lite into SVG that stands inside a page: no script, no network, text stays text.

The one file that knows vl-convert.
"""

import re
from collections.abc import Mapping
from typing import Any

_IDENTIFIER = re.compile(r'(id="|url\(#)(?:clip|gradient_)[\w-]*')
_TAG = re.compile(r"<[^>]*>")  # the converter escapes > in attributes, so this ends where the tag does
_ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def svg(spec: Mapping[str, object], name: str) -> str:
    """The chart as one `<svg>` element; `name` keeps its inner identifiers apart from other charts'."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(_plain(spec), allowed_base_urls=[])
    seen: dict[str, str] = {}

    def renamed(found: "re.Match[str]") -> str:
        old = found.group()[len(found.group(1)) :]
        return found.group(1) + seen.setdefault(old, f"{name}-{len(seen)}")

    body = _TAG.sub(lambda tag: _IDENTIFIER.sub(renamed, _ROLE.sub("", tag.group())), drawn)
    head, rest = body.split(">", 1)
    return f'{head} role="img" aria-label="{_attribute(str(spec.get("description", "")))}">{rest}'


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(value: object) -> Any:
    """The same specification with plain strings for enumerations, as the converter wants it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, str) else value
