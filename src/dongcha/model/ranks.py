"""Which process of one training this is, and what it does of a batch.

Knows positions.  Knows nothing of what carries numbers between processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranks:
    """Process `rank` of `count` that learn one model together; the first one checks, tells and stores."""

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that checks, tells and stores."""
        return self.rank == 0

    @property
    def alone(self) -> bool:
        """Whether there is no other."""
        return self.count == 1

    def share(self, rows: Sequence[int], *, neighbours: bool = False) -> list[int]:
        """The part of a step's rows that this process computes; parts are of like length and together all rows.

        With `neighbours` rows that follow each other stay in one part, as pairs of a class have to.

        >>> [Ranks(rank, 2).share([7, 3, 5]) for rank in (0, 1)]
        [[7, 5], [3]]
        >>> [Ranks(rank, 2).share([7, 3, 5, 4], neighbours=True) for rank in (0, 1)]
        [[7, 3], [5, 4]]
        """
        if not neighbours:
            return list(rows[self.rank :: self.count])
        size = -(-len(rows) // self.count)
        return list(rows[self.rank * size : (self.rank + 1) * size])
