"""Checks of arguments, worded once: wanted, got, and the way out."""

from collections.abc import Iterable
from difflib import get_close_matches

from dongcha.core.errors import ConfigError, UnknownName
from dongcha.core.words import Words

KINDS = {"model": "模型", "scope": "权限", "column": "列", "alias": "别名", "method": "方法"}
"""What `known` is asked about, in Chinese; of what is not here the English word is kept."""


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
    hint = Words(f"; known: {shown}", f"；已有：{shown}") if choices else Words("", "")
    if near:
        hint = Words(f"; did you mean {near[0]!r}?", f"；是否指 {near[0]!r}？")
    raise UnknownName(
        Words(f"no {kind} named {name!r}{hint.en}", f"没有名为 {name!r} 的{KINDS.get(kind, ' ' + kind)}{hint.zh}")
    )
