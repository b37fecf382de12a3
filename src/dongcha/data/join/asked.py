"""What a person asked to be joined: `customers.csv`, `customers.csv:customer_id=id`, `payments.csv:order_id=order:sum`.

Knows the writing.  Knows nothing of tables.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dongcha.core.errors import ConfigError

AGGREGATES = ("sum", "mean")
_FORM = re.compile(r"(?P<file>.+?)(?::(?P<keys>[^:/=]+(?:=[^:/]+)?))?(?::(?P<how>sum|mean))?")

Keys = tuple[tuple[str, str], ...]
"""Columns of the table that is joined to, each with the column of the joined table that it equals."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A table to join: its source, its key where it was declared, and how several rows of a key become one."""

    source: str
    on: Keys = ()
    aggregate: str | None = None

    @property
    def shown(self) -> str:
        """The source without its folder, for pages that others read."""
        return self.source.rsplit("/", 1)[-1]

    @property
    def written(self) -> str:
        """As a person writes it."""
        parts = [self.source, ",".join(f"{theirs}={ours}" for theirs, ours in self.on), self.aggregate]
        return ":".join(part for part in parts if part)


def asked(text: str) -> Asked:
    """The table that `text` asks for; raises `ConfigError` where it cannot be read.

    A colon that belongs to the name of a file that is there, or to an address, starts no key.

    >>> asked("customers.csv:customer_id=id")
    Asked(source='customers.csv', on=(('customer_id', 'id'),), aggregate=None)
    >>> asked("https://a.org:80/p.csv").on, asked("pay.csv:order:sum").aggregate
    ((), 'sum')
    """
    if not text.strip():
        raise ConfigError("the name of a table to join is empty; write FILE, or FILE:COLUMN=COLUMN")
    found = _FORM.fullmatch(text)
    if found is None or Path(text).expanduser().exists():
        return Asked(text)
    if found["keys"] in AGGREGATES and not found["how"]:
        return Asked(found["file"], (), found["keys"])
    return Asked(found["file"], keys_of(found["keys"] or ""), found["how"])


def keys_of(text: str) -> Keys:
    """The key that `customer_id=id` or `store,day=date` declares; a single name stands for both sides.

    >>> keys_of("customer_id=id"), keys_of("store, day = date")
    ((('customer_id', 'id'),), (('store', 'store'), ('day', 'date')))
    """
    pairs = [part.partition("=") for part in text.split(",")] if text.strip() else []
    keys = tuple((left.strip(), (right if mark else left).strip()) for left, mark, right in pairs)
    if any(not left or not right for left, right in keys):
        raise ConfigError(f"{text!r} declares no key; write COLUMN=COLUMN, the column of the joined table last")
    return keys


def distinct_names(names: Iterable[str]) -> list[str]:
    """The names with a number behind those that are there already, whatever their letter case.

    >>> distinct_names(["a", "A", "b"])
    ['a', 'A_2', 'b']
    """
    found: list[str] = []
    for name in names:
        taken = {one.lower() for one in found}
        tries = (name, *(f"{name}_{number}" for number in range(2, len(found) + 3)))
        found.append(next(one for one in tries if one.lower() not in taken))
    return found
