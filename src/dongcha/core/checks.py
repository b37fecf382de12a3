"""Checks of arguments, worded once: wanted, got, and the way out."""

from collections.abc import Iterable
from difflib import get_close_matches

from dongcha.core.errors import ConfigError, UnknownName


def need(owner: str, name: str, value: object, ok: bool, wanted: str) -> None:
    """Raise `ConfigError` unless `ok`.

    >>> need("train", "epochs", 3, True, "an integer of at least 1")
    """
    if not ok:
        raise ConfigError(f"{owner}: {name} must be {wanted}, got {value!r}")


def known(kind: str, name: str, names: Iterable[str], most: int = 12) -> str:
    """Return `name` if it is among `names`; otherwise raise `UnknownName` with the nearest one.

    >>> known("method", "probe", ["linear", "probe"])
    'probe'
    """
    choices = list(names)
    if name in choices:
        return name
    near = get_close_matches(name, choices, 1)
    shown = ", ".join(choices[:most]) + (", …" if len(choices) > most else "")
    hint = f"; did you mean {near[0]!r}?" if near else f"; known: {shown}" if choices else ""
    raise UnknownName(f"no {kind} named {name!r}{hint}")
