"""All that a report says, in its language: one tree that every writer lays out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dongcha.core.words import Lang, Words
from dongcha.report import prose
from dongcha.report.contents.answers import calibrated
from dongcha.report.contents.finding import Finding, finding
from dongcha.report.contents.grid import Grid, short
from dongcha.report.contents.joins import Joins, joins
from dongcha.report.contents.model import Heat, Score, heat, per_class, rungs, scores, topics, trust
from dongcha.report.contents.quality import Rule, columns, rules, texts
from dongcha.report.contents.section import Drawing
from dongcha.report.labels import LABELS
from dongcha.report.reading import part, text
from dongcha.report.report import LeftOut, Report
from dongcha.report.rows import rows_called


@dataclass(frozen=True, slots=True)
class Model:
    """The section on what the models read."""

    said: tuple[str, ...]
    scores: tuple[Score, ...]
    trust: tuple[tuple[str, str], ...]
    reliability: Drawing | None
    per_class: Grid
    heat: Heat
    rungs: Grid
    topics: Grid
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Omitted:
    """A sentence that is not among the findings, and the pieces of it that its evidence does not hold."""

    sentence: str
    pieces: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A report in one language; the names are those of the sections."""

    title: str
    lang: Lang
    created: str
    about_data: str
    columns: Grid
    joins: Joins
    assumed: tuple[str, ...]
    about_quality: str
    rules: tuple[Rule, ...]
    warnings: tuple[str, ...]
    model: Model
    about_findings: str
    findings: tuple[Finding, ...]
    checked: tuple[Finding, ...]
    left_out: tuple[Omitted, ...]
    next_steps: tuple[str, ...]
    method: tuple[str, ...]
    origin: tuple[tuple[str, str], ...]  # label, value


def contents(report: Report) -> Contents:
    """The whole report in its language."""
    lang, called = report.lang, rows_called(None, report.title, ())
    return Contents(
        title=short(report.title, 200),
        lang=lang,
        created=_moment(report.created),
        about_data=prose.about_data(report.table).at(lang),
        columns=columns(report.table, lang),
        joins=joins(report.table, lang),
        assumed=texts(report.table, "notes", lang),
        about_quality=prose.about_quality(report.quality).at(lang),
        rules=rules(report.quality, lang),
        warnings=(*texts(report.quality, "warnings", lang), *texts(report.table, "faults", lang)),
        model=_model(report),
        about_findings=prose.about_findings(report).at(lang),
        findings=tuple(finding(found, place, lang, called) for place, found in enumerate(report.mined.insights, 1)),
        checked=tuple(finding(found, place, lang, called) for place, found in enumerate(report.mined.checked, 1)),
        left_out=tuple(_omitted(found, lang) for found in report.left_out),
        next_steps=_at(report.next_steps, lang),
        method=_at(prose.method_notes(report), lang),
        origin=_origin(report),
    )


def _model(report: Report) -> Model:
    model, lang = report.model, report.lang
    return Model(
        _at([*prose.about_model(model)], lang),
        scores(model, lang),
        trust(model, lang),
        calibrated(part(part(model, "metrics"), "calibration"), lang),
        per_class(model, lang),
        heat(model),
        rungs(model, lang),
        topics(model, lang),
        (*texts({"": [model.get("mined")]}, "", lang), *texts(model, "notes", lang)),
    )


def _at(words: Iterable[Words], lang: Lang) -> tuple[str, ...]:
    return tuple(said for each in words if (said := each.at(lang)))


def _omitted(found: LeftOut, lang: Lang) -> Omitted:
    pieces = dict.fromkeys(piece for _, piece in found.mismatches)
    return Omitted(found.insight.sentence.at(lang), ("、" if lang == "zh" else ", ").join(pieces))


def _origin(report: Report) -> tuple[tuple[str, str], ...]:
    values = {
        "source": short(text(report.table.get("source"), report.lang)),
        "fingerprint": short(text(report.table.get("fingerprint"), report.lang)),
        "created": _moment(report.created),
    }
    return tuple((LABELS[name].at(report.lang), value) for name, value in values.items() if value)


def _moment(stamp: str) -> str:
    """The moment in one form for both languages; what is no moment stays as it is.

    >>> _moment("2026-10-17T08:30:00+00:00"), _moment("?")
    ('2026-10-17 08:30 UTC', '?')
    """
    try:
        return f"{datetime.fromisoformat(stamp):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return stamp
