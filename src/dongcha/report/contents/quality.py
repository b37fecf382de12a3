"""The data and its cleaning as a page shows them."""

from dataclasses import dataclass

from dongcha.core.words import Lang
from dongcha.report.contents.grid import Grid, cell, count, filled, heads, share, short
from dongcha.report.labels import LABELS, ROLES, named
from dongcha.report.names import human
from dongcha.report.reading import Object, curly, items, parts, text

MOST_EXAMPLES = 3
_COLUMNS = ("column", "role", "why", "missing", "distinct", "examples")


@dataclass(frozen=True, slots=True)
class Rule:
    """A cleaning rule, how many rows it touched, and values before and after it."""

    words: str
    rows: str
    examples: tuple[tuple[str, str], ...]


def columns(table: Object, lang: Lang) -> Grid:
    """One line a column: what it is taken for, and why."""
    rows = [
        (
            short(str(column.get("name", ""))),
            named(ROLES, str(column.get("role") or "—"), lang),
            curly(text(column.get("reason"), lang)),
            share(column, "missing"),
            count(column, "distinct"),
            _examples(column, lang),
        )
        for column in parts(table, "columns")
    ]
    return filled(Grid(heads(lang, *_COLUMNS), tuple(rows), frozenset({3, 4})))


def _examples(column: Object, lang: Lang) -> str:
    shown = [short(" ".join(cell(value, lang).split()), 40) for value in items(column, "examples")[:3]]
    return ("；" if lang == "zh" else "; ").join(shown)


def rules(quality: Object, lang: Lang) -> tuple[Rule, ...]:
    """The rules that had something to do."""
    found = (rule for rule in parts(quality, "rules") if rule.get("rows") != 0)
    return tuple(
        Rule(
            text(rule.get("words"), lang) or human(str(rule.get("name", ""))),
            count(rule, "rows"),
            tuple(
                (_value(example, "before", lang), _value(example, "after", lang))
                for example in parts(rule, "examples")[:MOST_EXAMPLES]
            ),
        )
        for rule in found
    )


def _value(example: Object, name: str, lang: Lang) -> str:
    """The value; where nothing is left of a row, that it was set aside."""
    if example.get(name) is None:
        return LABELS["dropped" if name == "after" else "no_value"].at(lang)
    return cell(example[name], lang)


def texts(facts: Object, name: str, lang: Lang) -> tuple[str, ...]:
    """The texts in the list called `name`."""
    return tuple(curly(said) for item in items(facts, name) if (said := text(item, lang)))
