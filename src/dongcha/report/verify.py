"""Check that a sentence says nothing that its evidence does not hold.

Parses the finished sentence with its own grammar of numbers and periods and looks every one up among the cells of the
evidence; what stands in “quotes” must be a name or a value of the insight.  Knows nothing of how sentences are made.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Cell, Insight
from dongcha.report.names import human, quoted, value_text
from dongcha.report.numbers import MONTHS, day_of
from dongcha.report.subject import is_subject

_QUOTED = re.compile("“([^”]*)”")
_NUMBER = re.compile(
    r"(?P<digits>\d[\d,]*(?:\.\d+)?)(?:e(?P<power>[+-]?\d+))?(?P<percent>\s*(?:%|percentage points|个百分点))?"
)
_PERIODS = {
    "en": re.compile(rf"(?:(?P<d>\d{{1,2}}) )?(?P<m>{'|'.join(MONTHS)}) (?P<y>\d{{4}})|Q(?P<q>[1-4]) (?P<yq>\d{{4}})"),
    "zh": re.compile(r"(?P<y>\d{4})年(?:第(?P<q>[1-4])季度|(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?)?"),
}
Mismatch = tuple[Lang, str]
"""A language and the piece of its sentence that is not in the evidence."""


def check_numbers(insight: Insight) -> list[Mismatch]:
    """What the sentence says in numbers, periods and quotes that its evidence does not hold; empty: all is there."""
    numbers, words = _known(insight)
    wrong: list[Mismatch] = []
    languages: tuple[Lang, Lang] = ("en", "zh")
    for lang in languages:
        text = " ".join(one.at(lang) for one in (insight.sentence, *_with_figures(insight)))
        wrong += [(lang, said) for said in _QUOTED.findall(text) if f"“{said}”" not in words]
        text = _QUOTED.sub("“”", text)
        for found in _PERIODS[lang].finditer(text):
            if not _period_known(found, words):
                wrong.append((lang, found.group()))
        text = _PERIODS[lang].sub(" ", text)
        years = {f"{day.year}" for day in map(day_of, words) if day and insight.subject.grain == "year"}
        for found in _NUMBER.finditer(text):
            if found.group() not in years and not _number_known(found, numbers):
                wrong.append((lang, found.group()))
    return wrong


def _with_figures(insight: Insight) -> list[Words]:
    """The caveats that say figures of the evidence: what a difference comes to within a third category."""
    name = insight.facts.get("confounder")
    return [] if name is None else [one for one in insight.caveats if quoted(name) in one.en]


def _known(insight: Insight) -> tuple[list[float], set[str]]:
    """Numbers, and texts (as they are and as a sentence quotes them), that a sentence may say.

    A fact counts only if it stands in a row of the evidence.
    """
    cells = [cell for row in insight.evidence.rows for cell in row.values()]
    facts, subject = insight.facts.values(), insight.subject
    held = sorted(map(abs, _numbers(cells)))
    numbers = [value for value in map(abs, _numbers(facts)) if _among(value, held)]
    given = [*(f.value for f in subject.where), subject.category]
    numbers += map(abs, _numbers(given))
    about = [cell for row in insight.evidence.rows if is_subject(row) for cell in row.values()]
    names = [*subject.breakdown, *(f.column for f in subject.where), subject.measure or "", subject.table or ""]
    names += [str(insight.facts[k]) for k in ("x", "y") if k in insight.facts]
    said = {value_text(c) for c in (*facts, *given, *about, *(p.text for p in insight.phrases)) if c is not None}
    return numbers, said | {quoted(text) for text in said} | {quoted(human(name)) for name in names}


def _numbers(cells: Iterable[Cell]) -> list[float]:
    return [float(c) for c in cells if isinstance(c, int | float) and not isinstance(c, bool) and math.isfinite(c)]


def _among(value: float, held: list[float]) -> bool:
    """Whether the sorted `held` has the value but for the last bits."""
    near = bisect_left(held, value * (1 - 1e-9))
    return near < len(held) and held[near] <= value * (1 + 1e-9)


def _number_known(found: "re.Match[str]", numbers: list[float]) -> bool:
    """Whether a cell rounds to the number as written, and is not so small that the rounding tells nothing."""
    digits, power = found["digits"].rstrip(","), int(found["power"] or 0)
    value = float(digits.replace(",", "")) * 10.0**power
    places = len(digits.partition(".")[2]) - power
    scale = 100 if found["percent"] else 1
    half = 0.5 * 10.0**-places * (1 + 1e-9)
    return any(abs(cell * scale - value) <= max(min(half, 0.06 * abs(value)), 1e-9 * abs(value)) for cell in numbers)


def _period_known(found: "re.Match[str]", texts: set[str]) -> bool:
    parts: Mapping[str, str | None] = found.groupdict()
    year, quarter, month, day = int(parts.get("y") or parts.get("yq") or 0), parts["q"], parts["m"], parts["d"]
    start = 3 * int(quarter) - 2 if quarter else _month(month)
    try:
        first = date(year, start, int(day or 1))
    except ValueError:
        return False
    months = 3 if quarter else 1 if month else 12
    last = first if day else _months_later(first, months) - timedelta(days=1)
    return any(first <= known <= last for known in _days(texts))


def _days(texts: set[str]) -> Iterator[date]:
    for text in texts:
        day = day_of(text)
        if day is not None:
            yield day


def _month(text: str | None) -> int:
    if not text:
        return 1
    return MONTHS.index(text) + 1 if text in MONTHS else int(text)


def _months_later(day: date, months: int) -> date:
    total = day.month - 1 + months
    return date(day.year + total // 12, total % 12 + 1, 1)
