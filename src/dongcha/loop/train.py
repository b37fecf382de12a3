"""`train`: from a file to a model folder.  A training that is killed goes on when it is called again."""

import hashlib
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from dongcha.core.checks import known
from dongcha.core.errors import DongchaError
from dongcha.core.files import file_name
from dongcha.core.words import Lang
from dongcha.loop.guests import Guests
from dongcha.loop.learn import Learning, Prepared, fit, prepared
from dongcha.loop.models import copied
from dongcha.loop.page import write_page
from dongcha.loop.resume import Resume, beside
from dongcha.model.cluster.session import ray_module
from dongcha.model.folder import check_place, save
from dongcha.model.knobs import checked_settings
from dongcha.model.task import Metrics
from dongcha.model.tracking import NONE, TRACKERS, Note, tracked
from dongcha.model.trained import Trained
from dongcha.model.watch import together
from dongcha.model.workers import Workers
from dongcha.serve.live.place import place_of
from dongcha.store.config import Config
from dongcha.store.project import open_project


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a training writes (the model to `out`, its state to `checkpoint`), and on how many workers it runs."""

    out: Path | None = None
    project: Path | None = None
    checkpoint: Path | None = None
    workers: int = 1
    track: str | None = None  # a tracker by name; None: mlflow in a project where it is installed
    lang: Lang = "en"  # of the pages

    @property
    def tracker(self) -> str:
        """The name of the tracker."""
        if self.track is not None:
            return known("tracker", self.track, TRACKERS)
        return "mlflow" if self.project is not None and find_spec("mlflow") is not None else NONE

    def crew(self, address: str | None = None) -> Workers:
        """The workers, on the Ray cluster at `address`; raises `MissingExtra` for several where Ray is not there."""
        found = Workers(self.workers, address)
        if found.several:
            ray_module()
        return found

    def model(self, label: str) -> Path:
        """The folder of the model."""
        if self.out is not None:
            return self.out
        return (
            Path(f"{file_name(label)}-model")
            if self.project is None
            else self.project / "models" / file_name(label) / "train"
        )

    def state(self, model: Path) -> Resume:
        """The folder of a training that can be killed."""
        return Resume(self.checkpoint, named=True) if self.checkpoint else beside(model)


def followed(ask: Learning, config: Config) -> Learning:
    """The order with the project's `[recipe]` where it leaves method, encoder or settings open."""
    recipe = config.recipe
    if recipe is None or ask.method not in (None, "auto", recipe.method):
        return ask
    return replace(
        ask,
        method=recipe.method or ask.method,
        encoder=ask.encoder or recipe.encoder,
        settings={**checked_settings(recipe.settings), **ask.settings},
    )


def train_file(file: str, ask: Learning, place: Place, guests: Guests | None = None) -> tuple[Trained, Path]:
    """Train on a file and write the model; the project's `[recipe]` is followed where a project is named."""
    guests, _, _ = guests or Guests(), place.tracker, place.crew()  # what is wrong is said before anything is read
    if place.project is not None:
        ask = followed(ask, open_project(place.project).config)
    if place.out or ask.label:
        check_place(place.model(ask.label or ""))  # where it cannot be written, that is said before the work
    found = prepared(file, ask, guests.on_step)
    out = place.model(found.label)
    check_place(out)
    state = place.state(out)
    note = state.claim(order_of(found))
    if note is not None:
        guests.say(note)
    try:
        trained = _tracked(found, place, guests, state.folder)
    except DongchaError:
        state.release()
        raise
    state.drop()
    if place.project is not None:
        copied(place_of(place.project), out, trained.model.name, "train")
    return (trained if note is None else replace(trained, notes=(*trained.notes, note))), out


def _tracked(found: Prepared, place: Place, guests: Guests, state: Path) -> Trained:
    """Fit and save, with a tracker looking on."""
    ask, out = found.ask, place.model(found.label)
    facts = {
        "label": found.label,
        "text": found.source,
        "data": found.parts.fingerprint,
        "order": {"task": ask.task, **ask.settings},
    }
    folder = place.project or out.parent
    with tracked(place.tracker, Note(folder=folder, name=out.name, facts=facts)) as log:
        watch = guests.watch if place.tracker == NONE else together(guests.watch, log.see)
        trained = fit(found, checkpoint=state, workers=place.crew(), on_step=guests.on_step, watch=watch)
        save(trained.model, out)
        write_page(out, trained.to_json(), place.lang)
        log.finish(final_figures(trained.metrics), {"recipe": trained.recipe.to_json(), "model": str(out.absolute())})
    return trained


def final_figures(metrics: Metrics) -> dict[str, float]:
    """The figures of the test rows, as a tracker names them."""
    return {f"test/{name}": value for name, value in metrics.figures.items()}


def order_of(found: Prepared) -> dict[str, object]:
    """What a training depends on: the same order goes on where it was."""
    parts = found.parts
    held = [part.fingerprint() for part in (parts.validation, parts.test)]
    return {**asdict(found.ask), "data": hashlib.sha256(repr((parts.fingerprint, held)).encode()).hexdigest()}
