"""Cut a plain text into words for a model of words: at blanks and signs, Chinese by characters.

Knows scripts.  Knows nothing of models.
"""

import re

_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    rf"[{_ALONE}]|\d+(?:[.,:/-]\d+)*|(?:[^\W\d_{_ALONE}]\.){{2,}}|'s\b|[^\W{_ALONE}]+(?:-[^\W{_ALONE}]+)*|[^\w\s]",
)


def words_of(text: str) -> list[tuple[int, int]]:
    """Where each word begins and ends.

    >>> text = "U.N. aide (Ada's) 北京 1.5"
    >>> [text[a:b] for a, b in words_of(text)]
    ['U.N.', 'aide', '(', 'Ada', "'s", ')', '北', '京', '1.5']
    """
    return [found.span() for found in _WORD.finditer(text)]
