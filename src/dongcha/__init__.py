"""Dongcha (洞察): train your own models, mine your own data, prove every finding."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dongcha.data.schema import Role, Schema
    from dongcha.data.source import read
    from dongcha.data.table import Table
    from dongcha.loop.mine import mine

__version__ = "0.1.0"
__all__ = ["Role", "Schema", "Table", "mine", "read"]

_HOMES = {
    "Role": "data.schema",
    "Schema": "data.schema",
    "Table": "data.table",
    "mine": "loop.mine",
    "read": "data.source",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'dongcha' has no attribute {name!r}")
    return getattr(import_module(f"dongcha.{_HOMES[name]}"), name)
