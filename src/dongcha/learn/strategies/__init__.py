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

PARTS = (badge, balanced, bald, contrastive, core_set, diverse, entropy, least_confidence, margin, random, typical)

__all__ = ["PARTS", "STRATEGIES", "Strategy"]
