"""What was normal when a model was trained: answers to rows that it had not learned from, and what those looked like.

Monitoring holds windows of live answers against it.  No input is kept: vectors, lengths and characters tell enough.
Stored as `reference.safetensors` in the model's folder.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import StorageError
from dongcha.model.predictions import Floats
from dongcha.model.rows import Rows, spread

FILE = "reference.safetensors"
MOST = 500
"""Rows of a profile; more cost more to keep and to compare and tell little more."""

DIGITS = 4  # of a score
MOST_CHARACTERS = 20_000
READ_FOR_CHARACTERS = 20_000

Bools = npt.NDArray[np.bool_]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Profile:
    """Answers of a model to some inputs, and facts about the inputs; one line an input everywhere."""

    labels: tuple[str, ...]  # as JSON
    scores: Floats  # 0..1, how sure it was; NaN where its task has no such score
    lengths: npt.NDArray[np.int64]  # characters of a text; 0 for other inputs
    strange: Floats  # share of a text's characters that the model never learned from
    vectors: Vectors | None = None  # (rows, width)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Answers to rows held out; `yes_or_no`: each is right or wrong, as a number is not."""

    labels: Sequence[Any]
    scores: Floats
    yes_or_no: bool = True


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reference:
    """The profile of held-out rows; `right` says which of its answers were right, None where that is no yes or no."""

    profile: Profile
    right: Bools | None
    characters: frozenset[str]

    def save(self, folder: Path) -> None:
        """Write it into a model's folder."""
        from safetensors.numpy import save_file

        profile = self.profile
        arrays: dict[str, npt.NDArray[Any]] = {
            "scores": profile.scores,
            "lengths": profile.lengths,
            "strange": profile.strange.astype(np.float32),
        }
        if self.right is not None:
            arrays["right"] = self.right.astype(np.uint8)
        if profile.vectors is not None:
            arrays["vectors"] = np.ascontiguousarray(profile.vectors, dtype=np.float16)
        told = {
            "labels": json.dumps(profile.labels, ensure_ascii=False),
            "characters": "".join(sorted(self.characters)),
        }
        save_file(arrays, folder / FILE, metadata=told)


def profile_of(
    inputs: Sequence[Any],
    labels: Sequence[Any],
    scores: Floats,
    characters: frozenset[str],
    vectors: Vectors | None = None,
) -> Profile:
    """The profile of inputs and what a model answered to them."""
    said = tuple(json.dumps(plain(label), ensure_ascii=False) for label in labels)
    # Rounded, because what was stored and what comes by the wire differ in digits that mean nothing.
    return Profile(labels=said, scores=np.round(scores, DIGITS), vectors=vectors, **facts_of(inputs, characters))


def facts_of(inputs: Sequence[Any], characters: frozenset[str]) -> dict[str, Any]:
    """`lengths` and `strange` of inputs."""
    texts = [text_of(one) for one in inputs]
    strange = [sum(c not in characters for c in text) / len(text) if text else 0.0 for text in texts]
    return {"lengths": np.array([len(text) for text in texts], dtype=np.int64), "strange": np.array(strange)}


def text_of(one: Any) -> str:
    """The text of an input: itself, its words or parts one after another; nothing where it is no text.

    >>> text_of(["New", "York"]), text_of(b"GIF")
    ('New York', '')
    """
    if isinstance(one, str):
        return one
    return " ".join(map(text_of, one)) if isinstance(one, list | tuple) else ""


def reference_of(
    held: Rows, said: Said, learned: Sequence[Any], vectors: Callable[[Sequence[Any]], Vectors] | None = None
) -> Reference:
    """The reference of a model that learned from the inputs `learned`, out of its answers to rows held out.

    `vectors` reads inputs; of a model without, the profile has none.
    """
    kept = spread(range(len(held)), MOST, 0)
    rows, labels = held.at(kept), [said.labels[i] for i in kept]
    characters = frozenset("".join(text_of(one) for one in learned[:READ_FOR_CHARACTERS]))
    if len(characters) > MOST_CHARACTERS:
        characters = frozenset(sorted(characters)[:MOST_CHARACTERS])
    found = vectors(rows.inputs) if vectors is not None else None
    profile = profile_of(rows.inputs, labels, said.scores[kept], characters, found)
    right = np.array([plain(a) == plain(b) for a, b in zip(labels, rows.answers, strict=True)], dtype=bool)
    return Reference(profile=profile, right=right if said.yes_or_no else None, characters=characters)


def read_reference(folder: Path) -> Reference | None:
    """The reference in a model's folder; None where there is none.  Raises `StorageError` where it is damaged."""
    file = folder / FILE
    if not file.is_file():
        return None
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "numpy") as opened:
            told, arrays = opened.metadata(), {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        labels = tuple(map(str, json.loads(told["labels"])))
        vectors = arrays["vectors"].astype(np.float32) if "vectors" in arrays else None
        profile = Profile(
            labels=labels, scores=arrays["scores"].astype(np.float64), lengths=arrays["lengths"],
            strange=arrays["strange"].astype(np.float64), vectors=vectors,
        )  # fmt: skip
        right = arrays["right"].astype(bool) if "right" in arrays else None
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise StorageError(f"{str(file)!r} is damaged ({str(error)[:80]}); train the model again") from error
    sizes = {len(labels), *(len(array) for array in arrays.values())}
    if len(sizes) != 1:
        raise StorageError(f"{str(file)!r} is damaged: its arrays do not match; train the model again")
    return Reference(profile=profile, right=right, characters=frozenset(told["characters"]))


def plain(label: Any) -> Any:
    """A label as JSON has it: tuples are lists, numbers of NumPy are numbers."""
    if isinstance(label, tuple | list):
        return [plain(one) for one in label]
    return label.item() if isinstance(label, np.generic) else label
