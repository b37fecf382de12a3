"""`tune`: from a file to the best recipe, in a project or beside the model."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dongcha.core.files import file_name, write_json, write_text
from dongcha.loop.guests import Guests
from dongcha.loop.judged import closer
from dongcha.loop.learn import Learning, prepared
from dongcha.loop.page import write_page
from dongcha.loop.run import sources_of
from dongcha.loop.train import Place, final_figures
from dongcha.model.ask import Ask
from dongcha.model.folder import check_place, save
from dongcha.model.ladder import rows_of
from dongcha.model.spaces import Space
from dongcha.model.tracking import Note, opener, tracked
from dongcha.model.tune import Search, tune
from dongcha.model.tuned import Tuned
from dongcha.report.tuning import tuning_page
from dongcha.store.config import Config, RecipeConfig, SpaceConfig, TuneConfig
from dongcha.store.project import Project, create_project, open_project


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneOrder:
    """Where a tuning writes, and how many trials it makes."""

    place: Place
    trials: int | None = None


def tune_file(file: str, ask: Learning, order: TuneOrder, guests: Guests | None = None) -> tuple[Tuned, Path]:
    """Tune on a file; write the best model, the study's page, and the project's `[recipe]` where there is one."""
    guests, _ = guests or Guests(), order.place.tracker
    project = _project(file, ask, order.place.project)
    with project.locked() if project is not None else nullcontext():
        done, out = _tuned(file, ask, order, guests, project)
        if project is not None:
            _write_back(project, done)
    return done, out


def _tuned(file: str, ask: Learning, order: TuneOrder, guests: Guests, project: Project | None) -> tuple[Tuned, Path]:
    place, config = order.place, project.config.tune if project is not None else TuneConfig()
    workers = place.crew(config.address)
    found = prepared(file, ask, guests.on_step)
    out = _model_folder(found.label, place)
    check_place(out)
    folder = place.project or out.parent
    wish = Ask(
        task=ask.task, budget_s=ask.budget_s, method=ask.method, encoder=ask.encoder, seed=ask.seed,
        settings=ask.settings, on_step=guests.on_step, watch=guests.watch,
    )  # fmt: skip
    rows, column = rows_of(found.parts, wish.learns, found.label, found.source)
    search = Search(
        study=folder / "study.db", trials=order.trials, spaces=spaces_from(config), pruner=config.pruner,
        log=opener(place.tracker, folder), workers=workers,
    )  # fmt: skip
    done = tune(rows, wish, search)
    named = replace(done.model, text=column, label=found.label, name=found.label)
    done = replace(done, model=named, notes=(*found.notes, *done.notes))
    done = replace(done, closer=closer(done, found.parts.test))
    save(done.model, out)
    _record(done, out, order, folder)
    return done, out


def _record(done: Tuned, out: Path, order: TuneOrder, folder: Path) -> None:
    """The page and the object beside the study, and the best model's run for the tracker."""
    found: Mapping[str, Any] = json.loads(json.dumps({"model": str(out), **done.to_json()}))
    write_json(folder / "tune.json", found)
    write_text(folder / "tune.html", tuning_page(found, order.place.lang))
    write_page(out, found, order.place.lang)
    note = Note(folder=folder, name="best", facts={"data": done.model.fingerprint})
    with tracked(order.place.tracker, note) as log:
        log.finish(final_figures(done.metrics), {"recipe": done.recipe.to_json(), "model": str(out.absolute())})


def spaces_from(config: TuneConfig) -> dict[str, dict[str, Space]]:
    """The spaces that a project's `[tune.space]` holds."""
    return {method: {name: _space(line) for name, line in lines.items()} for method, lines in config.space.items()}


def _space(line: SpaceConfig) -> Space:
    if line.choices is not None:
        return Space(choices=line.choices)
    assert line.low is not None
    assert line.high is not None
    return Space(low=line.low, high=line.high, log=line.log, step=line.step)


def _model_folder(label: str, place: Place) -> Path:
    if place.out is None and place.project is not None:
        return place.project / "models" / file_name(label) / "tuned"
    return place.model(label)


def _project(file: str, ask: Learning, folder: Path | None) -> Project | None:
    """The project, made where there is none, so that `run --project` follows what is found."""
    if folder is None:
        return None
    if (folder / "dongcha.toml").is_file():
        return open_project(folder)
    return create_project(folder, Config(sources=sources_of([file]), label=ask.label, text=ask.text, seed=ask.seed))


def _write_back(project: Project, done: Tuned) -> None:
    best = RecipeConfig(
        method=done.recipe.method, encoder=done.recipe.encoder, settings=dict(done.recipe.unnoted.settings)
    )
    create_project(project.folder, project.config.model_copy(update={"recipe": best}))
