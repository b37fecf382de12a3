"""What is remembered of a table between two minings: what was told, dismissed and starred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from dongcha.core.errors import ConfigError
from dongcha.data.join.folder import files_in
from dongcha.data.join.sources import is_folder
from dongcha.data.paths import matches
from dongcha.data.postgres import is_database
from dongcha.data.remote import is_address
from dongcha.insight.fingerprint import Fingerprint
from dongcha.insight.insight import Insight, Mined
from dongcha.insight.remembered import Mark, Remembered
from dongcha.insight.since import Telling, telling
from dongcha.insight.since_record import telling_from, telling_json
from dongcha.store.memory import Memory, Verb, memory_for, memory_of
from dongcha.store.project import is_project, open_project

LAST = "last"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that was told or marked: `number` is how a person names it, `mark` what they said of it."""

    number: int
    key: str
    finding: dict[str, Any]
    mark: Verb | None


def memory_at(place: str) -> Memory:
    """The memory of a project, or of a file by itself."""
    if is_project(place):
        return memory_of(open_project(place).state)
    return memory_for(place)


def remembered(memory: Memory) -> Remembered:
    """What a person dismissed and starred."""
    marks: dict[Verb, list[Mark]] = {"dismiss": [], "star": []}
    for verb, key, finding in memory.marks():
        marks[verb].append(Mark(Fingerprint.parsed(key), finding["measure"], tuple(finding["breakdown"])))
    return Remembered(tuple(marks["dismiss"]), tuple(marks["star"]))


def tell(memory: Memory, mined: Mined, by: str) -> None:
    """Remember what the verb `by` tells now, with the numbers that a person sees."""
    record = telling_json(telling(mined, ""))
    memory.tell({**record, "findings": [_record(one) for one in mined.insights]}, by)


def told_before(memory: Memory, when: str) -> Telling | None:
    """The last telling, or the last before the moment `when` (a date, or date and time); None where there is none.

    The last is that of `mine`, if it ever told anything: so that `run` at night and `mine --since last` in the morning
    give the news of the night.  Raises `ConfigError` for a text that is neither `last` nor a date.
    """
    found = (memory.last(by="mine") or memory.last()) if when == LAST else memory.last(moment(when))
    return None if found is None else telling_from(*found)


def check_since(when: str | None) -> None:
    """Raise `ConfigError` for what is neither None, `last` nor a date: said before the work."""
    if when not in (None, LAST):
        moment(str(when))


def moment(text: str) -> datetime:
    """A date, or date and time, as a moment of this machine's time zone; raises `ConfigError` for another text."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise ConfigError(f"--since takes 'last' or a date such as 2026-11-01, got {text!r}") from None


def known_findings(memory: Memory) -> list[Known]:
    """What was told last, by its numbers, and then what is marked and was not told."""
    found = memory.last()
    told = found[1]["findings"] if found else []
    marks = [(verb, Fingerprint.parsed(key), finding) for verb, key, finding in memory.marks()]
    listed, seen = [], set()
    for one in told:
        own = Fingerprint.parsed(one["fingerprint"])
        said = next((m for m in marks if m[1].fact == own.fact and m[1].meets(own)), None)
        key = said[1] if said else own
        seen.add(key)
        listed.append(Known(one["rank"], str(key), one, said[0] if said else None))
    start = max((one.number for one in listed), default=0) + 1
    others = [said for said in marks if said[1] not in seen]
    return [*listed, *(Known(start + at, str(key), one, verb) for at, (verb, key, one) in enumerate(others))]


def marked(memory: Memory, **said: Sequence[int]) -> None:
    """Remember what a person says of findings, by their numbers: `dismiss`, `star` or `forget`.

    Raises `ConfigError` for a number that no finding has or that is named twice; nothing is remembered then.
    """
    known = {one.number: one for one in known_findings(memory)}
    numbers = [number for some in said.values() for number in some]
    for number in numbers:
        if number not in known:
            most = f"there are findings 1 to {max(known)}" if known else "nothing was told yet; run dongcha mine first"
            raise ConfigError(f"there is no finding {number}: {most}")
        if numbers.count(number) > 1:
            raise ConfigError(f"finding {number} is named twice; say one thing of it")
    for verb, some in said.items():
        for number in some:
            memory.mark(cast("Verb", verb), known[number].key, known[number].finding)


def place_known(place: str) -> None:
    """Raise `StorageError` for a place that is neither a project nor a file, pattern, folder of tables or address."""
    if is_project(place) or is_address(place) or is_database(place):
        return
    if is_folder(place):
        files_in(place)
    else:
        matches(place)


def _record(insight: Insight) -> dict[str, Any]:
    subject = insight.subject
    return {
        "rank": insight.rank,
        "fingerprint": insight.fingerprint,
        "pattern": insight.pattern,
        "measure": subject.measure,
        "breakdown": list(subject.breakdown),
        "sentence": insight.sentence.to_json(),
    }
