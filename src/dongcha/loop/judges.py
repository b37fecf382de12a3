"""What judges a standing challenger: drawn answers that a person audited, or, while they are few, what people chose.

Whether the drawn ones judge is decided by how many there are, never by who was right; from then on they do alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dongcha.core.words import Words
from dongcha.learn.audit import audited
from dongcha.learn.corrections import key_of
from dongcha.learn.heard import heard
from dongcha.loop.refresh import RULE, said_of
from dongcha.serve.live.place import Place, classes_of
from dongcha.store.feedback import Feedback
from dongcha.store.versions import Version


@dataclass(frozen=True, slots=True)
class Judges:
    """The first word on each input, whether all of them were drawn, and whose words were left out."""

    words: tuple[Feedback, ...]
    drawn: bool
    left_out: tuple[str, ...]
    audits: int  # drawn answers that a person spoke of

    @property
    def notes(self) -> tuple[Words, ...]:
        """What to know of them."""
        notes = []
        if self.left_out:
            names = ", ".join(self.left_out)
            notes.append(
                Words(
                    f"What {names} said does not judge: they agree with others no more than chance would.",
                    f"未采用 {names} 的说法评判：与他人的一致程度不高于随机。",
                )
            )
        if self.words and not self.drawn:
            notes.append(
                Words(
                    "People chose what they spoke of, and speak more of wrong answers, which favours the challenger; "
                    f"{RULE.least - self.audits} more answers to dongcha label … --audit judge without that.",
                    "这些纠正由人自行挑选，错误的回答更常被指出，因而偏向挑战者；"
                    f"再用 dongcha label … --audit 回答 {RULE.least - self.audits} 条即可无偏评判。",
                )
            )
        return tuple(notes)


def judges_of(place: Place, champion: Version, challenger: Version) -> Judges:
    """What was said, on inputs that never teach, of answers of the champion since the challenger was trained.

    Everything said before has a part in who is trusted.
    """
    since, chosen, left_out = challenger.learned_until, list[Feedback](), set[str]()
    known = "feedback" in challenger.lineage  # what it learned up to is a number, which no clock can move
    for one, counts in heard(said_of(place.state, champion.model), len(classes_of(place, champion))):
        its = one.version == champion.number and one.predicted is not None
        if its and one.number > since and (known or one.at >= challenger.at):
            if counts:
                chosen.append(one)
            else:
                left_out.add(one.by)
    audits = _first([one for one in chosen if audited(one)])
    drawn = len(audits) >= RULE.least
    return Judges(audits if drawn else _first(chosen), drawn, tuple(sorted(left_out)), len(audits))


def _first(said: Sequence[Feedback]) -> tuple[Feedback, ...]:
    found = dict[str, Feedback]()
    for one in said:
        found.setdefault(key_of(one.input), one)
    return tuple(found.values())
