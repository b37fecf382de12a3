"""Who tells the study of a trial's checks, and gives the trial up where it is hopeless."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dongcha.model.watch import Moment

STAGES = 16
"""Trials of different lengths are compared at the same sixteenth of their way."""


@dataclass(slots=True)
class Judge:
    """Tells the study of every check, and notes what giving up would spare."""

    report: Callable[[float, int], bool]
    prunes: bool
    hopeless: bool = False
    saved_s: float = 0.0
    start: float = field(default_factory=time.perf_counter)

    def see(self, moment: Moment) -> bool:
        """Take a moment in; whether the trial is hopeless."""
        if not moment.figures or self.hopeless:
            return self.hopeless
        if moment.step == 0:
            self.start = time.perf_counter()
        stage = round(STAGES * moment.step / moment.steps)
        hopeless = self.report(next(iter(moment.figures.values())), stage)
        if hopeless and self.prunes and 0 < moment.step < moment.steps:
            self.hopeless = True
            pace = (time.perf_counter() - self.start) / moment.step
            self.saved_s = pace * (moment.steps - moment.step)
        return self.hopeless
