"""Bad input gives one clear sentence, exit status 1 and nothing half-written; odd input that can be read is read."""

import csv
import gzip
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.cli.call import dongcha

ROWS = [
    f"row {i} says that the {['card', 'loan'][i % 2]} number {i * 37 % 101} is late,{'ab'[i % 2]},{i % 7}"
    for i in range(120)
]
GOOD = "text,kind,n\n" + "\n".join(ROWS) + "\n"


def refused(done, message):
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert message in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("header.csv", b"a,b\n", "has a header and no rows"),
        ("garbage.csv", bytes(range(256)) * 9, "is not a text file"),
        ("garbage.parquet", bytes(range(256)) * 9, "cannot be read as parquet"),
        ("garbage.json", b"\x00\x01{", "cannot be read as json"),
        ("ragged.csv", b"a,b\n1,2\n1,2,3\n", "line 3"),
        ("open quote.csv", b'a,b\n"1,2\n3,4\n', "quote"),
        ("wide.csv", ",".join(f"c{i}" for i in range(5000)).encode() + b"\n", "5,000 columns"),
        ("cut.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:200], "damaged or cut short"),
        ("blank.csv", b"\n\n  \n", "is empty"),
        ("notes.docx", b"PK", "no kind that Dongcha reads"),
        ("空 文本.csv", ("text,kind\n" + "...,a\n---,b\n" * 60).encode(), "is left after cleaning"),
    ],
)
def test_run_refuses_with_one_sentence_and_no_report(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    words = ["--role", "text=text"] if name.startswith("空") else []
    refused(dongcha("run", tmp_path / name, *words, "--project", tmp_path / "p", "--quiet"), message)
    assert not (tmp_path / "p" / "reports").exists()
    assert not (tmp_path / "p").exists() or name.startswith("空")


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (GOOD.encode("utf-16"), "utf-16"),
        (GOOD.replace("card", "信用卡").encode("gb18030"), "gb18030"),
        (GOOD.replace("text,kind,n", "text,kind,kind").encode(), "renamed"),
        (
            GOOD.replace("text,kind,n", "text,kind,n").replace(",3\n", ",NaN\n").replace(",4\n", ",inf\n").encode(),
            "not finite numbers",
        ),
        (GOOD.replace(",a,", ",=cmd|' /C calc'!A0,").replace(",b,", ",<script>alert(1)</script>,").encode(), ""),
    ],
)
def test_odd_input_is_read_and_what_was_assumed_is_said(tmp_path, content, notes):
    path = tmp_path / "a b 数据.csv"
    path.write_bytes(content)
    done = dongcha("run", path, "--project", tmp_path / "项目", "--quiet", "--json")
    assert done.returncode == 0, done.stderr
    page = Path(json.loads(done.stdout)["report"]).read_text(encoding="utf-8")
    assert "<script>" not in page
    told = json.loads(dongcha("read", path, "--json").stdout)["notes"]
    assert notes in json.dumps(told)


def test_a_run_without_its_file_or_with_a_role_that_is_none_leaves_nothing(tmp_path):
    (tmp_path / "d.csv").write_text(GOOD)
    refused(dongcha("run", tmp_path / "e.csv", "--project", tmp_path / "p"), "there is no file")
    (tmp_path / "none").mkdir()
    refused(dongcha("run", tmp_path / "none", "--project", tmp_path / "p"), "holds no file that Dongcha reads")
    refused(dongcha("run", tmp_path / "d.csv", "--role", "kind=nope", "--project", tmp_path / "p"), "no role named")
    assert not (tmp_path / "p").exists()


def test_strange_names_and_columns_of_one_value_are_read(tmp_path):
    names = ["a\nb", "<script>alert(1)</script>", "[/red]", "😀.x", "same", "__row__"]
    rows = [[f"{'xy'[i % 2]}", f"{'pq'[i % 2]}", i % 7, i % 5, "one", i] for i in range(80)]
    with (tmp_path / "n.csv").open("w", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    done = dongcha("read", tmp_path / "n.csv", COLUMNS="60")
    assert done.returncode == 0, done.stderr
    assert "[/red]" in done.stdout
    assert "“__row__”) was renamed “row”" in done.stdout.replace("\n", " ")
    done = dongcha("mine", tmp_path / "n.csv", "--json")
    assert "renamed 'row'" in done.stderr
    found = json.loads(done.stdout, parse_constant=pytest.fail)["insights"]
    assert found
    assert not any("same" in (one["measure"], *one["breakdown"]) for one in found)


def test_dates_in_three_formats_are_read_and_the_assumption_is_said(tmp_path):
    days = [form.format(d) for d in range(1, 29) for form in ("2023-01-{:02}", "{:02}/01/2023", "{:02}.01.2023")]
    rows = [f"{day},{'ab'[i % 2]}" for i, day in enumerate(days)]
    (tmp_path / "d.csv").write_text("day,kind\n" + "\n".join(rows))
    done = dongcha("prepare", tmp_path / "d.csv", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["profile"]
    assert found["time"] == {"column": "day", "first": "2023-01-01", "last": "2023-01-28"}
    assert "day/month/year" in json.dumps(found["notes"])


def test_a_text_of_five_megabytes(tmp_path):
    (tmp_path / "big.csv").write_text(GOOD + "word " * 1_000_000 + ",a,1\n")
    done = dongcha("prepare", tmp_path / "big.csv", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["quality"]["rows_before"] == 121


def test_a_project_of_a_newer_version_is_left_alone(tmp_path):
    (tmp_path / "d.csv").write_text(GOOD)
    toml = tmp_path / "p" / "dongcha.toml"
    toml.parent.mkdir()
    toml.write_text("format = 99\n")
    refused(dongcha("run", tmp_path / "d.csv", "--project", tmp_path / "p"), "newer Dongcha")
    assert toml.read_text() == "format = 99\n"


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "d.csv").write_text(GOOD)
    (tmp_path / "file").write_text("not a folder")
    refused(dongcha("run", tmp_path / "d.csv", "--project", tmp_path / "file" / "p"), "cannot write")
    refused(dongcha("run", tmp_path / "d.csv", "--project", "/proc/dongcha"), "cannot write")


@pytest.fixture
def small_disk():
    folder = Path(tempfile.mkdtemp(prefix="disk "))
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        shutil.rmtree(folder)
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)
    os.rmdir(folder)  # noqa: PTH106


def test_a_full_disk_is_one_sentence_and_the_run_goes_on_after(small_disk, tmp_path):
    (tmp_path / "d.csv").write_text(GOOD)
    done = dongcha("run", tmp_path / "d.csv", "--project", small_disk / "p", "--quiet")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "disk" in done.stderr
    assert not list(small_disk.rglob("report.html"))
