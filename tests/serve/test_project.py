"""A project over HTTP: its findings, without paths of the machine."""

import asyncio
import json

import httpx
import pytest

from dongcha.loop.models import registered
from dongcha.serve.http.app import application
from dongcha.serve.http.metrics import metrics
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.place import place_of
from dongcha.serve.live.service import serving
from dongcha.store.project import create_project

FOUND = {
    "created": "2026-11-01T08:00:00+00:00",
    "insights": [{"headline": {"en": "Complaints rose 3/4 in May", "zh": "五月投诉上升"}, "score": 0.5}],
    "source": "/srv/data/complaints.parquet",
}


@pytest.fixture
def project(tmp_path, trained):
    made = create_project(tmp_path / "p")
    registered(made.folder, trained[0], None, "ann")
    return made


def asked(project, path: str) -> httpx.Response:
    figures = metrics()
    service = serving(place_of(project.folder), Limits(workers=1), figures.watched())

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(application(service, figures))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            return await http.get(path)

    try:
        return asyncio.run(ask())
    finally:
        service.close()


def test_the_latest_findings(project) -> None:
    folder = project.reports / "20261101"
    folder.mkdir(parents=True)
    (folder / "insights.json").write_text(json.dumps(FOUND, ensure_ascii=False), encoding="utf-8")
    project.state.finish("report", "key", {"report": "reports/20261101/report.html"})
    told = asked(project, "/v1/insights").json()
    assert told["insights"] == FOUND["insights"]
    assert told["source"] == "…"


def test_nothing_mined_yet_and_a_report_that_was_deleted(project) -> None:
    assert asked(project, "/v1/insights").status_code == 404
    project.state.finish("report", "key", {"report": "reports/gone/report.html"})
    answer = asked(project, "/v1/insights")
    assert (answer.status_code, "was deleted" in answer.json()["detail"]) == (404, True)


def test_a_slash_at_the_end_is_another_path_and_no_redirect(project) -> None:
    assert asked(project, "/v1/models/").status_code == 404
