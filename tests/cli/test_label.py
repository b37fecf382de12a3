"""`dongcha label` as a person uses it: at a pseudo-terminal, through a kill, and from lines."""

import json
import signal
import sys

import pandas as pd
import pexpect
import pyarrow.parquet as pq
import pytest
from tests.cli.call import dongcha

TOPICS = {"card": "my card number {} was lost in the mail", "loan": "the interest of loan {} went up again today"}


@pytest.fixture
def encoder(tiny):
    return tiny.folder


@pytest.fixture
def texts(tmp_path, encoder):
    rows = [TOPICS["card" if i % 2 else "loan"].format(i) for i in range(24)]
    path = tmp_path / "t.csv"
    pd.DataFrame({"body": [*rows, rows[0]]}).to_csv(path, index=False)  # one text stands twice
    return path


@pytest.fixture
def env(tmp_path):
    return {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache"), "DONGCHA_THREADS": "1"}


@pytest.fixture
def terminal(texts, encoder, env):
    """Start `dongcha label` at a terminal of its own."""
    import os

    begun = []

    def start(*more):
        code = "from dongcha.cli.main import main; main()"
        words = ["-c", code, "label", str(texts), "--text", "body", "--encoder", str(encoder), "--by", "ann", *more]
        child = pexpect.spawn(
            sys.executable, words, env={**os.environ, **env, "TERM": "dumb", "LANG": "C.UTF-8"}, encoding="utf-8",
            timeout=60, dimensions=(40, 120),
        )  # fmt: skip
        begun.append(child)
        return child

    yield start
    for child in begun:
        child.close(force=True)


def exported(texts, encoder, env, tmp_path, name="out.csv"):
    out = tmp_path / name
    done = dongcha("label", texts, "--text", "body", "--encoder", encoder, "--export", out, **env)
    assert done.returncode == 0, done.stderr
    return pd.read_csv(out) if out.suffix == ".csv" else pq.read_table(out).to_pandas()


def asked(child, labelled):
    """Wait for the question after so many labels; gives the text that is shown."""
    child.expect(rf"{labelled} labelled, \d+ left[^\n]*\n\s*(\S[^\r\n]*)")
    return child.match.group(1).strip()


@pytest.mark.slow
def test_keys_make_labels_and_a_kill_loses_none(terminal, texts, encoder, env, tmp_path):
    child = terminal()
    first = asked(child, 0)
    child.expect("There is no class yet")
    child.send("ncards\r")
    second = asked(child, 1)
    child.send("nloan")
    child.send("\x7f\x7fan\r")  # a slip that is taken back letter by letter
    third = asked(child, 2)
    child.send("1")
    asked(child, 3)
    child.kill(signal.SIGKILL)  # while the next text is asked
    child.wait()
    found = exported(texts, encoder, env, tmp_path)
    assert dict(zip(found["text"], found["label"], strict=True)) == {first: "cards", second: "loan", third: "cards"}
    assert set(found["labelled_by"]) == {"ann"}

    child = terminal()
    fourth = asked(child, 3)  # goes on where it stopped
    assert fourth not in (first, second, third)
    child.expect("1=cards  2=loan")
    child.send("2")
    asked(child, 4)
    child.send("u")
    child.expect("Undone")
    assert asked(child, 3) == fourth
    child.send("s")
    assert asked(child, 3) != fourth
    child.send("\x1b[A")  # an arrow is no answer
    child.send("9")  # nor is the number of no class
    child.send("i")
    child.expect("Too few labels")
    child.send("q")
    child.expect("3 texts are labelled")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert len(exported(texts, encoder, env, tmp_path)) == 3


def test_enter_takes_the_guess_and_ctrl_c_leaves_the_terminal_as_it_was(terminal):
    child = terminal("--class", "a", "--class", "b", "--batch", "1")
    asked(child, 0)
    child.send("1")
    asked(child, 1)
    child.send("2")
    asked(child, 2)
    child.expect(r"guess: (\w) \(\d+%\)")
    guess = child.match.group(1)
    child.send("\r")
    child.expect(f"→ {guess}")
    asked(child, 3)
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def answer(texts, encoder, env, lines, *more):
    import os
    import subprocess

    call = [sys.executable, "-c", "from dongcha.cli.main import main; main()", "label", str(texts), "--text", "body"]
    words = [*call, "--encoder", str(encoder), *map(str, more)]
    return subprocess.run(words, input=lines, capture_output=True, text=True, env={**os.environ, **env}, check=False)


def test_lines_are_answers_where_no_terminal_reads_along(texts, encoder, env, tmp_path):
    done = answer(texts, encoder, env, "+card\n+loan\n1\nloan\n:skip\n:undo\n:skip\n2\n", "--json", "--by", "bob")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["labelled"], found["skipped"], found["left"]) == (5, 1, 18)  # the repeated text is asked once
    assert found["classes"] == ["card", "loan"]
    table = exported(texts, encoder, env, tmp_path, "out.parquet")
    assert sorted(table["label"]) == ["card", "card", "loan", "loan", "loan"]


def test_a_line_that_is_no_answer_stops_and_what_was_before_it_is_kept(texts, encoder, env, tmp_path):
    done = answer(texts, encoder, env, "+card\nlaon\n1\n", "--quiet")
    assert done.returncode == 1
    assert "line 2: 'laon'" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(exported(texts, encoder, env, tmp_path)) == 1


def test_labels_of_several_people_and_of_the_file_and_training_on_the_export(tmp_path, encoder, env):
    path = tmp_path / "given.csv"
    rows = [TOPICS["card" if i % 2 else "loan"].format(i) for i in range(40)]
    names = ["card" if i % 2 else "loan" for i in range(36)] + [""] * 4
    pd.DataFrame({"body": rows, "kind": names}).to_csv(path, index=False)
    for who, lines in (("ann", "card\ncard\n"), ("bob", "loan\n")):
        done = answer(path, encoder, env, lines, "--label", "kind", "--by", who, "--quiet")
        assert done.returncode == 0, done.stderr
    out = tmp_path / "all.csv"
    assert answer(path, encoder, env, "", "--label", "kind", "--export", out).returncode == 0
    table = pd.read_csv(out)
    assert len(table) == 39
    assert table["labelled_by"].value_counts().to_dict() == {"ann": 2, "bob": 1}
    done = dongcha(
        "train", out, "--label", "kind", "--text", "text", "--method", "linear", "--out", tmp_path / "m", "--quiet",
        "--json", **env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--strategy", "margni"], "did you mean 'margin'"),
        (["--text", "bdy"], "bdy"),
        (["--export", "out.xlsx"], "written as .csv or .parquet"),
        (["--export", "empty.csv"], "no labels to export"),
        (["--class", ""], ""),
    ],
)
def test_what_is_wrong_is_one_sentence(texts, encoder, env, tmp_path, monkeypatch, more, said):
    monkeypatch.chdir(tmp_path)
    done = answer(texts, encoder, env, ":quit\n", *more)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if more[0] == "--class" else 1)


def test_hostile_texts_are_shown_without_control(tmp_path, encoder, env):
    path = tmp_path / "odd.jsonl"
    rows = ["\x1b]0;owned\x07 \x1b[2J wiped", "[bold]not markup[/bold] \u202eturned", "洞察" * 4000]
    path.write_text("\n".join(json.dumps({"body": row}) for row in rows), encoding="utf-8")
    done = answer(path, encoder, env, "+[red]x\n1\n1\n")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "[bold]not markup[/bold]" in done.stdout
    assert "1=[red]x" in done.stdout


def test_a_project_keeps_its_labels_in_its_state(tmp_path, texts, encoder, env):
    folder = tmp_path / "p"
    assert dongcha("init", folder, texts, "--text", "body", "--label", "kind", **env).returncode == 0
    call = ["label", folder, "--encoder", encoder, "--json", "--class", "a"]
    done = dongcha(*call, **env)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["labelled"] == 0
    assert (folder / "state.db").exists()
