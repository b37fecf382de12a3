"""The best weights of a training so far."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.model.predictions import Floats

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Best:
    """The best weights so far, and the checks since."""

    value: float = -np.inf
    at: int = 0
    waited: int = 0
    logits: Floats | None = None
    kept: "list[torch.Tensor] | None" = None
