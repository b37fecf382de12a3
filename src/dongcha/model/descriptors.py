"""The contract of descriptors: numbers measured on an input that is no plain text, which `linear` sees of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dongcha.core.registry import Registry
from dongcha.model.predictions import Floats


class Descriptor(Protocol):
    """Numbers of an input, the same ones whoever asks."""

    def vectors(self, inputs: Sequence[Any]) -> Floats:
        """Shape (inputs, numbers)."""

    def save(self, folder: Path) -> None:
        """Write what `load` needs, if anything."""


@dataclass(frozen=True, slots=True)
class DescriptorKind:
    """How the descriptor of a kind of input is made from train inputs, read from a folder, and the seconds an input."""

    fit: Callable[[Sequence[Any]], Descriptor]
    load: Callable[[Path], Descriptor]
    seconds: float


DESCRIPTORS: Registry[DescriptorKind] = Registry("descriptor")
"""By the kind of input that a task reads."""
