"""`evaluation.html`: what is known of a model, as a page beside its weights or of a file that it was judged on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError
from dongcha.core.files import check_writable, write_text
from dongcha.core.words import Lang
from dongcha.loop.judged import Judged
from dongcha.model.folder import RECORD, record
from dongcha.model.model import Model
from dongcha.model.tasks import TASKS
from dongcha.model.trained import FIGURES
from dongcha.report.evaluation import evaluation_page

PAGE = "evaluation.html"


def write_page(folder: Path, found: Mapping[str, Any], lang: Lang) -> None:
    """Write the page of the model in `folder`; `found` is the object that `train --json` or `tune --json` prints."""
    held = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    write_text(folder / PAGE, evaluation_page(_facts(held, {**found, **_beside(found)}), lang))


def check_page(place: Path) -> None:
    """Raise an error of one sentence where no page can be written to `place`: said before the work, not after."""
    if place.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(f"--out {str(place)!r} is no page; name a file that ends in .html")
    check_writable(place)


def write_judged(model: Model, file: str, judged: Judged, place: Path, lang: Lang) -> None:
    """Write the page of a model on a file, with the figures of its own test rows for comparison."""
    then = {"when_trained": _main(model)} if model.metrics else {}
    found = {**judged.to_json(), "file": Path(file).name, "baselines": then}
    write_text(place, evaluation_page(_facts(record(model), found), lang))


def _facts(held: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    task = TASKS.get(held["task"])
    names = {name: words.to_json() for name, words in FIGURES.items()}
    return {**held, **found, "task": task.name, "gives": task.gives, "chosen_on": task.chosen_on, "names": names}


def _beside(found: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that the model is held against, and the paired test with one of them."""
    if "versus_default" in found:
        baselines = {"default": found["default"]["test"], **found["baselines"]}
        return {"baselines": baselines, "versus": {"against": "default", **found["versus_default"]}}
    versus = found.get("versus_linear")
    return {"versus": {"against": "linear", **versus} if versus else {}}


def _main(model: Model) -> dict[str, Any]:
    """The main figures of a model on the test rows of its training."""
    metrics: Mapping[str, Any] = model.metrics
    figures = {"entity_f1": (metrics.get("entity") or {}).get("f1"), **metrics}
    return {name: figures[name] for name in metrics.get("interval") or () if figures.get(name) is not None}
