"""`full`: fine-tuning of the encoder, and `contrastive`: the same with a loss over pairs of inputs, for few labels.

Word embeddings stay frozen unless the recipe says otherwise: they are most of the weights and most of the optimiser's
time, and a few thousand rows touch few of them.
"""

import math
from collections.abc import Callable

from dongcha.model.method import METHODS
from dongcha.model.methods.tuned import TunedMethod
from dongcha.model.network import Network
from dongcha.model.recipe import Recipe
from dongcha.model.structure import frozen


def _adapt(net: Network, recipe: Recipe) -> Callable[[], None]:
    frozen(net, recipe)
    return lambda: None


FEW_LABELS = 64
"""Rows a class up to which pairs taught more than rows alone on most sets (`few_shot` in the benchmarks)."""

METHODS("full")(TunedMethod("full", 2, _adapt, most_rows=math.inf))
METHODS("contrastive")(TunedMethod("contrastive", 6, _adapt, most_rows=FEW_LABELS, paired=True))
