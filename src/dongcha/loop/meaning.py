"""How alike texts are in meaning, by the encoder at hand: for a goal that names no column by its name.

Cosines of one encoder are not those of another, and some texts are near to all: a pair is judged against how near the
goal is to names of columns that have nothing to do with each other.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from dongcha.core.errors import DongchaError
from dongcha.model.encoders import choose_encoder, find_encoder
from dongcha.model.terms import cjk_share

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

MIDDLE, WIDTH = 2.7, 0.5
"""Standard deviations above the names below from which on two texts speak of the same thing, and how soft that is;
set on invented names of many fields, some that belong to a goal and some that do not."""

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


Read = Callable[[Sequence[str]], "Matrix"]


def alike(texts: Sequence[str], others: Sequence[str]) -> "Matrix | None":
    """How alike each text is to each other one, 0..1, shape (texts, others); None where no encoder is installed."""
    try:
        return compared(_reader(choose_encoder([*texts, *others])), texts, others)
    except (DongchaError, ImportError):
        return None


def compared(read: Read, texts: Sequence[str], others: Sequence[str]) -> "Matrix":
    """The same by a function from texts to vectors, shape (texts, width)."""
    import numpy as np

    vectors = read([*texts, *others, *NAMES, *NAMES_ZH])
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    said, asked, plain, plain_zh = np.split(vectors, np.cumsum([len(texts), len(others), len(NAMES)]))
    found = np.zeros((len(texts), len(others)))
    for at, text in enumerate(others):
        beside = plain_zh if cjk_share(text) > 0 else plain
        among = beside @ beside.T
        usual = (among.sum() - np.trace(among)) / (among.size - len(among))
        near = said @ beside.T
        above = said @ asked[at] - near.mean(axis=1) - ((beside @ asked[at]).mean() - usual)
        found[:, at] = [_odds(float(gap)) for gap in above / near.std(axis=1)]
    return found


def _odds(deviations: float) -> float:
    return 1 / (1 + math.exp(-(deviations - MIDDLE) / WIDTH))


@lru_cache(maxsize=2)
def _reader(name: str) -> Read:
    from dongcha.model.onnx.quick import quick

    return quick(find_encoder(name))
