"""Words and character n-grams of a text, for Latin and Chinese scripts alike.

Knows scripts.  Knows nothing of weights or models.
"""

import re
from itertools import pairwise

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUNS = re.compile(f"[{_CJK}]+|[^\\W{_CJK}]+")
_IDEOGRAPH = re.compile(f"[{_CJK}]")
_LETTER = re.compile(r"[^\W\d_]")


def terms(text: str) -> list[str]:
    """Words and pairs of neighbouring words; of Chinese, Japanese and Korean runs the 1- to 3-grams of characters.

    >>> terms("Fast loan 很好")
    ['很', '好', '很好', 'fast', 'loan', 'fast loan']
    """
    words: list[str] = []
    grams: list[str] = []
    for run in _RUNS.findall(text.lower()):
        if _IDEOGRAPH.match(run):
            grams += [run[i : i + n] for n in (1, 2, 3) for i in range(len(run) - n + 1)]
        elif len(run) > 1:
            words.append(run)
    return grams + words + [f"{a} {b}" for a, b in pairwise(words)]


def cjk_share(text: str) -> float:
    """The part of a text's letters that are Chinese, Japanese or Korean, 0..1; 0 where it has no letter.

    >>> cjk_share("很好 ok")
    0.5
    """
    letters = len(_LETTER.findall(text))
    return len(_IDEOGRAPH.findall(text)) / letters if letters else 0.0
