import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from rich.text import Text
from tests.cli.call import dongcha

from dongcha.cli.main import app

EXAMPLE = Path(__file__).parents[2] / "examples" / "complaints" / "complaints.parquet"


def test_mine_prints_one_object_with_the_keys_that_scripts_rely_on():
    done = dongcha("mine", EXAMPLE, "--json", "--top", 3)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(found) == {"insights", "checked", "tested", "tested_even", "fdr", "set_aside", "unexamined"}
    subject = {"pattern", "measure", "aggregation", "breakdown", "where"}
    proof = {"rank", "score", "p_value", "q_value", "effect", "share", "sentence", "caveats", "sql", "rows", "chart"}
    assert all(subject | proof <= set(insight) for insight in found["insights"])
    assert [insight["rank"] for insight in found["insights"]] == [1, 2, 3]
    assert all(subject | proof <= set(check) and check["effect"]["margin"] for check in found["checked"])
    assert all(insight["sentence"]["zh"] and insight["chart"] for insight in found["insights"])


def test_the_language_follows_the_option_and_the_terminal():
    assert "条记录中" in dongcha("mine", EXAMPLE, "--top", 1, "--lang", "zh").stdout
    assert "条记录中" in dongcha("mine", EXAMPLE, "--top", 1, LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8").stdout


def test_read_says_what_a_column_is_for_and_takes_a_correction():
    done = dongcha("read", EXAMPLE, "--json", "--role", "company=none", "--role", "state=id")
    roles = {column["name"]: column["role"] for column in json.loads(done.stdout)["schema"]}
    assert (roles["date"], roles["narrative"], roles["company"], roles["state"]) == ("time", "text", None, "id")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file"),
        (b"", "is empty"),
        (b"a,b\n", "has a header and no rows"),
        (bytes(range(256)) * 9, "is not a text file"),
        (b"a,b\n1,2,3\n", "line 2 of '表 1.csv' has 3 values"),
        (",".join(f"c{i}" for i in range(5000)).encode(), "5,000 columns"),
    ],
)
@pytest.mark.parametrize("verb", ["read", "mine"])
def test_bad_input_is_one_sentence_and_status_one(tmp_path, verb, content, message):
    path = tmp_path / "表 1.csv"
    if content is not None:
        path.write_bytes(content)
    done = dongcha(verb, path)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_wrong_usage_is_status_two():
    assert dongcha("mine").returncode == 2
    assert dongcha("mine", EXAMPLE, "--top", 0).returncode == 2
    assert dongcha("read", EXAMPLE, "--role", "company").returncode == 2


def test_an_unknown_role_or_column_is_named(tmp_path):
    assert "did you mean 'company'" in dongcha("read", EXAMPLE, "--role", "compny=text").stderr
    done = dongcha("read", EXAMPLE, "--role", "company=kategory")
    assert (done.returncode, "did you mean 'category'" in done.stderr) == (1, True)


def test_hostile_cells_are_text_like_any_other(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "=cmd|' /C calc'!A0,<script>alert(1)</script>\nx,y\n" * 60)
    done = dongcha("mine", path, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["insights"]


def test_help_loads_nothing_heavy():
    code = (
        "import sys, dongcha.cli.main\n"
        "print({'pandas', 'torch', 'ibis', 'sklearn', 'duckdb', 'numpy', 'altair'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_no_help_loses_what_stands_in_brackets():
    """`[recipe]` in a help text is markup and would not be shown; `\\[recipe]` is."""
    group = typer.main.get_command(app)
    told = [(verb, option.help or "") for verb, one in group.commands.items() for option in one.params]
    told += [(verb, one.help or "") for verb, one in group.commands.items()]
    assert len(told) > 50
    assert [(verb, text) for verb, text in told if Text.from_markup(text).plain != text.replace("\\[", "[")] == []
