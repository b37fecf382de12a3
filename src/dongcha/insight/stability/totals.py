"""Claims about totals, of a measure or of the rows, tested anew in every draw: first, last, and top two.

That two groups stay near each other is not asked of a half: it decides how they are told, not whether they lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.insight import Subject
from dongcha.insight.stability.counts import by_values
from dongcha.insight.stability.dealt import KEY, Again, Dealt

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def lead_again(subject: Subject, groups: Sequence[str], dealt: Dealt) -> Again:
    """The smallest total of `groups` against the largest of all others; of two groups, they also hold over half."""
    import numpy as np

    found = _totals(subject, dealt)
    inside = [at for at, group in enumerate(found.groups) if group in groups]
    outside = [at for at in range(len(found.groups)) if at not in inside]
    least, most = found.sums[:, inside].argmin(axis=1), found.sums[:, outside].argmax(axis=1)
    own, own_squares = (_taken(part[:, inside], least) for part in (found.sums, found.squares))
    rest, squares = (_taken(part[:, outside], most) for part in (found.sums, found.squares))
    p = apart(own - rest, own_squares + squares)
    if len(groups) > 1:
        p = np.where(2 * found.sums[:, inside].sum(axis=1) > found.sums.sum(axis=1), p, 1.0)
    return Again(_part(own, rest), p)


def last_again(subject: Subject, group: str, dealt: Dealt) -> Again:
    """The total of a group against the smallest of the others: less than half of it."""
    import numpy as np

    found = _totals(subject, dealt)
    at = found.groups.index(group)
    others = [i for i in range(len(found.groups)) if i != at]
    least = found.sums[:, others].argmin(axis=1)
    rest, squares = (_taken(part[:, others], least) for part in (found.sums, found.squares))
    own = found.sums[:, at]
    p = apart(rest - own, found.squares[:, at] + squares)
    return Again(-_part(rest, own), np.where(2 * own < rest, p, 1.0))


def below_zero_again(subject: Subject, group: str, dealt: Dealt) -> Again:
    """The total of a group against zero, one-sided."""
    import numpy as np
    from scipy.special import ndtr

    found = _totals(subject, dealt)
    at = found.groups.index(group)
    spread = np.sqrt(np.maximum(found.squares[:, at], 1e-300))
    value = found.sums[:, at] / spread
    return Again(value / np.sqrt(np.maximum(found.n[:, at], 1)), ndtr(value))


@dataclass(frozen=True, slots=True, eq=False)
class _Totals:
    """Rows, sums and sums of squares of each group in each draw, all of shape (draws, groups)."""

    groups: list[str]
    n: "Floats"
    sums: "Floats"
    squares: "Floats"


def _totals(subject: Subject, dealt: Dealt) -> _Totals:
    name, rows = subject.breakdown[0], dealt.rows
    if subject.measure is None:
        found = by_values([name], dealt)
        n = found.totals["n"]
        return _Totals([str(cell[0]) for cell in found.cells], n, n, n)
    rows = rows.filter(rows[name].notnull(), rows[subject.measure].notnull())
    value = rows[subject.measure].cast("float64")
    cut = rows.select(KEY, group=rows[name].cast("string"), amount=value, square=value * value)
    found = dealt.summed(cut, ["group"], ["amount", "square"])
    return _Totals([str(cell[0]) for cell in found.cells], *(found.totals[part] for part in ("n", "amount", "square")))


def _taken(table: "Floats", places: "npt.NDArray[np.intp]") -> "Floats":
    """One column of each row."""
    import numpy as np

    found: Floats = np.take_along_axis(table, places[:, None], axis=1)[:, 0]
    return found


def apart(gap: "Floats | float", squares: "Floats | float") -> "Floats":
    """The two-sided p-value that two totals differ by the chance of which of the two a row came in."""
    import numpy as np
    from scipy.special import erfc

    return np.where(squares > 0, erfc(np.abs(gap) / np.sqrt(2 * np.maximum(squares, 1e-300))), 1.0)


def _part(own: "Floats", rest: "Floats") -> "Floats":
    """Cohen's h of a total's part of two against one half; 0 where there is no such part."""
    import numpy as np

    own, rest = np.maximum(own, 0.0), np.maximum(rest, 0.0)
    both = own + rest
    return np.where(both > 0, 2 * np.arcsin(np.sqrt(own / np.where(both > 0, both, 1.0))) - np.pi / 2, 0.0)
