"""Write a report to a folder, in the formats asked for."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dongcha.core.errors import ConfigError
from dongcha.core.files import atomic_file, write_json, write_text
from dongcha.core.registry import Registry
from dongcha.insight.record import mined_json, to_json
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import png
from dongcha.report.fonts import check_letters
from dongcha.report.html import html
from dongcha.report.markdown import markdown
from dongcha.report.notebook import notebook
from dongcha.report.pdf import pdf
from dongcha.report.report import LeftOut, Report

FORMAT = 1
"""Goes up when a key of `insights.json` changes its meaning."""
PICTURES = "charts"
"""The folder of the PNG files."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is written where: the formats, and the Parquet file that was mined."""

    folder: Path
    formats: Sequence[str]
    data: Path | None = None


Writer = Callable[[Report, Order], Path]
WRITERS: Registry[Writer] = Registry("format")
ALWAYS = ("json", "md", "html")


def write_report(
    report: Report, folder: Path, *, formats: Sequence[str] | None = None, data: Path | None = None
) -> Path:
    """Write the report in each of `formats`, each file whole or not there; gives the path of the last.

    `formats` are of `html`, `md`, `ipynb`, `json`, `png` and `pdf`; without them JSON, Markdown, HTML and, where `data`
    names the Parquet file that was mined, the notebook, and the path is that of the page.  The same report gives the
    same bytes (but of a PDF).  Raises `StorageError` where the file system refuses, `UnknownName` for another format,
    `MissingExtra` where a PDF or PNG needs what is not installed.
    """
    if formats is None:
        formats = (*(["ipynb"] if data else []), *ALWAYS)
    return write_formats(report, Order(folder, formats, data))[-1]


def write_formats(report: Report, order: Order) -> list[Path]:
    """Write the formats of the order; gives the path of each, of PNG that of their folder."""
    writers = [WRITERS.get(name) for name in order.formats]
    return [write(report, order) for write in writers]


@WRITERS("html")
def _html(report: Report, order: Order) -> Path:
    return _text(order.folder / "report.html", html(report))


@WRITERS("md")
def _markdown(report: Report, order: Order) -> Path:
    """With the charts where they are written beside it."""
    charts = {at: f"{PICTURES}/{name}" for at, name in _pictures(report).items()} if "png" in order.formats else {}
    return _text(order.folder / "report.md", markdown(report, charts))


@WRITERS("ipynb")
def _notebook(report: Report, order: Order) -> Path:
    if order.data is None:
        raise ConfigError("a notebook needs the Parquet file that was mined: write_report(…, data=PATH)")
    path = Path(os.path.relpath(order.data.resolve(), order.folder.resolve())).as_posix()
    return _text(order.folder / "report.ipynb", notebook(report, path))


@WRITERS("json")
def _json(report: Report, order: Order) -> Path:
    path = order.folder / "insights.json"
    write_json(path, report_json(report))
    return path


@WRITERS("png")
def _png(report: Report, order: Order) -> Path:
    """One file a finding, on paper."""
    names = _pictures(report)
    for place, insight in enumerate(report.mined.insights, 1):
        if (number := insight.rank or place) in names:
            chart = draw(insight, report.lang)
            check_letters(str(chart["description"]), "PNG")
            with atomic_file(order.folder / PICTURES / names[number]) as temporary:
                temporary.write_bytes(png(chart))
    return order.folder / PICTURES


@WRITERS("pdf")
def _pdf(report: Report, order: Order) -> Path:
    path, made = order.folder / "report.pdf", pdf(report)
    with atomic_file(path) as temporary:
        temporary.write_bytes(made)
    return path


def _pictures(report: Report) -> dict[int, str]:
    """The names of the PNG files by the numbers of findings that have a chart."""
    drawn = (one.rank or at for at, one in enumerate(report.mined.insights, 1) if one.pattern in CHARTS)
    return {number: f"finding-{number:02d}.png" for number in drawn}


def _text(path: Path, text: str) -> Path:
    write_text(path, text)
    return path


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
