"""How near a graph comes to PyTorch, how fast it is, and which of them is used.

onnx.json   {"format": 1, "use", "sha256", "rows", "labelled", "inputs", "torch": {…}, "variants": {name: {…}}}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from dongcha.core.words import Words
from dongcha.data.iob import OUTSIDE
from dongcha.model.predictions import Predictions

CLOSE = 1e-3  # largest difference of a probability (of a number: in its spread) without quantisation
AGREEING = 0.99  # share of equal answers from a quantised one,
ENOUGH = 200  # on so many inputs at least,
LOSS = 0.005  # and no more of the figure than this lost where answers are known
NEAR = 0.05  # of the spread of numbers: what two of them may differ by and count as equal
SLOWER = 0.9  # of the speed of the next: what comes within a tenth of it is taken as equal, so that choices repeat
FULL, SMALL = "onnx", "onnx-int8"
FILES = {FULL: "model.onnx", SMALL: "model-int8.onnx"}


@dataclass(frozen=True, slots=True)
class Variant:
    """A graph beside PyTorch on the same inputs; `figure` is None where no answers are known."""

    per_s: float
    largest: float
    mean: float
    agree: float
    figure: float | None
    refused: Words | None = None

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "inputs_per_s": round(self.per_s, 1),
            "largest_difference": float(f"{self.largest:.3g}"),
            "mean_difference": float(f"{self.mean:.3g}"),
            "agree": round(self.agree, 4),
            "figure": self.figure,
            "holds": self.refused is None,
            "refused": None if self.refused is None else self.refused.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Parity:
    """All variants on `rows` inputs, `labelled` of them with an answer; `use` is what answers (None: PyTorch)."""

    use: str | None
    rows: int
    labelled: int
    inputs: str  # where they are from: "given", "training" or "built-in"
    name: str  # of the figure
    torch_per_s: float
    torch_figure: float | None
    variants: Mapping[str, Variant]
    sha256: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """What `onnx.json` holds."""
        return {
            "format": 1,
            "use": None if self.use is None else FILES[self.use],
            "sha256": {FILES[name]: digest for name, digest in self.sha256.items()},
            "rows": self.rows,
            "labelled": self.labelled,
            "inputs": self.inputs,
            "figure": self.name,
            "torch": {"inputs_per_s": round(self.torch_per_s, 1), "figure": self.torch_figure},
            "variants": {name: variant.to_json() for name, variant in self.variants.items()},
        }


def differences(one: Predictions, other: Predictions, *, per_word: bool = False) -> tuple[float, float, float]:
    """The largest and the mean difference of scores, and the share of equal answers.

    Numbers are compared in the spread of those of `one`.  Of words, those count that either tags: most have no tag,
    and on these everybody agrees.
    """
    numbers = all(isinstance(label, float) for label in one.labels)
    spread = (float(np.std(one.labels)) if numbers and len(one) else 0.0) or 1.0
    unit = spread if np.isnan(one.scores).any() else 1.0  # what has no score is no probability
    gap = np.abs(one.all_scores - other.all_scores) / unit
    equal = list(_equal(one, other, spread, per_word=per_word))
    share = sum(equal) / len(equal) if equal else 1.0
    return float(gap.max(initial=0.0)), float(gap.mean()) if gap.size else 0.0, share


def _equal(one: Predictions, other: Predictions, spread: float, *, per_word: bool) -> Iterator[bool]:
    for ours, theirs in zip(one.labels, other.labels, strict=True):
        if per_word:
            yield from (a == b for a, b in zip(ours, theirs, strict=True) if not a == b == OUTSIDE)
        elif isinstance(ours, float):
            yield abs(ours - theirs) <= NEAR * spread
        else:
            yield ours == theirs


def refusal(name: str, found: Variant, torch_figure: float | None, rows: int) -> Words | None:
    """Why the variant may not answer in PyTorch's place; None where it may."""
    if name == FULL:
        text = f"{found.largest:.2g}"
        wide = Words(f"probabilities differ by up to {text}", f"概率相差最多 {text}")
        return wide if not found.largest <= CLOSE else None
    if rows < ENOUGH:
        return Words(
            f"{rows} inputs are too few to tell; {ENOUGH} are needed", f"只有 {rows} 条输入，至少需要 {ENOUGH} 条"
        )
    if found.agree < AGREEING:
        return Words(f"only {found.agree:.1%} of answers are the same", f"只有 {found.agree:.1%} 的答案相同")
    if found.figure is not None and torch_figure is not None and found.figure < torch_figure - LOSS:
        lost = f"{100 * (torch_figure - found.figure):.1f}"
        return Words(f"{lost} points of the figure are lost", f"指标下降 {lost} 个百分点")
    return None


def fastest(torch_per_s: float, variants: Mapping[str, Variant]) -> str | None:
    """The fastest that holds, None for PyTorch; within a tenth of each other the smaller one is taken."""
    use, speed = None, torch_per_s
    for name in (FULL, SMALL):
        found = variants.get(name)
        if found is not None and found.refused is None and found.per_s >= speed * SLOWER:
            use, speed = name, max(speed, found.per_s)
    return use
