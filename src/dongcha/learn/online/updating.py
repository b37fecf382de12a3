"""A stored head at work: it learns from what people say, is judged before each update, and is given up if it got worse.

Joins the learner with trust in those who correct, prequential figures and the test against the stored head.  The same
words in the same order give the same head.
"""

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.learn.online.annotators import Annotators, Likely
from dongcha.learn.online.fallback import Fallback
from dongcha.learn.online.learner import STANDARD, Learner, Seeds, Settings
from dongcha.learn.online.prequential import Prequential
from dongcha.model.head import Head

if TYPE_CHECKING:
    from dongcha.model.vectors import Vectors

AGAIN = 2000  # of the newest words are learned again where somebody turns out not to be trusted
CONFIRMED = 0.25  # of the answers that people speak of are confirmed, or those that are wrong were picked out


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Word:
    """What a person said of an input; `answered` is what had been answered to it, where that is known."""

    vector: "Vectors"  # (1, width)
    label: str
    by: str
    key: Hashable
    answered: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a word: whether the updated head was given up, and who is distrusted from now on."""

    fell_back: bool = False
    distrusted: tuple[str, ...] = ()


class Updating:
    """`head` and `classes` are what answers now; both are replaced, never changed."""

    def __init__(
        self, head: Head, classes: Sequence[str], seeds: Seeds | None = None, how: Settings = STANDARD
    ) -> None:
        self.stored, self._names, self._seeds, self._how = head, tuple(classes), seeds, how
        self.annotators, self.prequential = Annotators(), Prequential()
        self.fallback, self.falls = Fallback(), 0
        self._learner = self._begin()
        self._last: deque[Word] = deque(maxlen=AGAIN)
        self._spoken_of = self._confirmed = 0

    @property
    def head(self) -> Head:
        """The head as it is now."""
        return self._learner.head

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of its outputs: the stored ones, then those that people brought."""
        return self._learner.classes

    def hear(self, word: Word) -> Outcome:
        """Judge the heads by a word, then learn from it as far as its speaker is trusted."""
        likely = Likely(self.classes, self.stored.of(word.vector)[0], self.head.of(word.vector)[0])
        before = self.annotators.flagged
        self.annotators.hear(word.by, word.key, word.label, likely)
        weight = self.annotators.weight(word.by)
        self._last.append(word)
        fell = self._judged(word, likely) if weight else False
        distrusted = tuple(sorted(set(self.annotators.flagged) - set(before)))
        if fell:
            self.falls, self.fallback, self._learner = self.falls + 1, Fallback(), self._begin()
            self._last.clear()
        elif distrusted:
            self._again()
        else:
            self._learner.learn(word.vector, word.label, weight, word.key)
        return Outcome(fell, distrusted)

    def _begin(self) -> Learner:
        return Learner(self.stored, self._names, self._seeds, self._how)

    def _judged(self, word: Word, likely: Likely) -> bool:
        """Whether the updated head is given up; what people picked out because it was wrong does not judge it."""
        updated = likely.names[int(likely.updated.argmax())] == word.label
        self.prequential.add(updated)
        if word.answered is not None:
            self._spoken_of += 1
            self._confirmed += word.answered == word.label
            if self._confirmed < CONFIRMED * self._spoken_of:
                return False
        self.fallback.add(updated, self._names[int(likely.stored.argmax())] == word.label)
        return self.fallback.fallen

    def _again(self) -> None:
        """Learn the newest words again, without those of people who are not trusted."""
        self._learner = self._begin()
        for word in self._last:
            self._learner.learn(word.vector, word.label, self.annotators.weight(word.by), word.key)
