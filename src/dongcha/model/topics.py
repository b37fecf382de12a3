"""Topics: groups of like texts, found without labels and named by their phrases.

Latent semantic analysis of phrases (Deerwester et al. 1990), k-means with k chosen by the silhouette on a sample
(Rousseeuw 1987), names by class-based TF-IDF (Grootendorst 2022, https://arxiv.org/abs/2203.05794).  No encoder: on two
cores its vectors take a hundred times as long, and the names that a person reads come from the phrases either way.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import DataError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.excerpt import excerpt
from dongcha.data.vocabulary import phrases_of
from dongcha.model.quiet import steady

FEWEST = 30
MOST_TEXTS = 20_000
"""Texts that the groups are learned from; the others are put into the nearest group."""

DIRECTIONS = 40
SAMPLE = 1500
NAMED_BY = 3
SHOWN = 6
COMMON = 0.05
"""Part of a topic's texts that must hold a phrase which names it."""

Vectors = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of texts: its name, its most characteristic phrases, its size, and the text nearest to its centre."""

    name: str
    phrases: tuple[str, ...]
    rows: int
    example: str

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {"name": self.name, "phrases": list(self.phrases), "rows": self.rows, "example": self.example}


@dataclass(frozen=True, slots=True)
class Topics:
    """`topic[i]` is the place in `described` of text `i`; None for an empty text.  The largest topic comes first."""

    topic: tuple[int | None, ...]
    described: tuple[Topic, ...]

    def to_json(self) -> list[dict[str, object]]:
        """A list of JSON objects, one a topic."""
        return [topic.to_json() for topic in self.described]


def topics(texts: Sequence[str], *, most: int = 12, seed: int = 0, on_step: OnStep = silent) -> Topics:
    """Between 3 and `most` topics; the same texts and seed give the same ones.

    Raises `DataError` for fewer than 30 texts that are not empty.
    """
    held = [i for i, text in enumerate(texts) if text.strip()]
    if len(held) < FEWEST:
        raise DataError(f"topics: {len(held)} texts are too few to group; bring at least {FEWEST}")
    job = Words("grouping texts", "文本分组")
    said: list[list[str]] = []
    for done, i in enumerate(held):
        said.append(phrases_of(texts[i]))
        if done % 500 == 0:
            on_step(Step(job, done, len(held)))
    with steady(seed):
        group, near = _grouped(_vectors(said, seed), most, seed)
    order = [place for place, _ in sorted(Counter(group).items(), key=lambda item: (-item[1], item[0]))]
    rank = {place: i for i, place in enumerate(order)}
    assigned = [rank[place] for place in group]
    on_step(Step(job, len(held), len(held)))
    answer: list[int | None] = [None] * len(texts)
    for i, place in zip(held, assigned, strict=True):
        answer[i] = place
    return Topics(tuple(answer), _described([texts[i] for i in held], said, assigned, near))


def _vectors(said: Sequence[list[str]], seed: int) -> Vectors:
    """Directions of meaning, shape (texts, at most 40), rows of length 1 (0 for a text without known phrases)."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    maker = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=3, max_df=0.5, max_features=20_000)
    try:
        matrix = maker.fit_transform(said)
    except ValueError as error:  # scikit-learn's word for "no terms remain"
        raise DataError("topics: the texts share no phrases, so they cannot be grouped") from error
    size = min(DIRECTIONS, matrix.shape[1] - 1, matrix.shape[0] - 1)
    if size < 3:
        raise DataError("topics: the texts share too few phrases to be grouped")
    vectors = TruncatedSVD(size, random_state=seed).fit_transform(matrix)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float64)


def _grouped(points: Vectors, most: int, seed: int) -> tuple[list[int], Vectors]:
    """The group of each text and its likeness to the group's centre."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    learned = np.random.default_rng(seed).permutation(len(points))[:MOST_TEXTS]
    sample = learned[:SAMPLE]
    distinct = len(np.unique(points[learned], axis=0))
    if distinct < 3:
        raise DataError("topics: the texts say too few different things to be grouped")
    best, quality = None, -math.inf
    for k in range(3, max(3, min(most, len(learned) // 10, distinct)) + 1):
        model = KMeans(k, n_init=4, random_state=seed).fit(points[learned])
        found = model.predict(points[sample])
        score = float(silhouette_score(points[sample], found)) if len(set(found)) > 1 else -1.0
        if score > quality + 0.002:  # a tie goes to fewer topics
            best, quality = model, score
    assert best is not None
    group = best.predict(points)
    near = (points * best.cluster_centers_[group]).sum(axis=1)
    return [int(place) for place in group], near


def _described(
    texts: Sequence[str], said: Sequence[list[str]], group: Sequence[int], near: Vectors
) -> tuple[Topic, ...]:
    held: dict[int, Counter[str]] = defaultdict(Counter)
    for phrases, place in zip(said, group, strict=True):
        held[place].update(phrases)
    everywhere: Counter[str] = Counter()
    for counted in held.values():
        everywhere.update(counted)
    sizes = Counter(group)
    found, taken = [], set[str]()
    for place in sorted(sizes):
        phrases = _phrases(held[place], everywhere, sizes[place], len(texts))
        name = ", ".join(_distinct(phrases, taken)) or f"{place + 1}"
        taken.add(name)
        members = [i for i, g in enumerate(group) if g == place]
        example = excerpt(texts[max(members, key=lambda i: (near[i], -i))], phrases, most=240)
        found.append(Topic(name, tuple(phrases), sizes[place], example))
    return tuple(found)


def _phrases(inside: Counter[str], everywhere: Counter[str], rows: int, texts: int) -> list[str]:
    """The phrases that tell the topic from the others, best first; of two that hold each other only the better."""

    def worth(phrase: str) -> float:
        here, whole = inside[phrase] / rows, everywhere[phrase] / texts
        return here * math.log(here / whole) * (1.15 if " " in phrase or len(phrase) > 3 else 1.0)

    common = [phrase for phrase, n in inside.items() if n >= max(3, COMMON * rows)]
    chosen: list[str] = []
    for phrase in sorted(common, key=lambda phrase: (-worth(phrase), phrase)):
        if worth(phrase) <= 0 or len(chosen) == SHOWN:
            break
        if not any(_overlap(phrase, other) for other in chosen):
            chosen.append(phrase)
    return chosen


def _overlap(one: str, other: str) -> bool:
    stems = [{word.rstrip("s") for word in phrase.split()} for phrase in (one, other)]
    return one in other or other in one or bool(stems[0] & stems[1])


def _distinct(phrases: list[str], taken: set[str]) -> list[str]:
    """As few phrases as keep the name apart from the others, at least three where there are."""
    for size in range(NAMED_BY, len(phrases) + 1):
        if ", ".join(phrases[:size]) not in taken:
            return phrases[:size]
    return phrases
