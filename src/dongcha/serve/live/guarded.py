"""The edge of a thread: a defect in one piece of work is logged and ends that piece, never the thread.

A thread that dies would leave its requests without an answer and the service without a worker, and no one would know.
"""

import logging
from types import TracebackType
from typing import Self

from dongcha.core.errors import DongchaError

LOG = logging.getLogger("dongcha.serve")


class Guarded:
    """A piece of work; after it `error` is what it raised, or None.  What ends the process is not held back."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.error: BaseException | None = None

    @property
    def why(self) -> str:
        """What a person may be told of the error: the sentence of a mistake, of a defect its kind alone."""
        return str(self.error) if isinstance(self.error, DongchaError) else type(self.error).__name__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        self.error = error
        expected = isinstance(error, DongchaError)
        LOG.log(logging.WARNING if expected else logging.ERROR, self.what, exc_info=None if expected else error)
        return True
