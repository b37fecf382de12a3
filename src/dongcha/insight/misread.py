"""What a model's errors of reading do to a claim about a column that it read.

A claim is made only where it also holds for the corrected figures; a column whose model's errors are not known says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Claim
from dongcha.insight.cube import Cube
from dongcha.insight.quantify import NOTHING, Contrast, Correction, group_contrast, rate_contrast

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

UNKNOWN = Words(
    "A model read this, and its errors are not known well enough to be corrected for.",
    "此列由模型读出，其误差不够明确，未作校正。",
)
HOLDS = Words(
    "A model read this; it also holds when its errors of reading are corrected for.",
    "此列由模型读出；校正读取误差后结论依然成立。",
)


ONE_TEXT = Words(
    "Both come from the same text, so that errors of reading go with the groups: the size of the difference is unsure.",
    "两列均出自同一文本，读取误差与分组相关，差异的大小并不确定。",
)


def sure(claim: Claim, cube: Cube) -> Claim:
    """The claim; one about a column that a model read, of a pattern that corrects for no errors, holds no more."""
    if claim.corrected or not cube.corrections:
        return claim
    subject = claim.subject
    about = {subject.measure, *subject.breakdown, *(part.column for part in subject.where)}
    return claim if not about & cube.corrections.keys() else replace(claim, p_value=1.0)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected contrast: each row of the read `column` counts `weights[its value]` rows of the value asked about."""

    contrast: Contrast
    column: str
    weights: Mapping[str, float]


@dataclass(slots=True)
class Misread:
    """The read columns of a cube.

    `pairs` keeps the counts of two columns as a matrix, read values down, `texts` what `of_one_text` said.
    """

    cube: Cube
    pairs: dict[tuple[str, str], tuple["Floats", dict[str, int]]] = field(default_factory=dict)
    texts: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def rate(self, outcome: str, category: object, breakdown: str, group: object) -> Corrected | None:
        """The corrected rate of `outcome` = `category` in a group and in the rest; None where nothing is corrected.

        Where both columns were read, the less certain of the two corrections counts.  Columns out of one text are not
        corrected: a model errs otherwise on other texts, and the groups are such.
        """
        if self.of_one_text(outcome, breakdown):
            return None
        found: list[Corrected] = []
        if self.cube.corrections.get(outcome):
            contrast = self._of_outcome(outcome, category, breakdown, group)
            found.append(Corrected(contrast, outcome, self._weights(outcome, category)))
        if self.cube.corrections.get(breakdown):
            contrast = self._of_group(outcome, category, breakdown, group)
            found.append(Corrected(contrast, breakdown, self._weights(breakdown, group)))
        return max(found, key=lambda one: one.contrast.p_value, default=None)

    def shift(self, what: tuple[str, object], time: str, periods: tuple[str, str]) -> float:
        """The p-value of a corrected change of a value's share between two periods; 0 where nothing is corrected."""
        name, value = what
        if not self.cube.corrections.get(name):
            return 0.0
        matrix, place = self._pair(name, time)
        if not set(periods) <= set(place):
            return 1.0
        before, after = (matrix[:, place[period]] for period in periods)
        return rate_contrast(self._how(name), value, after, before).p_value

    def caveats(self, names: Iterable[str | None]) -> tuple[Words, ...]:
        """What a reader should know of the columns of a claim that was made."""
        columns = [name for name in names if name is not None]
        read = [self.cube.corrections[name] for name in columns if name in self.cube.corrections]
        if not read:
            return ()
        if len(columns) > 1 and self.of_one_text(*columns):
            return (ONE_TEXT,)
        return (UNKNOWN if None in read else HOLDS,)

    def of_one_text(self, *names: str) -> bool:
        """Whether all the columns were read in or worked out from one text column."""
        if names not in self.texts:
            columns = [self.cube.table.schema[name] for name in names]
            sources = {column.read_by.source if column.read_by else column.from_text for column in columns}
            self.texts[names] = len(sources) == 1 and None not in sources
        return self.texts[names]

    def _of_outcome(self, outcome: str, category: object, breakdown: str, group: object) -> Contrast:
        matrix, place = self._pair(outcome, breakdown)
        if str(group) not in place:
            return NOTHING
        inside = matrix[:, place[str(group)]]
        return rate_contrast(self._how(outcome), category, inside, matrix.sum(axis=1) - inside)

    def _of_group(self, outcome: str, category: object, breakdown: str, group: object) -> Contrast:
        matrix, place = self._pair(breakdown, outcome)
        hits = matrix[:, place[str(category)]]
        return group_contrast(self._how(breakdown), group, matrix.sum(axis=1), hits, hits)

    def _weights(self, name: str, value: object) -> Mapping[str, float]:
        how = self._how(name)
        return dict(zip(how.values, how.weights[how.place(value)].tolist(), strict=True))

    def _how(self, name: str) -> Correction:
        how = self.cube.corrections[name]
        assert how is not None
        return how

    def _pair(self, read: str, other: str) -> tuple["Floats", dict[str, int]]:
        """Rows by the value read and the value of the other column, and the places of the latter."""
        if (read, other) not in self.pairs:
            self.pairs[read, other] = _matrix(self.cube, self._how(read), read, other)
        return self.pairs[read, other]


def _matrix(cube: Cube, how: Correction, read: str, other: str) -> tuple["Floats", dict[str, int]]:
    import numpy as np

    names = (read, other) if (read, other) in cube.counts else (other, read)
    counted, side = cube.counts[names], names.index(read)
    place: dict[str, int] = {}
    for key in counted.keys:
        place.setdefault(str(key[1 - side]), len(place))
    rows = {value: i for i, value in enumerate(how.values)}
    matrix = np.zeros((len(rows), len(place)))
    for key, n in zip(counted.keys, counted.cells, strict=True):
        matrix[rows[str(key[side])], place[str(key[1 - side])]] += n
    return matrix, place
