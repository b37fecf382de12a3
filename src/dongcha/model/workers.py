"""How many workers share a job, and where they are.

Knows numbers and names.  Knows nothing of what starts them.
"""

from dataclasses import dataclass

from dongcha.core.checks import need
from dongcha.core.settings import thread_count
from dongcha.core.words import Words


@dataclass(frozen=True, slots=True)
class Workers:
    """`count` processes on the Ray cluster at `address`; None: that of `RAY_ADDRESS`, else one started for the job."""

    count: int = 1
    address: str | None = None

    def __post_init__(self) -> None:
        whole = isinstance(self.count, int) and not isinstance(self.count, bool)
        need("workers", "count", self.count, whole and self.count >= 1, "a whole number of at least 1")

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return self.count > 1

    def notes(self, cores: int | None = None) -> tuple[Words, ...]:
        """What a person should know of the number, where there are `cores` (else those of this process)."""
        cores = thread_count() if cores is None else cores
        if self.count <= cores or not self.several:
            return ()
        return (
            Words(
                f"{self.count} workers share {cores} cores, so they take turns; more than {cores} gain nothing.",
                f"{self.count} 个进程共用 {cores} 个核心，只能轮流运行；多于 {cores} 个没有收益。",
            ),
        )
