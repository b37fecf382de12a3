"""`run`: the main job, from raw data to a report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, DongchaError
from dongcha.core.events import OnStep, silent
from dongcha.data.join.asked import asked
from dongcha.data.paths import matches
from dongcha.data.postgres import address, is_database
from dongcha.data.remote import is_address
from dongcha.loop.stage import Run, follow
from dongcha.loop.stages import STAGES
from dongcha.store.config import Config
from dongcha.store.project import Project, create_project, open_project


def project_for(files: Sequence[str], folder: Path | str | None, decisions: dict[str, Any]) -> Project:
    """The project of a run: the one named or, from the first file's name, one in the working folder.

    `decisions` are fields of `Config`; those that are None keep what the project already says.
    """
    given = {name: value for name, value in decisions.items() if value is not None}
    if files:
        given["sources"] = sources_of(files)
    if folder is None:
        if not files:
            raise ConfigError("run: name a file, or a project that has sources with --project")
        first = address(files[0]).table if is_database(files[0]) else Path(files[0]).name.split(".")[0]
        folder = Path(f"{first.replace('/', ' ').strip('*?[]. ') or 'data'}-project")
    place = Path(folder)
    if not files and not (place / "dongcha.toml").is_file():
        raise ConfigError(f"run: {str(place)!r} is no project with sources; name files: dongcha run FILE --project …")
    old = open_project(place).config if (place / "dongcha.toml").is_file() else Config()
    return create_project(place, Config.model_validate({**old.model_dump(), **given}))


def sources_of(files: Sequence[str]) -> tuple[str, ...]:
    """The files as absolute paths (addresses and patterns stay); raises `StorageError` for one that is unfit."""
    for name in files:
        if is_database(name):
            address(name)
        elif not is_address(name):
            matches(name)
    lasting = [is_address(name) or is_database(name) for name in files]
    return tuple(
        name if stays else str(Path(name).expanduser().resolve()) for name, stays in zip(files, lasting, strict=True)
    )


def tables_of(others: Sequence[str] | None) -> list[dict[str, str]] | None:
    """The tables to join as the project file has them, or None; raises `StorageError` for a file that is unfit."""
    found = []
    for one in map(asked, others or ()):
        on = ",".join(f"{theirs}={ours}" for theirs, ours in one.on)
        said = {"source": sources_of([one.source])[0], "on": on, "aggregate": one.aggregate or ""}
        found.append({name: value for name, value in said.items() if value})
    return found or None


def run(project: Project, *, on_step: OnStep = silent) -> Run:
    """Do every stage that is not yet done for these inputs; a run that was killed goes on where it stopped."""
    if not project.config.sources:
        raise ConfigError(
            f"the project {str(project.folder)!r} has no sources; name files: dongcha run FILE --project …"
        )
    state = Run(project, on_step)
    with project.locked():
        try:
            follow(state, STAGES)
        except DongchaError:
            if not state.results:  # nothing was collected: what was asked for is not kept for the next run
                project.undo()
            raise
    return state


def run_json(done: Run) -> dict[str, object]:
    """The object that `dongcha run --json` prints."""
    from dongcha.data.saved import load_table

    mined = json.loads(done.path("mined.json").read_text(encoding="utf-8"))
    schema = load_table(done.path("annotated.parquet")).schema.to_json()
    return {
        "project": str(done.project.folder),
        "report": str(report_path(done)),
        "schema": schema,
        **{name: done.results["collect"][name] for name in ("tables", "made") if name in done.results["collect"]},
        "quality": done.results["clean"],
        "model": done.results["train"],
        "insights": mined["insights"],
        "reused": done.reused,
    }


def report_path(done: Run) -> Path:
    """Where the report lies."""
    return done.project.folder / str(done.results["report"]["report"])
