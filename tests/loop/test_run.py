"""The main job, end to end, with real processes."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.call import dongcha

CALL = [sys.executable, "-c", "from dongcha.cli.main import main; main()"]


def run(*words, **env):
    done = dongcha("run", *words, "--quiet", "--json", **env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def insights(found):
    content = json.loads(Path(found["report"]).with_name("insights.json").read_text(encoding="utf-8"))
    content.pop("created")
    return json.dumps(content, ensure_ascii=False)


@pytest.fixture(scope="module")
def first(complaints, tmp_path_factory):
    words = [complaints, "--label", "kind", "--budget", "1s", "--project", tmp_path_factory.mktemp("p") / "项目 1"]
    return words, run(*words)


def test_the_object_has_the_keys_that_scripts_rely_on(first):
    found = first[1]
    assert {"project", "report", "schema", "quality", "model", "insights"} <= set(found)
    assert found["model"]["metrics"]["accuracy"] > 0.9
    planted = [i for i in found["insights"] if i["measure"] == "late" and i["breakdown"] == ["kind"]]
    assert planted
    assert planted[0]["rows"][0]["kind"] == "loan"


def test_a_second_run_does_nothing_again_and_another_project_gives_the_same_bytes(first, complaints, tmp_path):
    words, found = first
    again = run(*words)
    assert len(again["reused"]) == 7
    assert again["report"] == found["report"]
    other = run(*words[:-1], tmp_path / "other")
    assert other["reused"] == []
    assert insights(other) == insights(found)


def test_a_changed_seed_starts_again_from_the_split(first):
    assert run(*first[0], "--seed", "3")["reused"] == ["collect", "clean"]


def test_a_killed_run_goes_on_and_ends_the_same(first, complaints, tmp_path):
    words = ["run", *map(str, first[0][:-1]), str(tmp_path / "killed"), "--quiet"]
    state = tmp_path / "killed" / "state.db"
    process = subprocess.Popen([*CALL, *words], stdout=subprocess.DEVNULL)
    seen = tmp_path / "killed" / "data" / "cleaned.parquet"
    limit = time.monotonic() + 60
    while not seen.exists() and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert state.exists()
    assert not (tmp_path / "killed" / "reports").exists()
    found = run(*first[0][:-1], tmp_path / "killed")
    assert "collect" in found["reused"]
    assert insights(found) == insights(first[1])


def test_the_last_line_is_the_report_and_the_page_is_chinese(first):
    done = dongcha("report", first[1]["project"], "--lang", "zh", "--quiet")
    path = done.stdout.strip().splitlines()[-1]
    page = Path(path).read_text(encoding="utf-8")
    assert 'lang="zh' in page
    assert "数据概况" in page


def test_without_a_label_it_says_so_and_offers_topics(complaints, tmp_path):
    found = run(complaints, "--project", tmp_path / "p", "--role", "kind=none")
    assert "No label column" in found["model"]["reason"]["en"]
    assert "topic" in [column["name"] for column in found["schema"]]


def test_a_table_without_text_is_mined(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{'ab'[i % 2]},{'xyz'[i % 3]},{i % 7}" for i in range(200)]
    path.write_text("one,two,n\n" + "\n".join(rows))
    found = run(path, "--project", tmp_path / "p")
    assert "no text column" in found["model"]["reason"]["en"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.csv"], "there is no file"),
        ([], "name a file"),
        (["--project", "nowhere/p"], "no project with sources"),
    ],
)
def test_a_wrong_order_is_one_sentence_and_leaves_nothing(words, message, tmp_path):
    done = subprocess.run([*CALL, "run", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert message in done.stderr
    assert not list(tmp_path.iterdir())
