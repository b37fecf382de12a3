"""`bald`: the rows over which a committee of heads disagrees most (Houlsby et al. 2011, arXiv:1112.5745).

The mutual information of label and head: the entropy of the mean score less the mean entropy.  The committee stands in
for a posterior: each head is fitted on a bootstrap of the labelled rows (bagging, Abe & Mamitsuka 1998).
"""

import numpy as np

from dongcha.learn.heads import fit_scorer
from dongcha.learn.pool import Numbers, Pool, Scores
from dongcha.learn.strategies.entropy import entropies
from dongcha.learn.strategy import CANDIDATES, STRATEGIES, Strategy, highest

MEMBERS = 6
STRENGTH = 1.0
"""Inverse penalty of a member: weaker than the model's own, which would make all members say the same."""


class Bald(Strategy):
    """Looks at `CANDIDATES` rows; the cost grows with heads times labelled rows, and heads times candidates."""

    most = CANDIDATES

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """The highest mutual information; at random among all where fewer than two classes are labelled."""
        if len(np.unique(pool.labels)) < 2:
            return random.choice(free, k, replace=False)
        said = np.stack([_member(pool, free, random) for _ in range(MEMBERS)])
        return free[highest(entropies(said.mean(axis=0)) - entropies(said).mean(axis=0), k, random)]


def _member(pool: Pool, free: Numbers, random: np.random.Generator) -> Scores:
    drawn = random.integers(0, len(pool.labels), len(pool.labels))
    firsts = np.unique(pool.labels, return_index=True)[1]  # each class keeps a row
    rows = np.concatenate([firsts, drawn])
    shown = pool.vectors[pool.labelled[rows]]
    classes = pool.scores.shape[1] if pool.scores is not None else int(pool.labels.max()) + 1
    return fit_scorer(shown, pool.labels[rows], classes, STRENGTH).scores(pool.vectors[free])


STRATEGIES("bald")(Bald())
