"""What several trainings on the same rows share: texts read by a frozen encoder, counts of terms.

Knows keys.  Knows nothing of what is kept.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 6
"""Things that are kept: vectors and heads at three token limits; memory does not grow with the number of trials."""


class Memo:
    """A small store in memory; the thing that was not used for longest goes first."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for `key`; made now where it is not there.

        >>> memo = Memo(most=1)
        >>> memo.get("a", lambda: 1), memo.get("a", lambda: 2), memo.get("b", lambda: 3), memo.get("a", lambda: 4)
        (1, 1, 3, 4)
        """
        if key not in self._kept:
            self._kept[key] = make()
        self._kept.move_to_end(key)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)
        found: T = self._kept[key]
        return found


def fingerprint(*inputs: Sequence[Any]) -> str:
    """A hash of inputs: of texts and words their content, of anything else which objects they are."""
    found = hashlib.sha256()
    for part in inputs:
        for one in part:
            plain = one if isinstance(one, str | tuple) else id(one)
            found.update(repr(plain).encode("utf-8", "surrogatepass"))
    return found.hexdigest()
