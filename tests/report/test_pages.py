import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from dongcha.core.words import Words
from dongcha.insight.insight import Effect, Evidence, Insight, Mined
from dongcha.report.charts.theme import Ink
from dongcha.report.contents.contents import contents
from dongcha.report.contents.grid import Grid
from dongcha.report.html import html
from dongcha.report.markdown import escaped, markdown, table
from dongcha.report.rendered import PAGE
from dongcha.report.report import Report, build_report
from dongcha.report.show import Findings, finding_html
from dongcha.report.write import write_report

NOW = datetime(2026, 10, 17, 8, 30, tzinfo=UTC)
EVIL = "<script>alert('|`*1*')</script>"
CLASSES = ["yes", "no"]
MODEL = {
    "label": "answer",
    "text": "narrative",
    "method": "probe",
    "metrics": {
        "accuracy": 0.8125,
        "macro_f1": 0.71,
        "rows": 539,
        "interval": {"accuracy": [0.78, 0.84], "macro_f1": [0.66, 0.75]},
        "per_class": [{"label": c, "precision": 0.8, "recall": 0.7, "f1": 0.75, "support": 200} for c in CLASSES],
        "confusion": {"labels": CLASSES, "matrix": [[150, 50], [30, 309]]},
        "calibration": {"ece_before": 0.09, "ece_after": 0.03},
    },
    "baselines": {"majority": {"accuracy": 0.486, "macro_f1": 0.33}, "linear": {"accuracy": 0.789, "macro_f1": 0.68}},
    "rungs": [
        {"method": "linear", "accuracy": 0.78, "macro_f1": 0.67, "seconds": 2.1, "kept": False},
        {"method": "full", "seconds": 0, "kept": False, "skipped": {"en": "no time left", "zh": "没有时间"}},
    ],
}
TABLE = {
    "rows": 2827,
    "source": "complaints.parquet",
    "columns": [{"name": "state", "role": "category", "reason": "repeats", "missing": 0.02, "examples": ["TX", None]}],
    "time": {"column": "date", "first": "2023-01-01", "last": "2023-08-27"},
    "notes": [{"en": "read as day first", "zh": "按日在前读取"}],
}
QUALITY = {
    "rows_before": 2900,
    "rows_after": 2827,
    "rules": [
        {
            "name": "html",
            "words": {"en": "HTML", "zh": "网页"},
            "rows": 41,
            "examples": [{"before": "&lt;", "after": "<"}],
        },
        {"name": "repeats", "rows": 73, "examples": [{"before": "again", "after": None}]},
        {"name": "idle_rule", "rows": 0},
    ],
    "warnings": [{"en": "12 rows have no text", "zh": "12 条没有文本"}],
}


def report(mined: Mined, lang: str = "en", **more) -> Report:
    facts = {"table": TABLE, "quality": QUALITY, "model": MODEL, "created": NOW, "title": "complaints", **more}
    return build_report(mined, lang=lang, **facts)


class Seen(HTMLParser):
    """Tags, attributes and texts; every element that is opened must be closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text, self.open = "", []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if "style" not in self.open else ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_stands_alone(mined: Mined, lang: str) -> None:
    page = html(report(mined, lang))
    seen = Seen(page)
    names = {tag for tag, _ in seen.tags}
    assert not names & {"script", "img", "iframe", "object", "embed", "form", "base", "image", "use"}
    for _, attributes in seen.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "xlink:href"):
            assert attributes.get(name, "#").startswith(("#", "data:"))
    assert not re.search(r"https?:|@import|url\((?!#)", page)
    policy = next(a["content"] for tag, a in seen.tags if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_that_is_known_is_on_the_page(mined: Mined, lang: str) -> None:
    seen = Seen(html(report(mined, lang)))
    for insight in mined.insights:
        assert insight.sentence.at(lang) in seen.text
        assert insight.evidence.sql in seen.text
        assert all(caveat.at(lang) in seen.text for caveat in insight.caveats)
        assert all(phrase.example in seen.text for phrase in insight.phrases)
    assert sum(tag == "svg" for tag, _ in seen.tags) == len(mined.insights)
    assert next(a["lang"] for tag, a in seen.tags if tag == "html") == {"en": "en", "zh": "zh-CN"}[lang]
    for piece in ("78% – 84%", "48.6%", "78.9%", "309", "2,827", "complaints.parquet", "2026-10-17 08:30 UTC"):
        assert piece in seen.text
    for words in (
        ("no time left", "没有时间"),
        ("12 rows have no text", "12 条没有文本"),
        ("row set aside", "记录已剔除"),
    ):
        assert words[lang == "zh"] in seen.text
    assert "idle rule" not in seen.text
    if lang == "zh":
        assert "Evidence" not in seen.text
        assert "两比例 z 检验" in seen.text


def test_links_and_labels_lead_somewhere(mined: Mined) -> None:
    seen = Seen(html(report(mined)))
    ids = [a["id"] for _, a in seen.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in seen.tags if a.get("href", "").startswith("#")} <= set(ids)
    headings = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(headings))


def test_cells_that_look_like_code_are_shown_as_text(mined: Mined) -> None:
    first = mined.insights[0]
    rows = tuple({EVIL: EVIL, **row, "sub_product": EVIL} for row in first.evidence.rows)
    evil = replace(
        first,
        evidence=Evidence(f"SELECT '{EVIL}' -- </code></pre>\n```", rows),
        facts={**first.facts, "group": EVIL},
        phrases=tuple(replace(phrase, text=EVIL, example=EVIL) for phrase in first.phrases),
        caveats=(Words(EVIL, EVIL),),
        test=EVIL,
        effect=Effect(EVIL, 1.0),
        sentence=Words("", ""),
    )
    hostile = report(
        replace(mined, insights=(evil,)),
        title=EVIL,
        table={**TABLE, "source": EVIL, "columns": [{"name": EVIL, "role": EVIL, "examples": [EVIL]}], "notes": [EVIL]},
        quality={**QUALITY, "rules": [{"words": EVIL, "rows": 1, "examples": [{"before": EVIL, "after": EVIL}]}]},
        model={**MODEL, "topics": [{"name": EVIL, "rows": 1, "phrases": [EVIL], "example": EVIL}], "verdict": EVIL},
    )
    assert len(hostile.mined.insights) == 1
    seen = Seen(html(hostile))
    assert "script" not in {tag for tag, _ in seen.tags}
    assert seen.text.count(EVIL) > 10
    told = markdown(hostile)
    outside = re.sub(r"````sql.*?````", "", told, flags=re.S)
    assert told != outside
    assert not re.search(r"(?<!\\)<(?!/?(details|summary)>)", outside)
    assert "<script" not in finding_html(hostile.mined.insights[0])


def test_what_was_left_out_is_told(mined: Mined) -> None:
    liar = replace(mined.insights[0], sentence=Words("It is 99.9% here.", "此处为 99.9%。"))
    made = report(replace(mined, insights=(liar, *mined.insights[1:])))
    assert [found.insight for found in made.left_out] == [liar]
    page = Seen(html(made))
    assert "It is 99.9% here." in page.text
    assert "finding-1" not in {a.get("id") for _, a in page.tags}
    assert "~~It is 99.9% here.~~ (99.9%)" in markdown(made)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_known_and_nothing_found_is_a_report_too(lang: str) -> None:
    made = report(Mined((), (), 0, 0.05), lang, table=None, quality=None, model=None)
    assert {"en": "nothing stands out", "zh": "没有发现"}[lang] in Seen(html(made)).text
    assert markdown(made).startswith("# complaints\n")
    odd = report(Mined((), (), 0, 0.05), lang, table={"columns": 3}, quality={"rules": [1]}, model={"rungs": "x"})
    Seen(html(odd))
    markdown(odd)


def test_markdown_says_the_same(mined: Mined) -> None:
    for lang in ("en", "zh"):
        told = markdown(report(mined, lang))
        for insight in mined.insights:
            assert escaped(insight.sentence.at(lang)) in told
            assert f"```sql\n{insight.evidence.sql}\n```" in told
        assert "![" not in told
        widths = [
            {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            for block in told.split("\n\n")
            if block.startswith("| ")
        ]
        assert len(widths) > 10
        assert all(len(width) == 1 for width in widths)


def test_a_cell_neither_breaks_a_table_nor_becomes_markup() -> None:
    made = table(Grid(("a|b", "n"), (("x\ny | <b>\\", "1"),), frozenset({1})))
    assert made.splitlines() == [r"| a\|b | n |", "| --- | ---: |", r"| x y \| \<b\>\\ | 1 |"]


def test_the_night_knows_every_colour_of_the_charts() -> None:
    night = (PAGE / "style.css").read_text().split("prefers-color-scheme: dark", 1)[1]
    for ink in Ink:
        assert f'[fill="{ink}"]' in night
        assert f'[stroke="{ink}"]' in night


def mixed(ink: str, paper: str, part: float) -> list[float]:
    pairs = zip(ink.split(","), (paper[i : i + 2] for i in (1, 3, 5)), strict=True)
    return [float(a) * part + int(b, 16) * (1 - part) for a, b in pairs]


def light(colour: list[float]) -> float:
    each = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * each[0] + 0.7152 * each[1] + 0.0722 * each[2]


def test_counts_can_be_read_on_every_cell_of_the_confusion_matrix() -> None:
    style = (PAGE / "style.css").read_text()
    strongest = float(re.search(r"--deep:.*?\* ([\d.]+)\)", (PAGE / "parts.html.j2").read_text(encoding="utf-8"))[1])
    for scheme in (style, style.split("prefers-color-scheme: dark", 1)[1]):
        ink, paper, text = (re.search(rf"--{name}: ([^;]+);", scheme)[1] for name in ("heat", "paper", "text"))
        for step in range(11):
            behind, front = light(mixed(ink, paper, strongest * step / 10)), light(mixed("0,0,0", text, 0))
            high, low = max(behind, front), min(behind, front)
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_names_in_notes_stand_in_the_same_quotes_as_everywhere(mined: Mined) -> None:
    note = "The label 'sub_product' isn't 'known' here."
    made = report(mined, table={**TABLE, "notes": [note]}, model={**MODEL, "mined": note})
    assert Seen(html(made)).text.count("The label “sub_product” isn't “known” here.") == 2
    assert 'class="notes"' in html(made)


def test_the_chosen_method_is_not_its_own_baseline(mined: Mined) -> None:
    told = contents(report(mined, model={**MODEL, "method": "linear"})).model.scores
    assert [score.name for score in told] == ["this model: word counts (linear)", "always the largest class"]


def test_effects_have_two_decimals_and_tests_speak_chinese(mined: Mined) -> None:
    one = replace(mined.insights[0], effect=Effect("Cohen's d of ranks", -0.57463, -0.6596, -0.4897))
    one = replace(one, test="Welch's t-test on ranks", folded=1)
    found = contents(report(replace(mined, insights=(one,)), "zh")).findings[0]
    assert found.figures[0] == ("效应", "秩的 Cohen's d −0.57（95% 区间 −0.66 – −0.49）")
    assert found.figures[-1] == ("检验", "秩的 Welch t 检验")
    assert contents(report(replace(mined, insights=(one,)))).findings[0].folded.startswith("1 near-repeat of")


def test_the_subject_is_among_the_rows_shown(mined: Mined) -> None:
    first = mined.insights[0]
    rows = (*({**first.evidence.rows[1], "is_subject": False} for _ in range(40)), first.evidence.rows[0])
    found = contents(report(replace(mined, insights=(replace(first, evidence=Evidence("", rows)),)))).findings[0]
    assert len(found.rows.rows) == 13
    assert found.rows.marked == {12}
    assert "is_subject" not in found.rows.head
    assert found.more.startswith("28 ")


def test_files_are_written_whole_and_the_same_twice(mined: Mined, tmp_path: Path) -> None:
    odd = replace(mined.insights[0], effect=Effect("risk ratio", float("inf"), None, float("nan")))
    made = report(replace(mined, insights=(odd, *mined.insights[1:])))
    pages = [write_report(made, tmp_path / name) for name in ("a", "b")]
    assert [page.name for page in pages] == ["report.html"] * 2
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == ["insights.json", "report.html", "report.md"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    facts = json.loads((tmp_path / "a" / "insights.json").read_text())
    assert (facts["format"], facts["title"], facts["created"]) == (1, "complaints", "2026-10-17T08:30:00+00:00")
    assert len(facts["insights"]) == len(mined.insights)
    assert facts["insights"][0]["effect"]["value"] is None
    assert {"checked", "tested", "fdr", "left_out", "next_steps"} <= set(facts)


def test_notebooks_show_findings(each: Insight, mined: Mined) -> None:
    for lang in ("en", "zh"):
        shown = finding_html(each, lang)
        assert each.sentence.at(lang) in unescape(shown)
        assert shown.count("<svg ") == 1
        Seen(shown)
    every = Findings(mined)
    assert (len(every), list(every), every[0]) == (len(mined.insights), list(mined.insights), mined.insights[0])
    ids = re.findall(r' id="([^"]+)"', every._repr_html_())
    assert len(ids) == len(set(ids))
    assert "<p>" in Findings(Mined((), (), 0, 0.05), "zh")._repr_html_()
