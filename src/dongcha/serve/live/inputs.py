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
            raise DataError(f"inputs[{i}] is empty or is no text that can be read")
    return found


def kept(task: Task, given: Any) -> Any:
    """What is remembered of an input that was answered: itself, or of a file its digest and size."""
    if task.reads not in FILES:
        return given
    data = bytes_of(given, "input")
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise DataError(f"{place} must be a text")
    return _checked(value, place)


def _checked(value: str, place: str) -> str:
    if "\0" in value:
        raise DataError(f"{place} holds a NUL character")
    if len(value) > setting("text_limit_chars"):
        raise DataError(f"{place} is longer than {int(setting('text_limit_chars')):,} characters")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise DataError(f"{place} holds half of a surrogate pair") from None
    return value


def _pair(value: Any, place: str) -> tuple[str, str]:
    if isinstance(value, dict) and set(value) == {"query", "text"}:
        value = [value["query"], value["text"]]
    if not isinstance(value, list) or len(value) != 2:
        raise DataError(f'{place} must be a pair: ["query", "text"], or an object of query and text')
    return _text(value[0], f"{place}[0]"), _text(value[1], f"{place}[1]")


def _words(value: Any, place: str) -> Any:
    """A list of words; a plain text is cut at blanks and signs."""
    if isinstance(value, str):
        text = _checked(value, place)
        value = [text[a:b] for a, b in words_of(text)]
    if not isinstance(value, list) or not value:
        raise DataError(f"{place} must be a list of words, or a text that has some")
    if len(value) > MOST_WORDS:
        raise DataError(f"{place} has more than {MOST_WORDS:,} words")
    return sentence(tuple(_text(word, f"{place}[{i}]") for i, word in enumerate(value)))


def bytes_of(value: Any, place: str) -> bytes:
    """The bytes of a file: base64, with or without `data:…;base64,` before it."""
    if not isinstance(value, str):
        raise DataError(f"{place} must be a file in base64")
    head, mark, body = value.partition(";base64,")
    text = body if mark and head.startswith("data:") else value
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DataError(f"{place} is not valid base64") from None


_READ: dict[str, Callable[[Any, str], Any]] = {
    "text": _text, "pair": _pair, "words": _words, "image": bytes_of, "audio": bytes_of,
}  # fmt: skip
