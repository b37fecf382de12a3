"""`Report`: everything a page needs, checked; and how one is built.

The four groups of facts are plain JSON-like objects, so that a report can be written again from files alone:

    table    {name, source, rows, columns: [{name, role, type, reason, confidence, missing, distinct, examples}],
              notes: [text], time: {column, first, last}, fingerprint}
    quality  {rows_before, rows_after, rules: [{name, words, rows, examples: [{before, after}]}], warnings: [text]}
    model    {label, text, method, encoder, rows: {train, validation, test}, metrics: {accuracy, macro_f1,
              interval: {accuracy: [low, high]}, per_class: [{label, precision, recall, f1, support}],
              confusion: {labels, matrix}, calibration}, baselines: {name: {accuracy, …}},
              rungs: [{method, accuracy, seconds, kept}]}
             or {reason: text, topics: [{name, phrases, rows, example}]} where there is nothing to learn from

A text is a string or `{en, zh}`; shares are 0..1; a missing key is left out of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight, Mined
from dongcha.report.next_steps import next_steps
from dongcha.report.sentences import say
from dongcha.report.verify import Mismatch, check_numbers


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An insight that is not shown, because its sentence says what its evidence does not hold."""

    insight: Insight
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Findings with their evidence and all that one must know to judge them."""

    title: str
    lang: Lang
    created: str  # ISO 8601
    table: Mapping[str, object]
    quality: Mapping[str, object]
    model: Mapping[str, object]
    mined: Mined
    left_out: tuple[LeftOut, ...]
    next_steps: tuple[Words, ...]


def build_report(
    mined: Mined,
    *,
    title: str,
    lang: Lang = "en",
    table: Mapping[str, object] | None = None,
    quality: Mapping[str, object] | None = None,
    model: Mapping[str, object] | None = None,
    created: datetime | None = None,
) -> Report:
    """A report on what was mined: sentences checked against their evidence, next steps derived from the facts."""
    told, left_out = _checked(mined)
    table, quality, model = table or {}, quality or {}, model or {}
    return Report(
        title=title,
        lang=lang,
        created=(created or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        table=table,
        quality=quality,
        model=model,
        mined=told,
        left_out=left_out,
        next_steps=next_steps(table, quality, model, told),
    )


def _checked(mined: Mined) -> tuple[Mined, tuple[LeftOut, ...]]:
    """The insights whose sentences hold, and the others; one that was not worded yet gets its sentence here."""
    kept: dict[str, list[Insight]] = {"insights": [], "checked": []}
    left_out: list[LeftOut] = []
    for name, found in (("insights", mined.insights), ("checked", mined.checked)):
        for insight in found:
            worded = insight if insight.sentence.en else replace(insight, sentence=say(insight))
            mismatches = tuple(check_numbers(worded))
            if mismatches:
                left_out.append(LeftOut(worded, mismatches))
            else:
                kept[name].append(worded)
    told = replace(mined, insights=tuple(kept["insights"]), checked=tuple(kept["checked"]))
    return told, tuple(left_out)
