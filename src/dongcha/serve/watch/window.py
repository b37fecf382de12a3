"""The newest answers of a version, as a profile that can be held against its reference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.model.reference import Profile, Reference, profile_of
from dongcha.store.predicted import Predicted, Predictions

Read = Callable[[Sequence[Any]], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Window:
    """Answers up to a moment; `fresh` of them came after the look before."""

    answers: tuple[Predicted, ...]
    fresh: int

    @property
    def until(self) -> str:
        """The moment of the last answer; empty where there is none."""
        return self.answers[-1].at if self.answers else ""

    def profile(self, reference: Reference, read: Read | None) -> Profile:
        """The profile, with vectors where the reference has some and `read` gives them."""
        inputs = [one.input for one in self.answers]
        scores = np.array([np.nan if one.score is None else one.score for one in self.answers])
        wanted = read is not None and reference.profile.vectors is not None and bool(inputs)
        vectors = read(inputs) if wanted and read is not None else None
        return profile_of(inputs, [one.label for one in self.answers], scores, reference.characters, vectors)


def window_of(store: Predictions, model: str, version: int, *, after: str, most: int, now: str = "9") -> Window:
    """The newest `most` answers of a version until `now`; those after the moment `after` count as fresh.

    Where a clock was set back, answers of the future would be the newest for ever, and none be fresh.  Answers of the
    version that came before a roll-back and those after it are of one window: the model is the same.
    """
    found = [one for one in store.between(model, end=now, most=4 * most) if one.version == version][-most:]
    return Window(tuple(found), sum(one.at > after or after >= now for one in found))
