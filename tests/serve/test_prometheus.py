"""A real Prometheus scrapes a service by the shipped configuration; every query of the dashboard has an answer."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from tests.serve.running import running

from dongcha.serve.http.tokens import new_token

DEPLOY = Path(__file__).parents[2] / "deploy"
PROMETHEUS = shutil.which("prometheus")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROMETHEUS is None, reason="needs Prometheus")]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def scraping(home: Path, target: str) -> Iterator[httpx.Client]:
    """Prometheus by the shipped configuration; only where the service and the token are is changed, and the pace."""
    config = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    assert job["static_configs"][0]["targets"] == ["dongcha:8000"]
    assert job["authorization"]["credentials_file"] == "/run/secrets/prometheus.token"
    job["static_configs"][0]["targets"] = [target]
    job["authorization"]["credentials_file"] = str(home / "prometheus.token")
    config["global"] = {"scrape_interval": "500ms"}
    (home / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = free_port()
    call = [
        PROMETHEUS, f"--config.file={home / 'prometheus.yml'}", f"--storage.tsdb.path={home / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        process.wait(20)


def found(client: httpx.Client, query: str) -> list[dict]:
    try:
        answer = client.get("/api/v1/query", params={"query": query})
    except httpx.TransportError:  # it has not begun
        return []
    assert answer.status_code in (200, 503), answer.text
    return answer.json()["data"]["result"] if answer.status_code == 200 else []


def queries() -> list[str]:
    board = json.loads((DEPLOY / "grafana" / "dashboards" / "dongcha.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_every_panel_shows_figures_of_a_quiet_service(trained, tmp_path) -> None:
    place = shutil.copytree(trained[0], tmp_path / "topic")
    file = tmp_path / "tokens.json"
    (tmp_path / "prometheus.token").write_text(new_token(file, "prometheus", ["read"])[1] + "\n")
    app = new_token(file, "app", ["predict", "feedback"])[1]
    with (
        running(place, "--token-file", file) as service,
        scraping(tmp_path, service.url.removeprefix("http://")) as client,
    ):
        service.http.headers["authorization"] = f"Bearer {app}"
        until, missing, rounds = time.monotonic() + 60, set(queries()), 0
        while (missing or rounds < 10) and time.monotonic() < until:
            rounds += 1
            (one,) = service.predict(f"please refund my payment {rounds}")["predictions"]
            service.correct(prediction_id=one["id"], label=one["label"], by="ann")
            service.correct(prediction_id=one["id"], label=f"other {rounds}", by="ben")
            time.sleep(0.5)
            missing = {query for query in missing if not found(client, query)}
        assert not missing
        (up,) = found(client, 'up{job="dongcha"}')
        assert up["value"][1] == "1"
        shares = [query for query in queries() if "status=" in query]
        assert len(shares) == 2
        for query in shares:  # nothing failed and nothing was refused: that is 0, not no answer
            (share,) = found(client, query)
            assert float(share["value"][1]) == 0.0
        (agrees,) = found(client, next(query for query in queries() if "[24h]" in query))
        assert 0.2 < float(agrees["value"][1]) < 0.8  # ann always agrees, ben never does
