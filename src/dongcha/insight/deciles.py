"""Two measures by tenths of the rows, from their ranks in memory: what the evidence of a correlation shows.

Knows ranks.  Knows nothing of claims.  The query takes three sorts of all rows; here two of them are done already.
"""

import math
from typing import TYPE_CHECKING

from dongcha.insight.coded import Coded
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Cell

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

TENTHS = 10


def deciles(cube: Cube, rows: Coded, x: str, y: str) -> tuple[dict[str, Cell], ...]:
    """A row a tenth, in the order of `x` and then `y`: the means, and the rows and Spearman's coefficient of all."""
    import numpy as np

    places = [cube.measures.index(name) for name in (x, y)]
    pair = cube.ranks.pair(*places)
    n = pair.rows
    sizes = [n // TENTHS + (at < n % TENTHS) for at in range(TENTHS)]
    tenth = np.empty(n, dtype=np.uint8)
    tenth[pair.order] = np.repeat(np.arange(TENTHS, dtype=np.uint8), sizes)
    r = _coefficient(*(ranks / max(n - 1, 1) for ranks in (pair.x, pair.y)))
    means = []
    for at in places:
        values = np.asarray(np.ma.getdata(rows.measure(at))[pair.present], dtype=float)
        means.append(np.bincount(tenth, values, TENTHS) / np.maximum(sizes, 1))
    return tuple(
        {"decile": at + 1, "mean_x": float(means[0][at]), "mean_y": float(means[1][at]), "n": n, "r": r}
        for at in range(TENTHS)
        if sizes[at]
    )


def _coefficient(one: "Floats", other: "Floats") -> float | None:
    """Spearman's coefficient of two columns of ranks; None where one of them does not vary."""
    a, b = float(one.mean()), float(other.mean())
    spread = (float(one @ one) / len(one) - a * a) * (float(other @ other) / len(one) - b * b)
    return (float(one @ other) / len(one) - a * b) / math.sqrt(spread) if spread > 0 else None
