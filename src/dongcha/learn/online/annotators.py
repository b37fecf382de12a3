"""Who can be trusted: people who correct, judged by what others say of the same inputs and by what a model expects.

A correction is of an answer that was wrong, so that an honest expert never agrees with the model's first choice; but
what the expert says is likely all the same, or becomes so once the model has learned from it.  What a spammer says has
nothing to do with the input.  Each of the two is a beta posterior with its interval, and older words fade; a person is
flagged where even the upper bound is near what saying anything would give.  One who is wrong by a rule, alone, teaches
as an expert does on changed data: only others can tell.
"""

import math
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from dongcha.model.predictions import Floats

LEVEL = 0.99  # of the intervals: one person in a hundred is flagged by chance at one look, at the edge
PART = 0.2  # of the classes are likely ones; two at least
NEAR = 1 / 3  # of the way from chance to always
FEWEST_CLASSES = 4  # with fewer, what is left beside the first choice says nothing
FEWEST = 8  # words that others spoke of, before anything is made of it
TAUGHT, FEWEST_ALONE = 20, 30  # a person's first words teach the model; of the next ones it speaks, if they are so many
FADING = 0.985
ONE = 0.9  # of it is one label: what the person taught the model cannot speak for the person


@dataclass(slots=True)
class Count:
    """Successes and failures, and the rate that chance would give (a mean over them)."""

    yes: float = 0.0
    no: float = 0.0
    chance: float = 0.0

    @property
    def size(self) -> float:
        """How many there are."""
        return self.yes + self.no

    def add(self, success: float, chance: float, weight: float = 1.0) -> None:
        """One more, that is `success` (0..1) of a success."""
        self.yes, self.no = FADING * self.yes, FADING * self.no
        self.chance = (self.chance * self.size + chance * weight) / max(self.size + weight, 1e-12)
        self.yes, self.no = self.yes + weight * success, self.no + weight * (1 - success)

    @property
    def interval(self) -> tuple[float, float]:
        """Of the rate, at `LEVEL`, from a uniform prior."""
        from scipy.special import betaincinv

        a, b, tail = 1 + self.yes, 1 + self.no, (1 - LEVEL) / 2
        return float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))

    @property
    def near_chance(self) -> float:
        """The rate under which a person may as well say anything."""
        return self.chance + NEAR * (1 - self.chance)


@dataclass(slots=True)
class Annotator:
    """A person: agreement with others, and how often what was said is likely to the model."""

    name: str
    peers: Count = field(default_factory=Count)
    model: Count = field(default_factory=Count)
    labels: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> int:
        """What the person said."""
        return self.labels.total()

    @property
    def interval(self) -> tuple[float, float]:
        """Of agreement with others where there is enough of it, else of what is likely to the model."""
        return self._judged.interval

    @property
    def flagged(self) -> bool:
        """Whether what was said has as good as nothing to do with the inputs."""
        return self._enough and self._judged.interval[1] < self._judged.near_chance

    @property
    def weight(self) -> float:
        """How much a word counts, 0..1: less the nearer the upper bound comes to chance; 0 where flagged."""
        count = self._judged
        if not self._enough:
            return 1.0
        high = count.interval[1]
        if high < count.near_chance:
            return 0.0
        return min(1.0, (high - count.chance) / max((1 - count.chance) / 2, 1e-12))

    @property
    def _enough(self) -> bool:
        return self.peers.size >= FEWEST or self.model.size >= FEWEST_ALONE

    @property
    def _judged(self) -> Count:
        return self.peers if self.peers.size >= FEWEST else self.model


class Annotators:
    """All who said something; the same words in the same order give the same trust."""

    def __init__(self) -> None:
        self.known: dict[str, Annotator] = {}
        self._words: dict[Hashable, dict[str, str]] = {}

    def weight(self, name: str) -> float:
        """How much a word of that person counts, 0..1; one who is not known yet counts fully."""
        return self.known[name].weight if name in self.known else 1.0

    @property
    def flagged(self) -> tuple[str, ...]:
        """Those whose words do not count."""
        return tuple(sorted(name for name, one in self.known.items() if one.flagged))

    def hear(self, name: str, key: Hashable, label: str, likely: "Likely") -> None:
        """A person said that the input of that key is `label`; `likely` is of the model before it learned that."""
        one = self.known.setdefault(name, Annotator(name))
        one.labels[label] += 1
        others = self._words.setdefault(key, {})
        for other, said in others.items():
            if other != name:
                alike, chance = float(said == label), 1 / max(likely.classes, 2)
                one.peers.add(alike, chance, self.weight(other))
                self.known[other].peers.add(alike, chance, one.weight)
        others[name] = label
        share = one.labels.most_common(1)[0][1] / one.said
        found = likely.of(label, learned=not (one.said >= FEWEST and share >= ONE))
        if found is not None and one.said > TAUGHT:
            one.model.add(float(found), likely.chance)


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """What the stored and the updated head say of one input: logits, one for each class."""

    names: tuple[str, ...]  # of the updated head; the stored one has the first of them
    stored: Floats
    updated: Floats

    @property
    def classes(self) -> int:
        """Classes of the stored head."""
        return len(self.stored)

    @property
    def chance(self) -> float:
        """Of a label drawn at random."""
        return self._most / self.classes

    @property
    def _most(self) -> int:
        return max(2, math.ceil(PART * self.classes))

    def of(self, label: str, *, learned: bool) -> bool | None:
        """Whether the label is likely to the updated head, else to the stored one; None where that cannot be said."""
        if self.classes < FEWEST_CLASSES or label not in self.names[: self.classes]:
            return None
        at = self.names.index(label)
        logits = self.updated[: self.classes] if learned else self.stored
        return int(np.sum(logits > logits[at])) < self._most
