"""Two-by-two tables side by side: what `outstanding.py` works out for one rate, for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.cube import Cube
from dongcha.insight.fisher import two_sided
from dongcha.insight.surprise import surprise

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """`hits` of `rows` rows of each group have a category, as do `rest_hits` of the `rest_rows`; shape (tables,)."""

    hits: "Ints"
    rows: "Ints"
    rest_hits: "Ints"
    rest_rows: "Ints"

    @property
    def p_values(self) -> "Floats":
        """Of Fisher's exact test, two-sided."""
        return two_sided(self.hits, self.rows, self.rest_hits, self.rest_rows)

    @property
    def effects(self) -> "Floats":
        """Cohen's h and the ends of its 95 % interval, shape (3, tables)."""
        import numpy as np

        inside, outside = np.arcsin(np.sqrt(self.hits / self.rows)), np.arcsin(np.sqrt(self.rest_hits / self.rest_rows))
        h, half = 2 * inside - 2 * outside, 1.96 * np.sqrt(1 / self.rows + 1 / self.rest_rows)
        return np.array([h, h - half, h + half])

    def news(self, cube: Cube, outcome: str, breakdown: str, groups: Sequence[str]) -> "Floats":
        """How much of a surprise each can be, 0..1, as `outstanding.news` says; `groups` are those of `breakdown`."""
        import numpy as np

        rows = self.rows + self.rest_rows
        rare = 1 - 0.01 * (self.hits + self.rest_hits) / rows
        always = (self.hits == 0) | (self.hits == self.rows)
        asked = {(g, a): surprise(cube, outcome, (breakdown, g), always=a) for g in set(groups) for a in (False, True)}
        pairs = zip(groups, always.tolist(), strict=True)
        return np.asarray(rare * np.sqrt(self.rest_rows / rows) * np.array([asked[pair] for pair in pairs]))
