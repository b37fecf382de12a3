"""`dongcha learn --simulate` as a person uses it."""

import json

import pytest

from dongcha.loop import simulate as room


def call_simulate(call, table, tiny, *more):
    words = ("learn", "--simulate", table, "--label", "kind", "--text", "body", "--encoder", tiny.folder, "--quiet")
    return call(*words, "--seeds", "2", "--batch", "10", "--budget", "30", *more)


def test_curves_labels_needed_and_a_page(call, table, tiny, tmp_path, own_cache):
    page = tmp_path / "c.html"
    status, out, err = call_simulate(call, table, tiny, "--strategies", "margin,typical", "--json", "--out", page)
    assert status == 0, err
    found = json.loads(out)
    assert [one["strategy"] for one in found["needed"]] == ["random", "margin", "typical"]
    assert len(found["curves"]) == 3 * 3  # strategies, batches
    assert all(0 <= one["low"] <= one["value"] <= one["high"] <= 1 for one in found["curves"])
    assert found["goal"] == pytest.approx(0.95 * found["full"], abs=1e-3)
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "<script" not in text
    assert "margin" in text


def test_a_run_that_is_done_is_not_done_again(call, table, tiny, own_cache, monkeypatch):
    status, first, err = call_simulate(call, table, tiny, "--strategies", "margin", "--json")
    assert status == 0, err
    monkeypatch.setattr("dongcha.learn.simulate._labelling", lambda *_: pytest.fail("simulated again"))
    status, again, err = call_simulate(call, table, tiny, "--strategies", "margin", "--json")
    assert (status, again) == (0, first), err


def test_a_cut_line_of_what_was_kept_is_passed_over(tmp_path):
    kept = room._Kept(tmp_path / "s" / "k.jsonl")
    run = room.Run("margin", 0, (10, 20), (0.5, 0.75))
    kept.keep(run)
    with kept.path.open("a") as file:
        file.write('{"strategy": "mar')
    kept.keep(room.Run("margin", 1, (10,), (0.5,)))
    assert set(kept.runs()) == {("margin", 0), ("margin", 1)}
    assert kept.runs()["margin", 0] == run


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (["--strategies", "margni"], 1, "did you mean 'margin'"),
        (["--budget", "5"], 1, "at least the batch"),
        (["--share", "2"], 1, "share"),
        (["--label", "knd"], 1, "did you mean 'kind'"),
        (["--out", "c.png"], 2, ".html"),
    ],
)
def test_what_is_wrong_is_one_sentence(call, table, tiny, own_cache, more, status, said):
    found, _, err = call_simulate(call, table, tiny, *more)
    assert found == status
    assert said in " ".join(err.split())


def test_without_a_file_it_says_what_it_needs(call):
    status, _, err = call("learn")
    assert status == 2
    assert "--simulate" in err
