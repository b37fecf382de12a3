"""Write a report to a folder: the page, Markdown, and everything for scripts."""

import math
from collections.abc import Mapping
from pathlib import Path

from dongcha.core.files import write_json, write_text
from dongcha.insight.record import mined_json, to_json
from dongcha.report.html import html
from dongcha.report.markdown import markdown
from dongcha.report.report import LeftOut, Report

FORMAT = 1
"""Goes up when a key of `insights.json` changes its meaning."""


def write_report(report: Report, folder: Path) -> Path:
    """Write `insights.json`, `report.md` and `report.html`, each whole or not there; gives the path of the last.

    The same report gives the same bytes.  Raises `StorageError` where the file system refuses.
    """
    write_json(folder / "insights.json", report_json(report))
    write_text(folder / "report.md", markdown(report))
    page = folder / "report.html"
    write_text(page, html(report))
    return page


def report_json(report: Report) -> dict[str, object]:
    """The object in `insights.json`: what was mined, what was left out and why, what to do next."""
    facts: dict[str, object] = {
        "format": FORMAT,
        "title": report.title,
        "created": report.created,
        **mined_json(report.mined),
        "left_out": [_left_out(found) for found in report.left_out],
        "next_steps": [step.to_json() for step in report.next_steps],
    }
    return {name: _finite(value) for name, value in facts.items()}


def _left_out(found: LeftOut) -> dict[str, object]:
    mismatches = [{"lang": lang, "said": piece} for lang, piece in found.mismatches]
    return {**to_json(found.insight), "mismatches": mismatches}


def _finite(value: object) -> object:
    """The value with null for what JSON has no number for."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(name): _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value
