"""The main figures of a model out of its metrics: which there are, what they are called, how they are written."""

from collections.abc import Mapping

from dongcha.core.words import Words
from dongcha.report.labels import LABELS
from dongcha.report.numbers import number, percent
from dongcha.report.reading import Object, figure, part, text


def figures(metrics: Object, known: Object) -> dict[str, float]:
    """The figures that have an interval or, where none has, those of a `known` name; entity F1 stands deeper."""
    entity = figure(part(metrics, "entity"), "f1")
    every: Mapping[str, object] = metrics if entity is None else {"entity_f1": entity, **metrics}
    names = part(metrics, "interval") or known
    return {name: value for name in names if (value := figure(every, name)) is not None}


def figure_words(name: str, known: Object) -> Words:
    """What a figure is called, at the beginning of a line or head."""
    if name in LABELS:
        return LABELS[name]
    en, zh = (text(known.get(name) or name.replace("_", " "), lang) for lang in ("en", "zh"))
    return Words(en[:1].upper() + en[1:], zh)


def is_share(name: str) -> bool:
    """Whether the figure is a part of a whole."""
    return name in LABELS


def figure_text(name: str, value: float) -> str:
    """A share in per cent, another figure as a number.

    >>> figure_text("accuracy", 0.5), figure_text("r2", 0.51234), figure_text("mae", 12345.678)
    ('50%', '0.512', '12,346')
    """
    if is_share(name):
        return percent(value)
    return f"{value:.3f}" if abs(value) < 100 else number(value)
