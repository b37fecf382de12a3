"""Where a model is worst, and what it was surest of and wrong."""

from dongcha.core.words import Lang, Words
from dongcha.report.contents.grid import Grid, count, short
from dongcha.report.contents.section import Block, Quote, Section, section
from dongcha.report.figures import figure_text, figure_words
from dongcha.report.labels import EVALUATION, LABELS
from dongcha.report.numbers import p_value, percent
from dongcha.report.reading import Object, figure, items, part, parts

SURE = 0.05
"""The q-value below which a slice is called worse."""

MOST_SLICES, MOST_ERRORS = 20, 20


def slices(found: Object, lang: Lang) -> Section:
    """The parts of the rows that are worse than the rest beyond chance."""
    title = EVALUATION["slices"].at(lang)
    if "slices" not in found or found.get("gives") in ("tags", "score"):
        return section("slices", title, [], [])
    every = parts(found, "slices")
    worse = [one for one in every if (figure(one, "q_value") or 0.0) < SURE and (figure(one, "gap") or 0.0) < 0]
    chosen = str(found.get("chosen_on"))
    words = figure_words(chosen, part(found, "names"))
    heads = (LABELS["column"], EVALUATION["value"], LABELS["records"], words, EVALUATION["all_rows"], LABELS["q_value"])
    head = tuple(said.at(lang) for said in heads)
    rows = tuple(_slice(one, chosen) for one in worse[:MOST_SLICES])
    block = Block(kind="grid", value=Grid(head, rows, frozenset({2, 3, 4, 5})))
    return section("slices", title, [_slices_said(len(every), len(worse)).at(lang)], [block])


def _slice(one: Object, chosen: str) -> tuple[str, ...]:
    """One line: where, how many rows, the figure there and on all rows, and how sure that is."""
    names = [short(str(one.get(name, "")), 120) for name in ("column", "value")]
    values = [figure_text(chosen, figure(one, name) or 0.0) for name in ("figure", "overall")]
    return (*names, count(one, "rows"), *values, p_value(figure(one, "q_value") or 0.0))


def _slices_said(every: int, worse: int) -> Words:
    if not every:
        return Words(
            "No category column has values with enough rows to be looked at (20 at least, and 20 elsewhere).",
            "没有类别列的取值达到可检验的记录数（该取值及其余各至少 20 条）。",
        )
    if not worse:
        return Words(
            f"No slice is worse than the rest beyond chance ({every:,} tested).",
            f"没有哪一部分明显比其余部分差（共检验 {every:,} 个部分）。",
        )
    return Words(
        f"Of {every:,} slices tested, {worse:,} {'is' if worse == 1 else 'are'} worse than the rest beyond chance "
        "(false discoveries under 5%).",
        f"共检验 {every:,} 个部分，其中 {worse:,} 个明显比其余部分差（错误发现率低于 5%）。",
    )


def errors(found: Object, lang: Lang) -> Section:
    """The wrong answers with the highest scores: often it is the label that is wrong."""
    title = EVALUATION["surest"].at(lang)
    if "errors" not in found or found.get("gives") not in ("class", "labels"):
        return section("errors", title, [], [])
    quotes = tuple(_quote(one, lang) for one in parts(found, "errors")[:MOST_ERRORS])
    said = EVALUATION["surest_hint" if quotes else "no_error"].at(lang)
    return section("errors", title, [said], [Block(kind="quotes", value=quotes)])


def _quote(one: Object, lang: Lang) -> Quote:
    said, truth = (_labels(one, name, lang) for name in ("said", "truth"))
    score = figure(one, "score")
    sure = "" if score is None else Words(f" ({percent(score)})", f"（{percent(score)}）").at(lang)
    told = Words(f"answered “{said}”{sure}, labelled “{truth}”", f"回答“{said}”{sure}，标注为“{truth}”").at(lang)
    return Quote(short(" ".join(str(one.get("input", "")).split()), 300), told)


def _labels(one: Object, name: str, lang: Lang) -> str:
    """A class, or several labels with a mark between."""
    many = items(one, name)
    given = one.get(name)
    if isinstance(given, list | tuple):
        stop = "、" if lang == "zh" else ", "
        return short(stop.join(map(str, many)), 120) or EVALUATION["none"].at(lang)
    return short(str(given), 120)
