"""What stands in `deploy/` names what there is."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from dongcha.cli.main import app
from dongcha.serve.http.metrics import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_the_dashboard_asks_for_figures_that_there_are() -> None:
    known = {sample for one in metrics().registry.collect() for sample in _series(one)}
    text = (DEPLOY / "grafana" / "dashboards" / "dongcha.json").read_text()
    asked = {name for panel in json.loads(text)["panels"] for t in panel["targets"]
             for name in re.findall(r"dongcha_\w+", t["expr"])}  # fmt: skip
    assert len(asked) >= 9
    assert asked <= known


def _series(one) -> list[str]:
    ends = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(one.type, [""])
    return [one.name + end for end in ends]


def options() -> set[str]:
    serve = typer.main.get_command(app).commands["serve"]
    return {name for one in serve.params for name in one.opts}


def test_the_commands_have_options_that_there_are() -> None:
    docker = json.loads(re.search(r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text(), re.M).group(1))
    unit = shlex.split(re.search(r"^ExecStart=(.*)$", (DEPLOY / "dongcha.service").read_text(), re.M).group(1))
    for call in (docker, unit):
        assert "serve" in call
        assert {word for word in call if word.startswith("--")} <= options()


@pytest.mark.parametrize("name", ["compose.yml", "prometheus.yml"])
def test_the_files_are_yaml_and_name_files_that_there_are(name) -> None:
    found = yaml.safe_load((DEPLOY / name).read_text())
    for service in found.get("services", {}).values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (DEPLOY / volume.split(":")[0]).exists()
