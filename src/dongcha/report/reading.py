"""Read the JSON-like facts of a report without trusting their shape: a missing or odd part reads as nothing."""

import re
from collections.abc import Mapping, Sequence

from dongcha.core.words import Lang, Words

_STRAIGHT = re.compile(r"(?<![\w'])'([^'\n]{1,80})'(?![\w'])")
Object = Mapping[str, object]


def part(facts: Object, name: str) -> Object:
    """The object called `name`; an empty one where there is none."""
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}


def parts(facts: Object, name: str) -> list[Object]:
    """The objects in the list called `name`."""
    return [item for item in items(facts, name) if isinstance(item, Mapping)]


def items(facts: Object, name: str) -> Sequence[object]:
    """The list called `name`; an empty one where there is none."""
    found = facts.get(name)
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()


def figure(facts: Object, name: str) -> float | None:
    """The number called `name`; None where there is none."""
    found = facts.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def text(value: object, lang: Lang) -> str:
    """A text that is a string, `{en, zh}` or `Words`; empty for None."""
    if isinstance(value, Words):
        return value.at(lang)
    if isinstance(value, Mapping):
        return str(value.get(lang) or value.get("en") or value.get("zh") or "")
    return "" if value is None else str(value)


def curly(said: str) -> str:
    r"""The text with names in “quotes” as on the rest of the page, not in 'these'; apostrophes stay.

    >>> curly("The label 'sub_product' is known")
    'The label “sub_product” is known'
    """
    return _STRAIGHT.sub(r"“\1”", said)


def bounds(metrics: Object, name: str) -> tuple[float, float] | None:
    """The 95 % interval of the figure called `name`: out of `interval`, which is one pair or a pair a figure."""
    found = metrics.get("interval")
    pair = found.get(name) if isinstance(found, Mapping) else found if name == "accuracy" else None
    if isinstance(pair, Sequence) and len(pair) == 2 and all(isinstance(v, int | float) for v in pair):
        return float(pair[0]), float(pair[1])
    return None


def baselines(model: Object) -> dict[str, float]:
    """Accuracy of each baseline, by name; a baseline is a number or an object with `accuracy`."""
    found: dict[str, float] = {}
    for name, value in part(model, "baselines").items():
        accuracy = figure(value, "accuracy") if isinstance(value, Mapping) else figure({"": value}, "")
        if accuracy is not None:
            found[name] = accuracy
    return found


def confusion(metrics: Object) -> tuple[list[str], list[list[float]]]:
    """Labels and counts, true classes down and predicted ones across; empty where the matrix is not square."""
    given = part(metrics, "confusion")
    labels = [str(label) for label in items(given, "labels")]
    rows = [[figure({"": n}, "") or 0.0 for n in row] for row in items(given, "matrix") if isinstance(row, Sequence)]
    whole = len(rows) == len(labels) and all(len(row) == len(labels) for row in rows)
    return (labels, rows) if whole else ([], [])
