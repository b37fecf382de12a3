"""A network with a head, as a fitted recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongcha.core.events import OnStep, silent
from dongcha.model.network import Network
from dongcha.model.predictions import Floats
from dongcha.model.vectors import Apart


@dataclass(frozen=True, slots=True, eq=False)
class Headed:
    """What `probe` and the tuned methods give."""

    net: Network

    def logits(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Logits, shape (units, outputs)."""
        return self.net.logits(inputs, on_step)

    def apart(self) -> Apart:
        """The network up to the vectors, and the head."""
        assert self.net.head is not None, "a network without a head cannot answer"
        return Apart(self.net.vectors, self.net.head)

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """Write a Hugging Face folder."""
        self.net.save(folder, outputs)
