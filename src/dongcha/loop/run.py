"""`run`: the main job, from raw data to a report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, DongchaError
from dongcha.core.events import OnStep, silent
from dongcha.data.join.asked import Asked, asked, keys_of
from dongcha.data.join.folder import star, tables_in
from dongcha.data.join.sources import is_folder
from dongcha.data.paths import matches
from dongcha.data.postgres import address, is_database
from dongcha.data.remote import is_address
from dongcha.loop.stage import Run, follow
from dongcha.loop.stages import STAGES
from dongcha.store.config import Config
from dongcha.store.project import Project, create_project, is_project, open_project


def project_for(files: Sequence[str], folder: Path | str | None, decisions: dict[str, Any]) -> Project:
    """The project of a run: the one named or, from the first file's name, one in the working folder.

    `decisions` are fields of `Config`; those that are None keep what the project already says.
    """
    given = {name: value for name, value in decisions.items() if value is not None}
    if files:
        given |= sources_and_tables(files, given.get("tables", ()))
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


def sources_and_tables(files: Sequence[str], tables: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """The `sources` and `tables` of a project for the files that a person named, or for the tables of a folder."""
    if len(files) != 1 or not is_folder(files[0]):
        return {"sources": sources_of(files), **({"tables": list(tables)} if tables else {})}
    if is_project(files[0]):
        raise ConfigError(f"{files[0]!r} is a project; name it so: --project {files[0]}")
    stated = [Asked(one["source"], keys_of(one.get("on", "")), one.get("aggregate")) for one in tables]
    found = star(tables_in(files[0], stated))
    torn = next((one.files for one in found.others if len(one.files) > 1), None)
    if torn:
        names = ", ".join(Path(name).name for name in torn[:3])
        raise ConfigError(f"a project joins tables of one file each, and {names} are one table; put them into one file")
    return {"sources": sources_of(found.fact.files), "tables": [_table_of(one.asked) for one in found.others]}


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
    return [_table_of(asked(one)) for one in others or ()] or None


def _table_of(one: Asked) -> dict[str, str]:
    on = ",".join(f"{theirs}={ours}" for theirs, ours in one.on)
    said = {"source": sources_of([one.source])[0], "on": on, "aggregate": one.aggregate or ""}
    return {name: value for name, value in said.items() if value}


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
