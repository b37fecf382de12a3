"""Answers of a person: single keys of a terminal, or lines where no terminal reads along.

Knows bytes and terminals.  Knows nothing of what is asked.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

BACK = "\x7f"
ENTER = "\r"
END = ""
"""What is read where nothing more will come."""


@contextmanager
def single_keys() -> Iterator[None]:
    """Let a terminal give each key at once and show none; it is as before when this ends, however it ends."""
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle)  # Ctrl-C still interrupts
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)


def key() -> str:
    """The next key: one character, `ENTER`, `BACK`, or `END`; arrows and other sequences are passed over."""
    while True:
        first = os.read(sys.stdin.fileno(), 1)
        if first in (b"", b"\x04"):
            return END
        if first == b"\x1b":
            _passed_over()
            continue
        if first in (b"\r", b"\n"):
            return ENTER
        if first in (b"\x7f", b"\x08"):
            return BACK
        found = _character(first)
        if found is not None and found.isprintable():
            return found


def line(prompt: str) -> str | None:
    """A line typed key by key, shown as it is typed; None where it was given up (empty, or the end of input)."""
    typed: list[str] = []
    _show(prompt)
    while (found := key()) not in (ENTER, END):
        if found == BACK:
            if typed:
                _show("\b \b" * _columns(typed.pop()))
            continue
        typed.append(found)
        _show(found)
    _show("\n")
    return "".join(typed).strip() or None


def _character(first: bytes) -> str | None:
    """The character that begins with this byte; None where the bytes make none."""
    lead = first[0]
    more = 0 if lead < 0x80 else 1 if 0xC0 <= lead < 0xE0 else 2 if lead < 0xF0 else 3
    whole = first
    for _ in range(more):
        whole += os.read(sys.stdin.fileno(), 1)
    try:
        return whole.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _passed_over() -> None:
    """Read away what follows an escape at once."""
    import select

    while select.select([sys.stdin], [], [], 0.02)[0]:
        if not os.read(sys.stdin.fileno(), 32):
            return


def _columns(letter: str) -> int:
    from unicodedata import east_asian_width

    return 2 if east_asian_width(letter) in "WF" else 1


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
