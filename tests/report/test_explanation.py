"""The page of an explanation, in both languages: what is on it, and that it stands alone."""

import re
from pathlib import Path

import pytest
from tests.report.test_pages import Seen

from dongcha.data.source import read
from dongcha.loop.explain import explain
from dongcha.report.contents.explanation import explained
from dongcha.report.explanation import explanation_html, explanation_markdown
from dongcha.report.markdown import escaped

EXAMPLE = Path(__file__).parents[2] / "examples" / "complaints" / "complaints.parquet"


@pytest.fixture(scope="module")
def found():
    return explain(read(EXAMPLE), "timely=No", group="sub_product=Title loan", by=["company", "state"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_all_of_it_and_stands_alone(found, lang):
    page = explanation_html(found, lang)
    seen = Seen(page)
    for sentence in (*found.sentences, *found.caveats, *(one.sentence for one in found.findings)):
        assert sentence.at(lang) in seen.text
    for phrase in found.phrases:
        assert phrase.text in seen.text
        assert " ".join(phrase.example.split())[:60] in seen.text
    assert found.evidence.sql in seen.text
    tags = [tag for tag, _ in seen.tags]
    assert not {"script", "img", "link-stylesheet", "iframe"} & set(tags)
    assert not re.search(r"https?:|@import|url\((?!#)", page)
    charts = [attributes for tag, attributes in seen.tags if tag == "svg"]
    assert len(charts) == len(found.findings)
    assert all(chart["aria-label"].startswith({"en": "Chart: ", "zh": "图表："}[lang]) for chart in charts)
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    if lang == "zh":
        assert "Evidence" not in seen.text


def test_the_table_of_segments_adds_up_to_what_is_said(found):
    for finding, grid in explained(found, "en").findings:
        place = grid.head.index("adds")
        added = sum(float(row[place].replace("−", "-").rstrip("%")) for row in grid.rows)
        assert added == pytest.approx(100 * found.difference, abs=0.06 * len(grid.rows))
        named = [grid.rows[at][0] for at in grid.marked]
        assert named
        assert all(name.split(" · ")[0] in finding.sentence for name in named[:3])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_markdown_says_the_same(found, lang):
    told = explanation_markdown(found, lang)
    for sentence in (*found.sentences, *(one.sentence for one in found.findings)):
        assert escaped(sentence.at(lang)) in told
    tables = [block for block in told.split("\n\n") if block.startswith("| ")]
    assert len(tables) >= 2 * len(found.findings) + 1
    for block in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_names_out_of_the_data_are_text(tmp_path):
    evil = "<img src=x onerror=alert(1)>"
    path = tmp_path / "t.csv"
    lines = [f"{('a', evil)[i % 3 == 0]},{'xy'[i % 2]},{'n' if i % 7 else evil}" for i in range(600)]
    path.write_text(f'"{evil}",side,o\n' + "\n".join(lines))
    found = explain(read(path), f"o={evil}", group="side=x")
    assert "img" not in {tag for tag, _ in Seen(explanation_html(found, "en")).tags}
    assert not re.search(r"(?<!\\)<img", re.sub(r"```sql.*?```", "", explanation_markdown(found, "zh"), flags=re.S))


def test_two_periods_and_no_dimension(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("day,n\n" + "\n".join(f"2024-0{1 + i % 2}-{1 + i % 28:02d},{i % 9}.5" for i in range(200)))
    found = explain(read(path), "sum:n", between=("2024-01", "2024-02"))
    assert found.findings == ()
    page = Seen(explanation_html(found, "zh")).text
    assert "没有可供分解的维度" in page
    assert "2024年2月" in page
    assert "No dimension" in explanation_markdown(found, "en")
