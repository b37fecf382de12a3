"""Whether a text says a phrase, as the engine can tell: what is counted and what a query proves are the same.

English: the words stand side by side, in any letter case, as whole words (`fees` is not `fee's`); several forms of a
phrase (singular and plural) count as one.  Chinese: the characters stand in the text, however it would be cut into
words.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dongcha.data.vocabulary import starts_with_han

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SPACE = r"[\s\pZ]+"
_OUT = r"[^\pL\pN]|\p{Han}"  # what is no part of a word
_BEFORE = rf"(?:^|[^\pL\pN'’-]|\p{{Han}}|(?:^|{_OUT})['’-])"
_AFTER = rf"(?:$|[^\pL\pN'’-]|\p{{Han}}|['’-](?:$|{_OUT}))"


def says(data: "ir.Table", column: str, forms: Sequence[str]) -> "ir.BooleanValue":
    """Whether the text in `column` has one of the forms of a phrase, which are in lower case."""
    import ibis

    text: ir.StringValue = data[column]
    if starts_with_han(forms[0]):
        return ibis.or_(*(text.contains(form) for form in forms))
    return text.lower().re_search(pattern(forms))


def pattern(forms: Sequence[str]) -> str:
    r"""The regular expression, as RE2 reads it, of a lower-case text that has one of the forms as whole words.

    >>> pattern(["late fee", "late fees"]).count(r"late[\s\pZ]+fee")
    2
    """
    words = "|".join(_SPACE.join(form.replace("'", "['’]").split()) for form in forms)
    return f"{_BEFORE}(?:{words}){_AFTER}"
