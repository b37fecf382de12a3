"""What is even, and differences a little above the margin that must not be called so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from planted_tables.base import Planted, noise


def even(rng: np.random.Generator, month: int = 500) -> Planted:
    data = noise(rng, [month] * 12)
    return data, lambda i: i.subject.measure in ("answer", "size", "other", None)


@dataclass(frozen=True, slots=True)
class Above:
    """Differences a little above a margin, in tables of `month` rows a month."""

    month: int
    size: float  # Cohen's h and d
    ratio: float
    slope: float  # ratio of the last month to the first
    rho: float


def uneven_rate(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [above.month] * 12)
    here, part = data["area"] == "v", np.sin(np.arcsin(np.sqrt(0.2)) + above.size / 2) ** 2
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[part, 1 - part])
    return data, lambda i: (i.subject.measure, i.subject.breakdown) == ("answer", ("area",))


def uneven_mean(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [above.month] * 12)
    data.loc[data["area"] == "v", "size"] += 10 * above.size
    return data, lambda i: (i.subject.measure, i.subject.breakdown) == ("size", ("area",))


def uneven_counts(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [above.month] * 12)
    data["area"] = rng.choice(list("uvwxyz"), len(data), p=np.array([above.ratio, 1, 1, 1, 1, 1]) / (above.ratio + 5))
    return data, lambda i: (i.subject.measure, i.subject.breakdown) == (None, ("area",))


def sloping(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson(above.month * above.slope ** np.linspace(-0.5, 0.5, 12))])
    return data, lambda i: i.pattern == "no_trend" and i.subject.measure is None


def related(rng: np.random.Generator, above: Above) -> Planted:
    data, r = noise(rng, [above.month] * 12), 2 * np.sin(np.pi * above.rho / 6)  # Pearson's r of a normal pair
    data["other"] = r * (data["size"] - 50) / 10 + np.sqrt(1 - r**2) * rng.normal(0, 1, len(data))
    return data, lambda i: i.pattern == "no_correlation"


_FINE, _COARSE = Above(500, 0.22, 1.28, 1.3, 0.11), Above(50, 0.44, 1.6, 1.6, 0.22)
EVEN: dict[str, Callable[[np.random.Generator], Planted]] = {"even": even, "even_few": partial(even, month=50)}
UNEVEN: dict[str, Callable[[np.random.Generator], Planted]] = {
    f"{make.__name__}{few}": partial(make, above=above)
    for few, above in (("", _FINE), ("_few", _COARSE))
    for make in (uneven_rate, uneven_mean, uneven_counts, sloping, related)
}
"""Tables with a difference above the margin, and what would be wrong to call even."""
