"""The user's cache folder: things that can be made again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/dongcha`, or `~/.cache/dongcha`; not created here."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dongcha"
