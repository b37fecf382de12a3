"""Spans of time as a person writes them."""

import re

from dongcha.core.errors import ConfigError

_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_FORM = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def seconds_of(text: str) -> float:
    """The seconds that a span means; raises `ConfigError` for anything else.

    >>> seconds_of("2m"), seconds_of("1h30m"), seconds_of("45"), seconds_of("0.5h"), seconds_of("1d")
    (120.0, 5400.0, 45.0, 1800.0, 86400.0)
    """
    found = _FORM.fullmatch(text.strip().lower())
    amounts = found.groups() if found else ()
    total = sum(float(n) * unit for n, unit in zip(amounts, _SECONDS.values(), strict=True) if n) if found else 0.0
    if total <= 0:
        raise ConfigError(f"a budget is a time such as 90s, 2m or 1h30m, got {text!r}")
    return total
