"""An audit: answers drawn at random are put to a person, so that not what people chose to speak of judges.

The answers that people see are the champion's, and they speak up about wrong ones.  On such feedback whatever answers
otherwise wins: of two equally good versions the one that is not shown.  A draw by a hash of the input knows neither
what was answered nor whether it was right; what it draws first is a random part of all inputs that were answered.
"""

import hashlib
from collections.abc import Sequence

from dongcha.learn.corrections import judges, key_of
from dongcha.store.feedback import Feedback
from dongcha.store.predicted import Predicted

MARK = "audit:"  # keys that clients send are hashed, so that none of them is taken for one of these


def audit_key(by: str, prediction: str) -> str:
    """The key of feedback that a person gave on a drawn answer."""
    return MARK + hashlib.sha256(f"{by}\0{prediction}".encode()).hexdigest()


def audited(one: Feedback) -> bool:
    """Whether feedback is on an answer that was drawn, and not one that somebody chose."""
    return one.key.startswith(MARK)


def drawn(answers: Sequence[Predicted]) -> list[Predicted]:
    """One answer to each input that judges, in an order that depends on inputs and ids alone."""
    by_input: dict[str, Predicted] = {}
    for one in sorted(answers, key=lambda one: _hash(one.id)):
        if judges(one.input):
            by_input.setdefault(key_of(one.input), one)
    return [by_input[key] for key in sorted(by_input, key=_hash)]


def _hash(text: str) -> str:
    return hashlib.sha256(f"audit\0{text}".encode("utf-8", "replace")).hexdigest()
