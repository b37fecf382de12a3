"""Whose words judge: everybody's but those of people who, by then, agreed with others no more than chance would.

Who is left out is known before each word and never revised, and rests on what people say to each other of inputs that
teach, which never judge: no version's answer is asked, so that neither is favoured.  Of two equally good versions the
next input that counts then still falls to either with probability 1/2 whatever came before, and the e-process keeps its
level, as a bettor does who sits out some rounds by a rule of his own.  One who says anything and of whose inputs nobody
else speaks is not found this way; such words fall to either version alike, which costs evidence and not the level.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from dongcha.learn.corrections import judging, key_of
from dongcha.learn.online.annotators import Annotators, Likely
from dongcha.store.feedback import Feedback


def heard(said: Iterable[Feedback], classes: int) -> Iterator[tuple[Feedback, bool]]:
    """Feedback on inputs that judge, and whether each counts, given all feedback in the order of its numbers."""
    people, nothing = Annotators(), Likely((), np.zeros(classes), np.zeros(0))
    for one in said:
        if judging(one):
            known = people.known.get(one.by)
            yield one, known is None or not known.flagged
        elif isinstance(one.label, str):
            people.hear(one.by, key_of(one.input), one.label, nothing)
