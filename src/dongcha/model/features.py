"""What `linear` sees of its inputs: a sparse matrix, one line a unit, one column a feature; by the kind of input.

Knows features.  Knows nothing of heads or files.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.registry import Registry
from dongcha.model.predictions import Floats
from dongcha.model.terms import terms
from dongcha.model.word_facts import word_facts

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Vocabulary = dict[str, int]
TERMS = 60_000
FACTS = 400_000


class Features(Protocol):
    """A way to turn inputs into a sparse matrix."""

    strengths: Sequence[float]  # inverse penalties that are tried

    def learn(self, inputs: Sequence[Any]) -> "tuple[Vocabulary, Floats, csr_matrix]":
        """The features worth keeping, a weight of each, and the matrix of the inputs."""

    def matrix(self, inputs: Sequence[Any], vocabulary: Mapping[str, int], weights: Floats) -> "csr_matrix":
        """The matrix of inputs, shape (units, features)."""

    def cost(self, inputs: Sequence[Any]) -> int:
        """Letters that are read, by which time is told."""


FEATURES: Registry[Features] = Registry("features")


class TextFeatures:
    """TF-IDF of words and character n-grams, each text's vector of length 1: (1 + ln tf) · idf."""

    strengths: Sequence[float] = (1.0, 4.0, 16.0)

    def learn(self, inputs: Sequence[Any]) -> "tuple[Vocabulary, Floats, csr_matrix]":
        """Terms of two texts at least (of one where there are few texts), the commonest of them."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        rarest = 2 if len(inputs) >= 200 else 1
        maker = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=rarest, max_features=TERMS, dtype=np.float32)
        try:
            matrix = maker.fit_transform(inputs)
        except ValueError as error:  # scikit-learn's word for "no terms remain"
            raise DataError(
                "linear: the texts hold no words that could be learned from; name another text column"
            ) from error
        return {str(name): i for i, name in enumerate(maker.get_feature_names_out())}, maker.idf_, matrix

    def matrix(self, inputs: Sequence[Any], vocabulary: Mapping[str, int], weights: Floats) -> "csr_matrix":
        """As scikit-learn computes it."""
        from scipy.sparse import csr_matrix

        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in inputs:
            counts = Counter(i for term in terms(text) if (i := vocabulary.get(term)) is not None)
            found = [(1.0 + math.log(n)) * weights[i] for i, n in counts.items()]
            length = math.sqrt(sum(w * w for w in found)) or 1.0
            data += [w / length for w in found]
            columns += counts
            ends.append(len(columns))
        return csr_matrix((data, columns, ends), shape=(len(inputs), len(vocabulary)))

    def cost(self, inputs: Sequence[Any]) -> int:
        """Letters."""
        return sum(map(len, inputs))


class WordFeatures:
    """Facts of each word and of its neighbours: spelling, shape, affixes; each there or not."""

    strengths: Sequence[float] = (0.3, 1.0)

    def learn(self, inputs: Sequence[Any]) -> "tuple[Vocabulary, Floats, csr_matrix]":
        """Facts of two words at least (of one where there are few), the commonest of them."""
        counts: Counter[str] = Counter()
        words = 0
        for one in inputs:
            for facts in word_facts(tuple(one)):
                counts.update(facts)
                words += 1
        rarest = 2 if words >= 2000 else 1
        kept = sorted(name for name, n in counts.most_common(FACTS) if n >= rarest)
        vocabulary = {name: i for i, name in enumerate(kept)}
        weights = np.ones(len(vocabulary))
        return vocabulary, weights, self.matrix(inputs, vocabulary, weights)

    def matrix(self, inputs: Sequence[Any], vocabulary: Mapping[str, int], weights: Floats) -> "csr_matrix":
        """Ones where a fact holds, shape (words, facts)."""
        from scipy.sparse import csr_matrix

        columns: list[int] = []
        ends = [0]
        for one in inputs:
            for facts in word_facts(tuple(one)):
                columns += [i for fact in facts if (i := vocabulary.get(fact)) is not None]
                ends.append(len(columns))
        at = np.asarray(columns, dtype=np.int32)
        return csr_matrix((weights[at], at, np.asarray(ends)), shape=(len(ends) - 1, len(vocabulary)))

    def cost(self, inputs: Sequence[Any]) -> int:
        """Letters, about."""
        return 60 * sum(map(len, inputs))


FEATURES("text")(TextFeatures())
FEATURES("words")(WordFeatures())
