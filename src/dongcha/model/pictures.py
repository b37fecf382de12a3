"""Pictures as arrays, in bounds: any mode, size, orientation or damage, and no bomb."""

import io
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import MissingExtra
from dongcha.model.media import contents
from dongcha.model.predictions import Floats

Bytes = npt.NDArray[np.uint8]
MOST_PIXELS = 60_000_000
"""Of a picture; a larger one counts as broken, for it may be made to fill the memory."""


def decoded(data: bytes | None, side: int, formats: tuple[str, ...] | None = None) -> Any:
    """A PIL picture in RGB, about `side` pixels at least; None where it is broken.  Of a film the first frame.

    `formats` are Pillow's names of those that are read; None for all that it knows.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as error:
        raise MissingExtra('pictures need Pillow: pip install "dongcha[image]"') from error
    if not data:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is decoded smaller: less work
                picture.load()
                return _rgb(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        return None


def _rgb(picture: Any) -> Any:
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits and more: by their own range
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        return Image.fromarray((np.clip(values / top, 0, 1) * 255).astype(np.uint8)).convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return picture.convert("RGB")


def readable(references: Sequence[Any]) -> list[bool]:
    """Which references are pictures that can be decoded."""
    return [decoded(data, 64) is not None for data in contents(reference or "" for reference in references)]


def squares(references: Sequence[Any], side: int, resample: int = 2) -> Bytes:
    """Pictures of side × side pixels, shape (pictures, side, side, 3); a broken one is black."""
    found = np.zeros((len(references), side, side, 3), dtype=np.uint8)
    for i, data in enumerate(contents(references)):
        picture = decoded(data, side)
        if picture is not None:
            found[i] = np.asarray(picture.resize((side, side), resample))
    return found


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a network wants its pictures, as `preprocessor_config.json` says it."""

    side: int
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)
    resample: int = 2

    def read(self, references: Sequence[Any]) -> Bytes:
        """The pictures as bytes, which are a quarter of the room of numbers."""
        return squares(references, self.side, self.resample)

    def scaled(self, pictures: Bytes) -> npt.NDArray[np.float32]:
        """What the network takes, shape (pictures, 3, side, side)."""
        values = (pictures / 255.0 - np.array(self.mean)) / np.array(self.std)
        return np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write `preprocessor_config.json`."""
        record = {
            "image_processor_type": "ViTImageProcessor", "do_resize": True, "do_rescale": True, "do_normalize": True,
            "size": {"height": self.side, "width": self.side}, "resample": self.resample, "rescale_factor": 1 / 255,
            "image_mean": list(self.mean), "image_std": list(self.std),
        }  # fmt: skip
        (folder / "preprocessor_config.json").write_text(json.dumps(record, indent=2), encoding="utf-8")


def preparation(folder: Path, fallback: int) -> Preparation:
    """What the folder's `preprocessor_config.json` says; pictures are squeezed into the square, not cut."""
    try:
        said = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        said = {}
    size = said.get("size", fallback)
    if isinstance(size, dict):
        size = size.get("height") or size.get("shortest_edge") or fallback
    mean, std = (tuple(said.get(name) or (0.5, 0.5, 0.5)) for name in ("image_mean", "image_std"))
    return Preparation(int(size), mean, std, int(said.get("resample", 2)))


SIDE, CELL, BINS = 64, 8, 9


class Shapes:
    """Colours and edges: a histogram of colours, means of quarters, and histograms of oriented gradients.

    The latter after Dalal & Triggs 2005, https://doi.org/10.1109/CVPR.2005.177, with each cell normed by its own block.
    """

    def vectors(self, inputs: Sequence[Any]) -> Floats:
        """Shape (pictures, 64 + 96 + 576)."""
        pictures = squares(inputs, SIDE)
        return np.concatenate([_colours(pictures), _means(pictures), _edges(pictures)], axis=1)

    def save(self, folder: Path) -> None:
        """Nothing is learned, so nothing is kept."""


def _colours(pictures: Bytes) -> Floats:
    cells = (pictures >> 6).astype(np.int64) @ np.array([16, 4, 1])
    found = np.stack([np.bincount(cell.ravel(), minlength=64) for cell in cells]) if len(cells) else np.zeros((0, 64))
    return np.asarray(np.sqrt(found / SIDE**2), dtype=np.float64)


def _means(pictures: Bytes) -> Floats:
    parts = pictures.reshape(len(pictures), 4, 16, 4, 16, 3).astype(np.float64) / 255
    both = [parts.mean(axis=(2, 4)), parts.std(axis=(2, 4))]
    return np.concatenate([part.reshape(len(pictures), 4 * 4 * 3) for part in both], axis=1)


def _edges(pictures: Bytes) -> Floats:
    grey = pictures.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    down, across = (np.gradient(grey, axis=axis) if len(grey) else grey for axis in (1, 2))
    strength = np.hypot(down, across)
    angle = (np.arctan2(down, across) % np.pi) / np.pi * BINS
    many = SIDE // CELL
    found = np.zeros((len(pictures), many, many, BINS))
    for at in range(BINS):
        near = np.minimum(np.abs(angle - at), BINS - np.abs(angle - at))
        part = strength * np.maximum(0.0, 1.0 - near)
        found[..., at] = part.reshape(-1, many, CELL, many, CELL).sum(axis=(2, 4))
    length = np.sqrt((found**2).sum(axis=3, keepdims=True))
    padded = np.pad(length**2, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    block = sum(padded[:, i : i + many, j : j + many] for i in range(3) for j in range(3))
    return np.asarray(found / np.sqrt(block + 1.0), dtype=np.float64).reshape(len(pictures), many * many * BINS)
