"""Query strategies by name; each module registers itself in `STRATEGIES`."""

from dongcha.learn.strategies import (
    badge,
    balanced,
    bald,
    contrastive,
    core_set,
    diverse,
    entropy,
    least_confidence,
    margin,
    random,
    typical,
)
from dongcha.learn.strategy import STRATEGIES, Strategy

__all__ = [
    "STRATEGIES",
    "Strategy",
    "badge",
    "balanced",
    "bald",
    "contrastive",
    "core_set",
    "diverse",
    "entropy",
    "least_confidence",
    "margin",
    "random",
    "typical",
]
