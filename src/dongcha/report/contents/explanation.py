"""All that the page of an explanation says, in one language."""

from dataclasses import dataclass

from dongcha.core.words import Lang, Words
from dongcha.insight.change.answer import Explanation
from dongcha.insight.insight import Evidence
from dongcha.report.contents.finding import Finding, Said, finding, said
from dongcha.report.contents.grid import Grid, cell, short
from dongcha.report.contents.segments import segments
from dongcha.report.difference import asked, tested

LABELS: dict[str, Words] = {
    "explanation": Words("Explanation of a difference", "差异解释"),
    "comes_from": Words("Where the difference comes from", "差异来自哪里"),
    "segments": Words("Segments", "各组"),
    "segments_hint": Words(
        "What each segment adds; all contributions of a table add up to the difference. Those that the sentence names "
        "are marked.",
        "每组的贡献；同一表中各组贡献之和等于总差额。句中提到的组已标出。",
    ),
    "no_segment": Words("No dimension divides these rows.", "这些记录没有可供分解的维度。"),
    "later_says": Words("Said more often on the later side", "后者更常提到"),
    "later": Words("later side", "后者"),
    "earlier": Words("earlier side", "前者"),
}
METHOD = Words(
    "A segment is named as beyond chance where it contributes and changes otherwise than the other rows do; both are "
    "tested. A contribution is arithmetic, not a cause.",
    "只有当一组确有贡献、且其变化与其余记录不同，才称其超出随机波动；两者均经过检验。贡献是算术结果，并不等于原因。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An explanation in words; each finding with the table of its segments."""

    lang: Lang
    title: str
    sides: str
    said: tuple[str, ...]
    findings: tuple[tuple[Finding, Grid], ...]
    phrases: tuple[Said, ...]
    caveats: tuple[str, ...]
    method: tuple[str, ...]
    sql: str
    rows: Grid


def explained(found: Explanation, lang: Lang) -> Explained:
    """The explanation in one language."""
    breakdowns = {one.dimensions: one for one in found.breakdowns}
    title, between = asked(found)
    return Explained(
        lang=lang,
        title=short(title.at(lang), 300),
        sides=short(between.at(lang), 300),
        said=tuple(sentence.at(lang) for sentence in found.sentences),
        findings=tuple(
            (finding(one, one.rank, lang), segments(one, breakdowns[one.subject.breakdown], lang))
            for one in found.findings
        ),
        phrases=tuple(said(phrase) for phrase in found.phrases),
        caveats=tuple(caveat.at(lang) for caveat in found.caveats),
        method=(tested(found).at(lang), METHOD.at(lang)),
        sql=short(found.evidence.sql, 10_000),
        rows=_rows(found.evidence, lang),
    )


def _rows(evidence: Evidence, lang: Lang) -> Grid:
    names = tuple(dict.fromkeys(name for row in evidence.rows for name in row))
    return Grid(names, tuple(tuple(cell(row.get(name), lang) for name in names) for row in evidence.rows))
