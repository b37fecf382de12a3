"""A project's report in several formats, what is set aside in it, and an explanation as a page."""

import json
import random
from pathlib import Path

import pytest


@pytest.fixture
def project(call, tmp_path):
    pick, lines = random.Random(3), ["渠道,region,late"]
    for _ in range(600):
        way = pick.choice(["网站", "phone", "mail"])
        lines.append(
            f"{way},{pick.choice('ns')},{'yes' if pick.random() < (0.6 if way == 'phone' else 0.15) else 'no'}"
        )
    (tmp_path / "订单.csv").write_text("\n".join(lines), encoding="utf-8")
    status, _, err = call("run", tmp_path / "订单.csv", "--project", tmp_path / "p", "--quiet", "--lang", "zh")
    assert status == 0, err
    return tmp_path / "p"


def test_a_project_remembers_and_its_report_comes_in_every_format_asked_for(call, project):
    first = json.loads(call("findings", project, "--json")[1])["findings"]
    assert first[0]["sentence"]["en"].startswith("Late is “yes” in")
    assert call("findings", project, "--dismiss", 1)[0] == 0
    status, out, err = call("report", project, "--format", "ipynb", "--format", "json", "--format", "json", "--quiet")
    assert status == 0, err
    notebook, found = map(Path, out.split())
    assert (notebook.name, found.name) == ("report.ipynb", "insights.json")
    told = json.loads(found.read_text(encoding="utf-8"))
    assert told["set_aside"] == 1
    assert first[0]["fingerprint"] not in [one["fingerprint"] for one in told["insights"]]
    assert "已被搁置" in notebook.with_name("report.html").read_text(encoding="utf-8")
    assert "../../data/annotated.parquet" in notebook.read_text(encoding="utf-8")
    news = json.loads(call("mine", project, "--since", "last", "--json")[1])
    assert (news["insights"], news["gone"], news["set_aside"]) == ([], [], 1)
    assert call("report", project, "--format", "docx")[0] == 2


def test_an_explanation_is_a_page_and_markdown(call, project, tmp_path):
    page, text = tmp_path / "为何 1.html", tmp_path / "why.md"
    words = ("explain", project, "--measure", "late=yes", "--group", "渠道=phone", "--lang", "zh")
    status, out, err = call(*words, "--html", page, "--md", text)
    assert status == 0, err
    assert "差异解释" in page.read_text(encoding="utf-8")
    assert text.read_text(encoding="utf-8").startswith("# late 为“yes”的记录占比为何不同")
    assert "个百分点" in out
    (tmp_path / "file").write_text("in the way")
    status, _, err = call(*words, "--html", tmp_path / "file" / "x.html")
    assert (status, "a part of the path is a file" in err) == (1, True)
