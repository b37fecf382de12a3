"""Processes that end with the one that started them, also where that one is killed.

The parent holds the other end of the child's standard input; when it is gone, however it went, the input ends.
"""

import os
import signal
import subprocess
import sys
import threading
from typing import Any


def started(module: str, *words: str, **more: Any) -> subprocess.Popen[str]:
    """Start `python -m MODULE WORDS`, which calls `end_with_parent` first."""
    call = [sys.executable, "-m", module, *words]
    return subprocess.Popen(call, stdin=subprocess.PIPE, text=True, **more)


def end_with_parent() -> None:
    """Send this process SIGTERM when its standard input ends."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
