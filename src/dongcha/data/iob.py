"""Tags of words: `O` outside, `B-TYPE` at the first word of an entity, `I-TYPE` inside one (IOB2).

Knows tags.  Knows nothing of files or models.
"""

from collections.abc import Sequence

OUTSIDE = "O"


def is_tag(tag: object) -> bool:
    """Whether it is `O`, `B-…` or `I-…`.

    >>> is_tag("B-PER"), is_tag("O"), is_tag("PER"), is_tag("B-")
    (True, True, False, False)
    """
    return tag == OUTSIDE or (isinstance(tag, str) and tag[:2] in ("B-", "I-") and len(tag) > 2)


def type_of(tag: str) -> str:
    """The type of a tag; the empty string of `O`.

    >>> type_of("B-PER")
    'PER'
    """
    return tag[2:]


def as_iob2(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags with `B-` at the first word of every entity: IOB1 writes it only between two entities of a type.

    >>> as_iob2(["I-PER", "I-PER", "B-PER", "I-LOC", "O"])
    ('B-PER', 'I-PER', 'B-PER', 'B-LOC', 'O')
    """
    before, found = "", []
    for tag in tags:
        kind = type_of(tag)
        found.append("B-" + kind if tag[0] == "I" and kind != before else tag)
        before = kind
    return tuple(found)


def entities(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Type, first word and the word after the last of each entity.

    >>> entities(["B-PER", "I-PER", "O", "B-LOC"])
    [('PER', 0, 2), ('LOC', 3, 4)]
    """
    found: list[tuple[str, int, int]] = []
    for at, tag in enumerate(as_iob2(tags)):
        if tag[0] == "B":
            found.append((type_of(tag), at, at + 1))
        elif tag[0] == "I":
            kind, start, _ = found[-1]
            found[-1] = kind, start, at + 1
    return found
