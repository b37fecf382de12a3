"""A training that was killed: where its state lies, and whether it is of the order at hand."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dongcha.core.errors import StorageError
from dongcha.core.files import storage_error, write_json
from dongcha.core.words import Words
from dongcha.model.checkpoint import forget, reached
from dongcha.model.methods import METHODS

ORDER = "order.json"


@dataclass(frozen=True, slots=True)
class Resume:
    """The folder of one training; `named` by a person, or the one that lies beside the model."""

    folder: Path
    named: bool = False

    def claim(self, facts: Mapping[str, object]) -> Words | None:
        """Make the folder that of the order with these facts; a sentence where a killed training goes on from it.

        What another order left is dropped; raises `StorageError` instead where a person named the folder.
        """
        key = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:20]
        steps = max((reached(self.folder / name) for name in METHODS), default=0)
        if steps and self._order() != key:
            if self.named:
                raise StorageError(
                    f"the checkpoint {str(self.folder)!r} is of other data or settings; delete it or name another"
                )
            self.drop()
            steps = 0
        write_json(self.folder / ORDER, {"order": key})
        if not steps:
            return None
        return Words(
            f"Going on from step {steps} of a training that was stopped ({self.folder}).",
            f"从中断的训练的第 {steps} 步继续（{self.folder}）。",
        )

    def drop(self) -> None:
        """Remove what a training left here, and the folder where nothing else is in it."""
        for name in METHODS:
            if reached(self.folder / name):
                forget(self.folder / name)
        self.release()

    def release(self) -> None:
        """Remove the note of the order where no state of a training stands by it."""
        if any(reached(self.folder / name) for name in METHODS):
            return
        try:
            (self.folder / ORDER).unlink(missing_ok=True)
            if self.folder.is_dir() and not any(self.folder.iterdir()):
                self.folder.rmdir()
        except OSError as error:
            raise storage_error(self.folder, error) from error

    def _order(self) -> str | None:
        try:
            found = json.loads((self.folder / ORDER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found.get("order") if isinstance(found, dict) else None


def beside(out: Path) -> Resume:
    """The place of a training whose model goes to `out`."""
    return Resume(out.with_name(f".{out.name}.checkpoint"))
