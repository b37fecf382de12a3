"""A stream of yes and no (errors, one label against all others): when its rate has left what it was.

An e-detector (Shin, Ramdas, Rinaldo 2024): likelihood ratios of several other rates against the known one, each
restarted at every step and added up (Shiryaev-Roberts), so that it needs no window and no guess of when it began.
While the rate is what it was (or, of one side, no worse), the answers until a false alarm are at least `every` on
average, whatever number of them arrives between two looks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Side = Literal["up", "down", "both"]

EVERY = 100_000.0
"""Answers until a false alarm, at least, on average."""

STEPS = (0.15, 0.35, 0.7, 1.2, 2.0)
"""How far the other rates lie, in log-odds; a mixture of them costs little against the best of them."""

FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Alarm:
    """After which answer (from 0) the alarm came, since when about it holds, and the rate since."""

    at: int
    since: int
    rate: float
    evidence: float  # the detector's value, at least `every`


def rate_alarm(values: Bools, rate: float, *, side: Side = "both", every: float = EVERY) -> Alarm | None:
    """The first alarm over a stream whose rate was `rate`, None where there is none.

    The detector is told the rate and takes it as known: of a rate measured on few rows give the bound that counts
    (`bound_of`).  Raises `ValueError` for a rate outside 0..1 or `every` of less than 1.
    """
    if not 0.0 <= rate <= 1.0 or every < 1.0:
        raise ValueError(f"a rate between 0 and 1 and at least one answer are needed, got {rate} and {every}")
    known = min(max(rate, FLOOR), 1.0 - FLOOR)
    others = _others(known, side)
    yes, no = np.log(others / known), np.log((1.0 - others) / (1.0 - known))
    sums = np.zeros(len(others))
    for at, value in enumerate(np.asarray(values, dtype=bool).tolist()):
        sums = (sums + 1.0) * np.exp(yes if value else no)
        evidence = float(sums.mean())
        if evidence >= every:
            since = _since(values[: at + 1], float(yes[sums.argmax()]), float(no[sums.argmax()]))
            return Alarm(at, since, float(np.mean(values[since : at + 1])), evidence)
    return None


def bound_of(yes: int, rows: int, *, side: Literal["up", "down"], confidence: float = 0.95) -> float:
    """The Clopper-Pearson bound of a rate seen `yes` times in `rows`: above for `up`, below for `down`.

    Above it an error rate is worse than what the reference can explain.
    """
    from scipy.stats import beta

    if not 0 <= yes <= rows or not rows:
        raise ValueError(f"{yes} of {rows} is no share")
    if side == "up":
        return 1.0 if yes == rows else float(beta.ppf(confidence, yes + 1, rows - yes))
    return 0.0 if yes == 0 else float(beta.ppf(1.0 - confidence, yes, rows - yes + 1))


def _others(known: float, side: Side) -> Floats:
    """The rates that are held against the known one."""
    odds = np.log(known / (1.0 - known))
    up, down = [odds + step for step in STEPS], [odds - step for step in STEPS]
    chosen = {"up": up, "down": down, "both": [*down, *up]}[side]
    return np.asarray(1.0 / (1.0 + np.exp(-np.array(chosen))), dtype=np.float64)


def _since(values: Bools, yes: float, no: float) -> int:
    """The most likely start of a change that lasts to the end: where the sum of ratios from there is largest."""
    backwards = np.cumsum(np.where(np.asarray(values, dtype=bool), yes, no)[::-1])
    return len(values) - 1 - int(backwards.argmax())
