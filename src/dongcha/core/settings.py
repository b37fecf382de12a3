"""Every tunable limit, once: name, default, and what it does.  Help, docs and tests read this table.

A setting can be overridden by an environment variable: `DONGCHA_MEMORY_LIMIT_MB=4000`.
"""

import os
from dataclasses import dataclass

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that an operator may change; its name carries the unit."""

    name: str
    default: int | float
    help: str

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"DONGCHA_{self.name.upper()}"


SETTINGS: tuple[Setting, ...] = (
    Setting("memory_limit_mb", 1200, "Memory that the table engine may use before it spills to disk."),
    Setting("threads", 0, "Threads for tables and networks; 0 means one for each core this process may use."),
    Setting("text_limit_chars", 1_000_000, "Longest text kept in a cell; the rest is cut, and the report says so."),
    Setting("column_limit", 2_000, "Most columns of a table that are read; a wider one is refused with advice."),
    Setting("inflated_limit_mb", 20_000, "Largest size to which a compressed file or a download may grow."),
)


def setting(name: str) -> int | float:
    """The value in force: the environment variable if it is set, else the default."""
    known("setting", name, [s.name for s in SETTINGS])
    found = next(s for s in SETTINGS if s.name == name)
    given = os.environ.get(found.variable)
    if given is None:
        return found.default
    try:
        value = type(found.default)(given)
    except ValueError:
        raise ConfigError(f"{found.variable} must be a number, got {given!r}") from None
    if value < 0:
        raise ConfigError(f"{found.variable} must not be negative, got {given!r}")
    return value


def thread_count() -> int:
    """Threads to use: the setting, or one for each core that this process may run on."""
    return int(setting("threads")) or len(os.sched_getaffinity(0))
