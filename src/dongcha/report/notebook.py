"""The report as a Jupyter notebook: each finding with its chart, and its query to run again with DuckDB alone.

Outputs are stored, so that it reads without being run; running it needs `duckdb` and the table that was mined.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from dongcha.core.words import Words
from dongcha.data.engine import SHOWN
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import svg
from dongcha.report.contents.contents import Contents, contents
from dongcha.report.contents.finding import Finding
from dongcha.report.contents.grid import Grid
from dongcha.report.labels import LABELS
from dongcha.report.markdown import claimed, escaped
from dongcha.report.report import Report

MIME = "application/vnd.vegalite.v5+json"
"""What JupyterLab, VS Code and Colab draw; the charts use nothing that Vega-Lite 5 does not have."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
Cell = Mapping[str, object]

_SETUP = """import json

import duckdb
from IPython.display import display

DATA = {path}  # {note}
duckdb.read_parquet(DATA).create_view("data", replace=True)


def show(chart):
    display({{"{mime}": chart, "text/plain": chart["description"]}}, raw=True)"""

_RUN = Words(
    "Each query below is the evidence of its finding. Running them needs duckdb and nothing of Dongcha; the outputs "
    "that are stored here are those of the time of the report.",
    "以下每个查询都是相应发现的证据。重新运行只需要 duckdb，不需要 Dongcha；此处保存的输出为生成报告时的结果。",
)
_TABLE = Words("the table that was mined, from the folder of this notebook", "所挖掘的表，相对于本笔记本所在的文件夹")


def notebook(report: Report, data: str) -> str:
    """The notebook as JSON (nbformat 4.5); `data` is the path of the mined Parquet file from the notebook's folder."""
    told = contents(report)
    note = _TABLE.at(told.lang)
    setup = _SETUP.format(path=literal(data), note=note, mime=MIME)
    cells = [
        _words("title", f"# {escaped(told.title)}", escaped(told.about_data), escaped(told.about_findings)),
        _words("run", escaped(_RUN.at(told.lang))),
        _code("setup", setup, []),
    ]
    for found in told.findings:
        cells += _finding(told, found)
    if told.checked:
        title = f"## {LABELS['checked'].at(told.lang)}"
        cells.append(_words("checked", title, LABELS["checked_hint"].at(told.lang)))
    for found in told.checked:
        cells.append(_words(f"checked-{found.number}", f"**{found.number}.** {escaped(found.sentence)}"))
        cells.append(_query(f"checked-{found.number}-query", found))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "title": told.title}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _finding(told: Contents, found: Finding) -> list[Cell]:
    name, insight = f"finding-{found.number}", found.insight
    cells = [_words(name, f"## {found.number}. {escaped(found.badge)}", *claimed(found, told.lang))]
    if insight.pattern in CHARTS:
        chart = json.loads(json.dumps({**draw(insight, told.lang), "$schema": SCHEMA}))
        bundle = {MIME: chart, "image/svg+xml": svg(chart, name), "text/plain": found.alt}
        output = {"output_type": "display_data", "data": bundle, "metadata": {}}
        source = f"show(json.loads({literal(json.dumps(chart, ensure_ascii=False))}))"
        hidden = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
        cells.append(_code(f"{name}-chart", source, [output], hidden))
    return [*cells, _query(f"{name}-query", found)]


def _query(name: str, found: Finding) -> Cell:
    """The query of a finding, and its rows."""
    plain = "\n".join("  ".join(row) for row in (found.rows.head, *found.rows.rows))
    bundle = {"text/html": _table(found.rows), "text/plain": plain}
    output = {"output_type": "execute_result", "execution_count": None, "data": bundle, "metadata": {}}
    evidence = found.insight.evidence
    source = f"rows = duckdb.sql({literal(evidence.sql)})\nrows"
    if evidence.dialect != "duckdb":  # it asks the database that was mined, not the data beside the notebook
        source = f"query = {literal(evidence.sql)}  # {SHOWN.get(evidence.dialect, evidence.dialect)}"
    return _code(name, source, [output] if found.rows else [])


def literal(text: str) -> str:
    r"""A Python literal of the text that reads as it is where it can.

    >>> literal("a.parquet"), literal("SELECT 1\nFROM data").count('"')
    ("'a.parquet'", 6)
    """
    printable = all(line.isprintable() for line in text.split("\n"))  # no \r, no letter that turns the line round
    if "\n" not in text or '"""' in text or not printable:
        return repr(text)
    return f'r"""\n{text}\n"""'


def _table(grid: Grid) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in grid.head)
    lines = ("".join(f"<td>{escape(value)}</td>" for value in row) for row in grid.rows)
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
    )


def _words(name: str, *blocks: str) -> Cell:
    text = "\n\n".join(block for block in blocks if block)
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(name: str, source: str, outputs: Sequence[Cell], metadata: Cell | None = None) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": metadata or {},
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }
