"""`dongcha alerts` by a person at a terminal."""

import json
from pathlib import Path

import pytest
from tests.cli.call import dongcha

from dongcha.core.words import Words
from dongcha.store.alerts import Alert, alerts_of
from dongcha.store.project import Project, create_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = create_project(tmp_path / "p")
    alerts = alerts_of(made.state)
    for severity, thing in (("warning", "inputs"), ("critical", "requests")):
        sentence = Words(f"The {thing} changed.", f"{thing} 有变化。")
        alerts.see(Alert(group=f"m/drift/{thing}", severity=severity, sentence=sentence, evidence={"p": 0.01}), None)
    return made


def test_open_alerts_are_listed_the_worst_first_in_both_languages(project: Project) -> None:
    done = dongcha("alerts", "list", project.folder, "--lang", "en")
    lines = done.stdout.splitlines()
    assert [line.split()[:4] for line in lines] == [
        ["2", "critical", "The", "requests"],
        ["1", "warning", "The", "inputs"],
    ]
    assert "严重  requests 有变化。" in dongcha("alerts", "list", project.folder, "--lang", "zh").stdout
    found = json.loads(dongcha("alerts", "list", project.folder, "--json").stdout)["alerts"]
    assert found[0]["evidence"] == {"p": 0.01}


def test_a_person_takes_care_of_one(project: Project) -> None:
    done = dongcha("alerts", "ack", project.folder, "1", "--by", "李雷", "--lang", "zh")
    assert done.stdout == "告警 1 由 李雷 处理。\n"
    assert "李雷 takes care of it" in dongcha("alerts", "list", project.folder, "--lang", "en").stdout


def test_a_number_that_is_not_open_and_a_place_that_is_none(project: Project, tmp_path: Path) -> None:
    wrong = dongcha("alerts", "ack", project.folder, "9")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "dongcha: no alert 9 is open; open are 2 (m/drift/requests), 1 (m/drift/inputs)\n"
    nowhere = dongcha("alerts", "list", tmp_path / "none")
    assert nowhere.returncode == 1
    assert "is neither a project" in nowhere.stderr


def test_nothing_is_wrong(tmp_path: Path) -> None:
    made = create_project(tmp_path / "p")
    assert dongcha("alerts", "list", made.folder, "--lang", "en").stdout == "No alert is open.\n"
