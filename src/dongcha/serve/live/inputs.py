"""What a client sends, as a task reads it: a text, a pair, a list of words, or a file in base64.

Raises `DataError` that names the place of what cannot be read, never what stands there.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from dongcha.core.errors import DataError
from dongcha.core.settings import setting
from dongcha.core.words import Words
from dongcha.model.cut import words_of
from dongcha.model.sentence import sentence
from dongcha.model.task import Task

MOST_WORDS = 20_000
FILES = ("image", "audio")


def accepted(task: Task, given: Sequence[Any]) -> list[Any]:
    """The inputs as the task reads them; of files only that they are base64, `Files` reads them."""
    read = _READ[task.reads]
    found = [read(value, f"inputs[{i}]") for i, value in enumerate(given)]
    if task.reads in FILES:
        return found
    for i, good in enumerate(task.usable(found)):
        if not good:
            raise DataError(
                Words(f"inputs[{i}] is empty or is no text that can be read", f"inputs[{i}] 为空，或不是可读的文本")
            )
    return found


def kept(task: Task, given: Any) -> Any:
    """What is remembered of an input that was answered: itself, or of a file its digest and size."""
    if task.reads not in FILES:
        return given
    data = bytes_of(given, "input")
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise DataError(Words(f"{place} must be a text", f"{place} 必须是文本"))
    return _checked(value, place)


def _checked(value: str, place: str) -> str:
    if "\0" in value:
        raise DataError(Words(f"{place} holds a NUL character", f"{place} 含有 NUL 字符"))
    if len(value) > setting("text_limit_chars"):
        raise DataError(
            Words(
                f"{place} is longer than {int(setting('text_limit_chars')):,} characters",
                f"{place} 超过 {int(setting('text_limit_chars')):,} 个字符",
            )
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise DataError(Words(f"{place} holds half of a surrogate pair", f"{place} 含有半个代理对")) from None
    return value


def _pair(value: Any, place: str) -> tuple[str, str]:
    if isinstance(value, dict) and set(value) == {"query", "text"}:
        value = [value["query"], value["text"]]
    if not isinstance(value, list) or len(value) != 2:
        raise DataError(
            Words(
                f'{place} must be a pair: ["query", "text"], or an object of query and text',
                f'{place} 必须是一对：["query", "text"]，或含 query 与 text 的对象',
            )
        )
    return _text(value[0], f"{place}[0]"), _text(value[1], f"{place}[1]")


def _words(value: Any, place: str) -> Any:
    """A list of words; a plain text is cut at blanks and signs."""
    if isinstance(value, str):
        text = _checked(value, place)
        value = [text[a:b] for a, b in words_of(text)]
    if not isinstance(value, list) or not value:
        raise DataError(
            Words(
                f"{place} must be a list of words, or a text that has some", f"{place} 必须是词的列表，或含有词的文本"
            )
        )
    if len(value) > MOST_WORDS:
        raise DataError(Words(f"{place} has more than {MOST_WORDS:,} words", f"{place} 超过 {MOST_WORDS:,} 个词"))
    return sentence(tuple(_text(word, f"{place}[{i}]") for i, word in enumerate(value)))


def bytes_of(value: Any, place: str) -> bytes:
    """The bytes of a file: base64, with or without `data:…;base64,` before it."""
    if not isinstance(value, str):
        raise DataError(Words(f"{place} must be a file in base64", f"{place} 必须是 base64 编码的文件"))
    head, mark, body = value.partition(";base64,")
    text = body if mark and head.startswith("data:") else value
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DataError(Words(f"{place} is not valid base64", f"{place} 不是有效的 base64")) from None


_READ: dict[str, Callable[[Any, str], Any]] = {
    "text": _text, "pair": _pair, "words": _words, "image": bytes_of, "audio": bytes_of,
}  # fmt: skip
