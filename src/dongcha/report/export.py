"""Write cells for spreadsheets so that none of them runs."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell must not begin with: spreadsheet programs take it for a formula (OWASP, CSV injection)."""


def safe_cell(value: object) -> object:
    """The value, with an apostrophe before a text that a spreadsheet would take for a formula; numbers stay numbers.

    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell("-5"), safe_cell(-5), safe_cell("plain")
    ("'=cmd|' /C calc'!A0", '-5', -5, 'plain')
    """
    if not isinstance(value, str) or not value.lstrip(" ").startswith(FORMULA) or _is_number(value):
        return value
    return f"'{value}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and not text.startswith(("\t", "\r", "\n"))
