"""The report of a finished run, in further formats."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dongcha.data.profile import profile
from dongcha.data.saved import load_table
from dongcha.insight.restore import mined_from
from dongcha.loop.reading import reading_facts
from dongcha.loop.stage import Run
from dongcha.report.report import Report, build_report
from dongcha.report.write import Order, write_formats

TABLE = "annotated.parquet"
"""The table that is mined, in the project's `data`."""


def report_of(run: Run, created: datetime | None = None) -> Report:
    """The report out of what the stages before it gave."""
    table = load_table(run.path(TABLE))
    return build_report(
        mined_from(json.loads(run.path("mined.json").read_text(encoding="utf-8"))),
        title=table.name,
        lang=run.project.config.lang,
        table=profile(table).to_json(),
        quality=run.results["clean"],
        model=reading_facts(run.results["train"], run.results["annotate"]),
        created=created,
    )


def write_as(run: Run, formats: Sequence[str]) -> list[Path]:
    """Write the report of a finished run in these formats into its folder; gives the path of each."""
    folder = (run.project.folder / str(run.results["report"]["report"])).parent
    record = json.loads((folder / "insights.json").read_text(encoding="utf-8"))
    report = report_of(run, datetime.fromisoformat(record["created"]))
    return write_formats(report, Order(folder, formats, run.path(TABLE)))
