"""`dongcha forecast` on the example: a table, JSON, both languages, a chart in a file, one sentence for a mistake."""

import datetime as dt
import json

import pytest

EXAMPLE = "examples/complaints/complaints.parquet"
ROWS = ("forecast", EXAMPLE, "--measure", "rows", "--grain", "week", "--periods", "4")


def test_sentences_and_a_line_a_period(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    status, out, _ = call(*ROWS)
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80
    said = " ".join(out.split())
    assert "The number of rows is forecast at" in said
    assert "80% interval" in said
    assert "the week of 21 August 2023" in said  # the data ends on its Thursday, so that it is forecast as a whole
    assert "in a backtest over 33 complete periods" in said


def test_the_same_in_chinese(call):
    status, out, _ = call(*ROWS, "--lang", "zh")
    said = "".join(out.split())
    assert status == 0
    assert "记录数在2023年8月21日当周的预测值为" in said
    assert "interval" not in said


def test_json_of_a_share(call):
    status, out, _ = call("forecast", EXAMPLE, "--measure", "timely=No", "--grain", "week", "--level", "0.9", "--json")
    (found,) = json.loads(out, parse_constant=pytest.fail)["forecasts"]
    assert status == 0
    assert (found["aggregation"], found["measure"], found["category"]) == ("rate", "timely", "No")
    assert (found["grain"], found["level"], found["complete"]) == (
        "week",
        0.9,
        len([r for r in found["rows"] if r["complete"]]),
    )
    for one in found["ahead"]:
        assert 0 <= one["low"] <= one["value"] <= one["high"] <= 1
        assert dt.date.fromisoformat(one["end"]) - dt.date.fromisoformat(one["start"]) == dt.timedelta(days=7)
    assert {"naive", "ets", "theta"} <= {one["method"] for one in found["tried"]}
    assert found["sql"].startswith("SELECT")
    assert found["chart"]["layer"]


def test_without_a_measure_the_main_series(call):
    status, out, _ = call("forecast", EXAMPLE, "--periods", "2", "--json", "--quiet")
    found = json.loads(out)["forecasts"]
    assert status == 0
    assert found[0]["aggregation"] == "count"
    assert len(found) > 1


@pytest.mark.parametrize("ending", ["svg", "png", "json"])
def test_the_chart_in_a_file(call, tmp_path, ending):
    out = tmp_path / f"chart.{ending}"
    assert call(*ROWS, "--out", out)[0] == 0
    head = out.read_bytes()[:8]
    assert head.startswith({"svg": b"<svg ", "png": b"\x89PNG", "json": b"{"}[ending])


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["--measure", "rows", "--out", "chart.gif"], 1, "a chart is written as .svg, .png, .json, got 'chart.gif'"),
        (["--out", "chart.svg"], 2, "name it with --measure"),
        (["--measure", "rows", "--grain", "month"], 1, "7 complete months, and a forecast takes at least 12"),
        (["--measure", "rows", "--grain", "weeks"], 1, "did you mean 'week'?"),
        (["--measure", "rows", "--periods", "40"], 1, "periods must be at most"),
        (["--measure", "timly=No"], 1, "did you mean 'timely'?"),
        (["--measure", "timely=Maybe"], 1, "no row with a date has 'Maybe'"),
        (["--measure", "mean:state"], 1, "column 'state' holds text"),
        (["--level", "2"], 1, "level must be between 0.5 and 0.99"),
    ],
)
def test_what_cannot_be_forecast_is_one_sentence(call, words, status, message):
    found, out, err = call("forecast", EXAMPLE, *words, "--quiet")
    assert (found, out) == (status, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err
