"""`train`: from a file to a model folder.  A training that is killed goes on when it is called again."""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dongcha.core.errors import DongchaError
from dongcha.core.events import OnStep, silent
from dongcha.data.split import Split
from dongcha.loop.guests import Guests
from dongcha.loop.learn import Learning, parts_of
from dongcha.loop.resume import Resume, beside
from dongcha.model.folder import save
from dongcha.model.knobs import checked_settings
from dongcha.model.ladder import SplitLike, train
from dongcha.model.trained import Trained
from dongcha.model.watch import Watch, unwatched
from dongcha.store.config import Config
from dongcha.store.project import open_project


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a training writes: the model to `out`, its state to `checkpoint`; both have a place of their own."""

    out: Path | None = None
    project: Path | None = None
    checkpoint: Path | None = None

    def model(self, label: str) -> Path:
        """The folder of the model."""
        if self.out is not None:
            return self.out
        return Path(f"{label}-model") if self.project is None else self.project / "models" / file_name(label) / "train"

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


def fit(
    parts: SplitLike,
    ask: Learning,
    *,
    checkpoint: Path | None = None,
    on_step: OnStep = silent,
    watch: Watch = unwatched,
) -> Trained:
    """The best model of the parts for the order."""
    return train(
        parts, label=ask.label, text=ask.text, task=ask.task, settings=ask.settings, budget_s=ask.budget_s,
        method=ask.method, encoder=ask.encoder, seed=ask.seed, checkpoint=checkpoint, on_step=on_step, watch=watch,
    )  # fmt: skip


def train_file(file: str, ask: Learning, place: Place, guests: Guests | None = None) -> tuple[Trained, Path]:
    """Train on a file and write the model; the project's `[recipe]` is followed where a project is named."""
    guests = guests or Guests()
    if place.project is not None:
        ask = followed(ask, open_project(place.project).config)
    parts = parts_of(file, ask, guests.on_step)
    out = place.model(ask.label)
    state = place.state(out)
    note = state.claim(order_of(parts, ask))
    if note is not None:
        guests.say(note)
    try:
        trained = fit(parts, ask, checkpoint=state.folder, on_step=guests.on_step, watch=guests.watch)
    except DongchaError:
        state.release()
        raise
    if note is not None:
        trained = replace(trained, notes=(*trained.notes, note))
    save(trained.model, out)
    state.drop()
    return trained, out


def file_name(label: str) -> str:
    """A label as a name of a folder."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in label)[:60] or "model"


def order_of(parts: Split, ask: Learning) -> dict[str, object]:
    """What a training depends on: the same order goes on where it was."""
    held = [part.fingerprint() for part in (parts.validation, parts.test)]
    return {**asdict(ask), "data": hashlib.sha256(repr((parts.fingerprint, held)).encode()).hexdigest()}
