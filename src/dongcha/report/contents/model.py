"""What the models read, how good they are and what else was tried, as a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dongcha.core.words import Lang
from dongcha.report.contents.grid import Grid, count, filled, heads, share, short
from dongcha.report.labels import LABELS, METHODS, named
from dongcha.report.numbers import number, percent
from dongcha.report.reading import Object, baselines, bounds, confusion, figure, items, part, parts, text

MOST_LABELS = 30
"""Classes of a confusion matrix that a page can hold."""


@dataclass(frozen=True, slots=True)
class Score:
    """How good one way of answering is on the test rows; shares are 0..1."""

    name: str
    accuracy: float
    interval: tuple[float, float] | None
    macro_f1: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix of counts; `parts` are their shares of the row, 0..1."""

    labels: tuple[str, ...]
    counts: tuple[tuple[str, ...], ...]
    parts: tuple[tuple[float, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.labels)


def scores(model: Object, lang: Lang) -> tuple[Score, ...]:
    """This model and the baselines, side by side."""
    metrics = part(model, "metrics")
    accuracy = figure(metrics, "accuracy")
    if accuracy is None:
        return ()
    name = LABELS["this_model"].at(lang)
    method = named(METHODS, str(model.get("method") or ""), lang)
    if method:
        name += f"：{method}" if lang == "zh" else f": {method}"
    ours = Score(name, accuracy, bounds(metrics, "accuracy"), _with_bounds(metrics, "macro_f1", lang), True)
    others = [
        Score(named(METHODS, other, lang), value, None, share(part(part(model, "baselines"), other), "macro_f1"), False)
        for other, value in baselines(model).items()
        if other != model.get("method")
    ]
    return (ours, *others)


def _with_bounds(metrics: Object, name: str, lang: Lang) -> str:
    value, interval = share(metrics, name), bounds(metrics, name)
    if not value or not interval:
        return value
    return f"{value}（{between(interval)}）" if lang == "zh" else f"{value} ({between(interval)})"


def between(interval: tuple[float, float]) -> str:
    """The interval in per cent."""
    return f"{percent(interval[0])} – {percent(interval[1])}"


def per_class(model: Object, lang: Lang) -> Grid:
    """Precision, recall and F1 of each class."""
    rows = [
        (
            short(str(line.get("label", "")), 80),
            *(share(line, name) for name in ("precision", "recall", "f1")),
            count(line, "support"),
        )
        for line in parts(part(model, "metrics"), "per_class")
    ]
    head = heads(lang, "class", "precision", "recall", "f1", "support")
    return filled(Grid(head, tuple(rows), frozenset({1, 2, 3, 4})))


def heat(model: Object) -> Heat:
    """The confusion matrix; empty where there is none or it has too many classes to be read."""
    labels, rows = confusion(part(model, "metrics"))
    if len(labels) > MOST_LABELS:
        return Heat((), (), ())
    shares = tuple(tuple(n / total if (total := sum(row)) else 0.0 for n in row) for row in rows)
    return Heat(tuple(short(x, 60) for x in labels), tuple(tuple(number(n) for n in row) for row in rows), shares)


def rungs(model: Object, lang: Lang) -> Grid:
    """What was tried on the validation rows, and what was kept."""
    found = parts(model, "rungs")
    rows = tuple(
        (
            named(METHODS, str(rung.get("method", "")), lang),
            share(rung, "accuracy"),
            share(rung, "macro_f1"),
            "" if rung.get("skipped") else count(rung, "seconds"),
            _fate(rung, lang),
        )
        for rung in found
    )
    head = (*heads(lang, "approach", "accuracy", "macro_f1", "seconds"), "")
    kept = frozenset(i for i, rung in enumerate(found) if rung.get("kept") is True)
    return filled(Grid(head, rows, frozenset({1, 2, 3}), kept))


def _fate(rung: Object, lang: Lang) -> str:
    if rung.get("kept") is True:
        return LABELS["chosen"].at(lang)
    return text(rung.get("skipped"), lang)


def topics(model: Object, lang: Lang) -> Grid:
    """The groups of like texts, with their phrases and an example each."""
    stop = "、" if lang == "zh" else ", "
    rows = [
        (
            short(text(topic.get("name"), lang), 80),
            count(topic, "rows"),
            short(stop.join(_phrase(phrase) for phrase in items(topic, "phrases")[:6])),
            short(" ".join(text(topic.get("example"), lang).split()), 200),
        )
        for topic in parts(model, "topics")
    ]
    return filled(Grid(heads(lang, "topic", "records", "phrases", "example"), tuple(rows), frozenset({1})))


def _phrase(phrase: object) -> str:
    return str(phrase.get("text", "")) if isinstance(phrase, Mapping) else str(phrase)


def trust(model: Object, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Further figures by which to judge the model: label, value."""
    metrics = part(model, "metrics")
    calibration = part(metrics, "calibration")
    values = {
        "encoder": short(str(model.get("encoder") or ""), 80) if metrics else "",
        "calibration": share(calibration, "ece_before" if "ece_before" in calibration else "ece"),
        "calibrated": share(calibration, "ece_after"),
    }
    return tuple((LABELS[name].at(lang), value) for name, value in values.items() if value)
