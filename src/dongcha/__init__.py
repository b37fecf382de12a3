"""Dongcha (洞察): train your own models, mine your own data, prove every finding."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dongcha.api import *  # noqa: F403

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(f"module 'dongcha' has no attribute {name!r}")
    return getattr(import_module("dongcha.api"), name)  # on first use, so that importing dongcha costs nothing
