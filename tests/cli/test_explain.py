"""`dongcha explain` on the example: tables, JSON, both languages, and one sentence for what cannot be asked."""

import json
import math

import pytest

EXAMPLE = "examples/complaints/complaints.parquet"
TITLE = ("explain", EXAMPLE, "--measure", "timely=No", "--group", "sub_product=Title loan")


def test_a_table_of_eighty_columns_that_names_the_cause(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    status, out, _ = call(*TITLE, "--by", "company", "--by", "state")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "• TMX Finance LLC" in out
    assert "13.9%" in out
    assert "false discoveries held at 5%" in " ".join(out.split())


def test_the_same_in_chinese(call):
    status, out, _ = call(*TITLE, "--by", "company", "--lang", "zh")
    assert status == 0
    said = "".join(out.split())  # lines are broken where the terminal ends
    assert "“TMXFinanceLLC”" in said
    assert "百分点" in said
    assert "rows" not in said


def test_json_whose_contributions_add_up(call):
    status, out, _ = call(*TITLE, "--by", "company", "--by", "state", "--json")
    found = json.loads(out, parse_constant=pytest.fail)
    assert status == 0
    assert (found["aggregation"], found["measure"], found["category"]) == ("rate", "timely", "No")
    assert found["before"]["equals"] is None
    for one in found["breakdowns"]:
        assert not one["left_out"] or len(one["dimensions"]) == 2
        if not one["left_out"]:
            whole = math.fsum(segment["contribution"] for segment in one["segments"])
            assert whole == pytest.approx(found["difference"], abs=1e-9)
    assert found["findings"][0]["pattern"] == "difference"
    assert found["findings"][0]["chart"]["layer"]
    assert found["sql"].startswith("SELECT")


def test_two_periods(call):
    status, out, _ = call("explain", EXAMPLE, "--between", "2023-Q1", "2023-05..2023-07", "--by", "sub_product")
    assert status == 0
    said = " ".join(out.split())
    assert "1,167 from 1 May 2023 to 31 July 2023, against 1,077 from 1 January 2023" in said
    assert "within chance" in said
    assert "not equally long" in said


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ([], 2, "--between A B"),
        (["--between", "2023-01", "2023-02", "--group", "state=TX"], 2, "not both"),
        (["--between", "2023-01", "2023-02", "--against", "TX"], 2, "goes with --group"),
        (["--between", "2019", "2023"], 1, "has no rows in '2019': 'date' goes from 2023-01-01 to 2023-08-24"),
        (["--between", "2023", "2023"], 1, "both sides are '2023'"),
        (["--between", "2023-13", "2023"], 1, "'2023-13' is no period"),
        (["--between", "2023-01", "2023-02", "--measure", "sum:state"], 1, "column 'state' holds text"),
        (["--between", "2023-01", "2023-02", "--measure", "stat=TX"], 1, "did you mean 'state'?"),
        (["--group", "state=TXX"], 1, "no value of 'state' named 'TXX'; did you mean"),
        (["--group", "state=TX", "--by", "compny"], 1, "did you mean 'company'?"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(call, words, status, message):
    found, out, err = call("explain", EXAMPLE, *words, "--quiet")
    assert (found, out) == (status, "")
    told = " ".join(err.replace("│", " ").split())
    assert message in told
    assert "Traceback" not in err
    assert status == 2 or err.count("\n") == 1


def test_a_project_that_was_not_run(call, tmp_path):
    assert call("init", tmp_path / "p")[0] == 0
    status, _, err = call("explain", tmp_path / "p", "--group", "a=b")
    assert status == 1
    assert "has no table yet" in err
