"""A network that reads two texts at once, a query and an answer to it, and what `linear` sees of such a pair."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.files import write_json
from dongcha.model.descriptors import DESCRIPTORS, DescriptorKind
from dongcha.model.encoders import choose_encoder
from dongcha.model.intake import Arrays
from dongcha.model.network import NETWORKS, Item, Kind
from dongcha.model.networks.hf_text import read_tokenizer
from dongcha.model.networks.text import LETTERS, TextIntake, TextNetwork, padded
from dongcha.model.predictions import Floats
from dongcha.model.terms import terms

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TERMS = 60_000
FILE = "terms.json"
TYPES = "token_type_ids"


class PairIntake(TextIntake):
    """Pairs of texts as token numbers; the longer of the two is cut first."""

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """One item and one unit a pair; `data` holds the numbers of the tokens and of the text that each is of."""
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_length=self.token_limit)
        most = self.token_limit * LETTERS
        found = self.tokenizer.encode_batch([(query[:most], text[:most]) for query, text in inputs])
        return [Item(len(one.ids), (i,), (one.ids, one.type_ids)) for i, one in enumerate(found)]

    def arrays(self, items: Sequence[Item]) -> Arrays:
        """Token numbers and their mask, each of shape (pairs, longest)."""
        return padded([item.data[0] for item in items], self.pad)


class NumberedIntake(PairIntake):
    """With the number of the text that each token is of, for an encoder that tells them apart."""

    names = (*TextIntake.names, TYPES)

    def arrays(self, items: Sequence[Item]) -> Arrays:
        """Token numbers, their mask and the numbers of the texts, each of shape (pairs, longest)."""
        types = padded([item.data[1] for item in items], 0)["input_ids"]
        return {**super().arrays(items), TYPES: types}


class PairNetwork(TextNetwork):
    """Inputs are pairs of texts."""

    def intake_of(self, tokenizer: "Tokenizer", token_limit: int) -> PairIntake:
        """How pairs become token numbers."""
        kind = NumberedIntake if numbered(self.body.config.to_dict()) else PairIntake
        return kind(tokenizer, token_limit, int(self.body.config.pad_token_id or 0))

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """As of single texts; the tokenizer is told to number the texts where the encoder tells them apart."""
        TextNetwork.save(self, folder, outputs)
        if numbered(self.body.config.to_dict()):
            file = folder / "tokenizer_config.json"
            record = json.loads(file.read_text(encoding="utf-8"))
            record["model_input_names"] = ["input_ids", TYPES, "attention_mask"]
            write_json(file, record)


def pair_intake(folder: Path) -> PairIntake:
    """What a stored network needs beside its graph; raises `StorageError` where the folder is damaged."""
    parts = read_tokenizer(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return NumberedIntake(*parts) if numbered(config) else PairIntake(*parts)


def numbered(config: Mapping[str, Any]) -> bool:
    """Whether an encoder of this configuration tells the two texts of a pair apart."""
    return int(config.get("type_vocab_size") or 1) > 1


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common, with terms weighed by how rare they are."""

    idf: Mapping[str, float]

    def vectors(self, inputs: Sequence[Any]) -> Floats:
        """TF-IDF cosine, shared weight, share of the query's terms, Jaccard, the query as a phrase, two lengths."""
        return np.array([self._one(query, text) for query, text in inputs], dtype=np.float64).reshape(-1, 7)

    def _one(self, query: str, text: str) -> list[float]:
        asked, told = Counter(terms(query)), Counter(terms(text))
        both = set(asked) & set(told)
        ours, theirs = (self._weights(counts) for counts in (asked, told))
        cosine = sum(ours[t] * theirs[t] for t in both)
        weight = sum(self._idf(t) for t in asked) or 1.0
        return [
            cosine / ((_length(ours) * _length(theirs)) or 1.0),
            sum(self._idf(t) for t in both) / weight,
            overlap(query, text),
            len(both) / max(1, len(set(asked) | set(told))),
            float(query.strip().lower() in text.lower()),
            math.log1p(len(asked)),
            math.log1p(len(told)),
        ]

    def _idf(self, term: str) -> float:
        return self.idf.get(term, self.idf.get("", 1.0))

    def _weights(self, counts: Mapping[str, int]) -> dict[str, float]:
        return {term: (1.0 + math.log(n)) * self._idf(term) for term, n in counts.items()}

    def save(self, folder: Path) -> None:
        """Write `terms.json`."""
        (folder / FILE).write_text(json.dumps(dict(self.idf), ensure_ascii=False), encoding="utf-8")


def overlap(query: str, text: str) -> float:
    """The share of the query's terms that the text has, 0..1.

    >>> overlap("late parcel", "The parcel is here")
    0.3333333333333333
    """
    asked = set(terms(query))
    return len(asked & set(terms(text))) / len(asked) if asked else 0.0


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(w * w for w in weights.values()))


def fit_overlap(pairs: Sequence[Any]) -> Overlap:
    """Weights of terms from the train texts; `""` stands for a term that none of them has."""
    counts: Counter[str] = Counter()
    texts = dict.fromkeys(text for _, text in pairs)
    for text in texts:
        counts.update(set(terms(text)))
    idf = {t: math.log((1 + len(texts)) / (1 + n)) + 1.0 for t, n in counts.most_common(TERMS)}
    return Overlap({**idf, "": math.log(1 + len(texts)) + 1.0})


def load_overlap(folder: Path) -> Overlap:
    """What `Overlap.save` wrote."""
    return Overlap(json.loads((folder / FILE).read_text(encoding="utf-8")))


def choose_for_pairs(inputs: Sequence[Any]) -> str:
    """By the language of both texts."""
    return choose_encoder([f"{query} {text}" for query, text in inputs])


NETWORKS("pair")(Kind(PairNetwork.on, PairNetwork.stored, choose_for_pairs, pair_intake))
DESCRIPTORS("pair")(DescriptorKind(fit_overlap, load_overlap, 2e-4))
