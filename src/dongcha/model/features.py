"""The contract of measured features: what `linear` sees of an input that is no plain text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dongcha.core.registry import Registry
from dongcha.model.predictions import Floats


class Features(Protocol):
    """Numbers of an input, the same ones whoever asks."""

    def vectors(self, inputs: Sequence[Any]) -> Floats:
        """Shape (inputs, numbers)."""

    def save(self, folder: Path) -> None:
        """Write what `load` needs, if anything."""


@dataclass(frozen=True, slots=True)
class FeatureKind:
    """How features of a kind of input are made from train inputs, read from a folder, and the seconds an input."""

    fit: Callable[[Sequence[Any]], Features]
    load: Callable[[Path], Features]
    seconds: float


FEATURES: Registry[FeatureKind] = Registry("features")
"""By the kind of input that a task reads."""
