"""How alike texts are in meaning, by the encoder at hand: for a goal that names no column by its name.

Cosines of one encoder are not those of another, and some texts are near to all: a pair is judged against how near the
goal is to names of columns that have nothing to do with each other.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from dongcha.core.errors import ConfigError, DongchaError
from dongcha.model.encoders import choose_encoder, find_encoder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

MIDDLE, WIDTH = 3.0, 0.5
"""Standard deviations above the names below at which a pair speaks of the same thing with even odds, and how fast."""

NAMES = (
    "postal code", "colour", "weight in kilograms", "floor", "language", "weather", "blood type", "page number",
    "country of birth", "temperature", "browser", "day of the week", "file size", "seat", "altitude", "musical genre",
    "engine type", "wind direction", "shift", "fabric", "ward", "latitude", "crop", "species", "screen resolution",
    "school subject", "vehicle make", "soil type", "currency", "title of the book",
)  # fmt: skip
NAMES_ZH = (
    "邮政编码", "颜色", "重量", "楼层", "语言", "天气", "血型", "页码", "出生国家", "温度", "浏览器", "星期",
    "文件大小", "座位", "海拔", "音乐类型", "发动机型号", "风向", "班次", "面料", "病房", "纬度", "作物", "物种",
    "屏幕分辨率", "学科", "车辆品牌", "土壤类型", "货币", "书名",
)  # fmt: skip
"""Names of columns of many domains, which a goal seldom speaks of."""


def alike(texts: Sequence[str], others: Sequence[str]) -> "Matrix | None":
    """How alike each text is to each other one, 0..1, shape (texts, others); None where no encoder is installed."""
    try:
        read = _reader(choose_encoder([*texts, *others]))
    except (DongchaError, ImportError):
        return None
    return compared(read, texts, others)


def compared(read: "object", texts: Sequence[str], others: Sequence[str]) -> "Matrix":
    """The same with a function from texts to vectors."""
    import numpy as np

    many = [*texts, *others, *NAMES, *NAMES_ZH]
    vectors = read(many)  # type: ignore[operator]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    said, asked = vectors[: len(texts)], vectors[len(texts) : len(texts) + len(others)]
    plain = vectors[len(texts) + len(others) :]
    return _odds(said, asked, plain, others)


def _odds(said: "Matrix", asked: "Matrix", plain: "Matrix", others: Sequence[str]) -> "Matrix":
    raise ConfigError("to come")


@lru_cache(maxsize=2)
def _reader(name: str) -> "object":
    from dongcha.model.onnx.quick import quick

    return quick(find_encoder(name))
