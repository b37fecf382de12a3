"""The segments of a breakdown as lines of a table: the named ones, the largest others, and what is left in one."""

from dataclasses import dataclass

from dongcha.core.words import Lang, Words
from dongcha.insight.change.answer import Breakdown, Segment
from dongcha.insight.insight import Insight, Subject
from dongcha.report.contents.grid import Grid, short
from dongcha.report.difference import key_words, side_words, signed
from dongcha.report.names import human
from dongcha.report.numbers import p_value, percent
from dongcha.report.subject import PARTS, amount

MOST = 8
"""Segments that a table shows, besides the sum of the others."""
HEADS = {
    "before": Words("before", "前"),
    "after": Words("after", "后"),
    "volume": Words("volume", "量"),
    "rate": Words("rate", "率"),
    "change": Words("adds", "贡献"),
    "share": Words("share", "占比"),
    "q": Words("q", "q"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A segment: the values that name it, the cells after them, and whether it is one that the finding names."""

    name: tuple[str, ...]
    cells: tuple[str, ...]
    named: bool = False


def heads(subject: Subject, lang: Lang) -> tuple[str, ...]:
    """The heads over the cells; of a count all is volume."""
    apart = ("volume", "rate") if subject.aggregation != "count" else ()
    return tuple(HEADS[name].at(lang) for name in ("before", "after", *apart, "change", "share", "q"))


def lines(finding: Insight, found: Breakdown, lang: Lang) -> list[Line]:
    """The lines of the table; the contributions add up to the difference."""
    subject = finding.subject
    others = sorted((one for one in found.segments if one not in found.named), key=lambda one: -abs(one.contribution))
    ordered = [*found.named, *others]
    shown = [
        Line(
            tuple(key_words(key.value, key.kind).at(lang) for key in one.key),
            _cells(one, subject),
            at < len(found.named),
        )
        for at, one in enumerate(ordered[:MOST])
    ]
    if left := ordered[MOST:]:
        name = Words(f"{len(left):,} others", f"其余 {len(left):,} 组").at(lang)
        shown.append(Line((name,), _others(left, subject)))
    return shown


def segments(finding: Insight, found: Breakdown, lang: Lang) -> Grid:
    """The same as a grid, the named segments marked; the figures stand under the names of the two sides."""
    listed = lines(finding, found, lang)
    sides = (side_words(finding.facts, side, finding.subject, bare=True).at(lang) for side in ("before", "after"))
    head = (*(short(side, 40) for side in sides), *heads(finding.subject, lang)[2:])
    names = [human(name) for name in finding.subject.breakdown]
    return Grid(
        (short(" · ".join(names), 120), *head),
        tuple((short(" · ".join(one.name), 120), *one.cells) for one in listed),
        frozenset(range(1, len(head) + 1)),
        frozenset(at for at, one in enumerate(listed) if one.named),
    )


def _others(left: list[Segment], subject: Subject) -> tuple[str, ...]:
    """What the segments that have no line of their own add up to."""
    sums = [sum(getattr(one, name) for one in left) for name in ("volume", "rate", "contribution")]
    moved = [_short(subject, value) for value in (sums if subject.aggregation != "count" else sums[2:])]
    return "", "", *moved, _part(sum(one.share or 0.0 for one in left)), ""


def _part(share: float | None) -> str:
    return "–" if share is None else percent(share) if share >= 0 else f"−{percent(-share)}"


def _cells(one: Segment, subject: Subject) -> tuple[str, ...]:
    moved = [_short(subject, one.volume), _short(subject, one.rate)] if subject.aggregation != "count" else []
    sides = [amount(subject, value).replace("-", "−") for value in (one.before, one.after)]
    q = p_value(one.q_value) if one.tested else "–"
    return *sides, *moved, _short(subject, one.contribution), _part(one.share), q


def _short(subject: Subject, value: float) -> str:
    """A change in the room of a cell; of a rate in per cent of the rows."""
    said = signed(subject, value).en
    return said.removesuffix(" percentage points") + "%" if subject.aggregation in PARTS else said
