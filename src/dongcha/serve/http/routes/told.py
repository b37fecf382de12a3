"""`/v1/events` and `/v1/insights`: what happened, and what was found."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from dongcha.core.errors import UnknownName
from dongcha.core.words import Words
from dongcha.serve.http.failures import without_paths
from dongcha.serve.http.routes.shown import described
from dongcha.serve.http.shapes import EventsOut, InsightsOut
from dongcha.serve.live.service import Service
from dongcha.store.happened import events_of

router = APIRouter()


@router.get("/v1/events", **described("What happened.", None, EventsOut))
def events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Events after a number, oldest first: promotions, swaps, refusals, drift, alarms."""
    service: Service = request.app.state.service
    found = events_of(service.place.state).after(after, kind=kind, most=most)
    told = [
        {"number": number, "at": one.at.isoformat(timespec="milliseconds"), "kind": one.kind, "data": safe(one.data)}
        for number, one in found
    ]
    return JSONResponse({"events": told, "next": told[-1]["number"] if told else after})


@router.get("/v1/insights", **described("The latest findings of the project.", None, InsightsOut))
def insights(request: Request) -> Response:
    """The findings of the last report; 404 where there is none."""
    service: Service = request.app.state.service
    last = service.place.state.latest("report") if service.place.project else None
    if last is None:
        raise UnknownName(
            Words(
                "nothing was mined here yet; run dongcha run in the project",
                "尚未挖掘任何内容；请在项目中运行 dongcha run",
            )
        )
    file = (service.place.base / str(last["report"])).parent / "insights.json"
    if not file.is_file():
        raise UnknownName(
            Words(
                "the last report was deleted; run dongcha run in the project",
                "最近的报告已被删除；请在项目中运行 dongcha run",
            )
        )
    found = json.loads(file.read_text(encoding="utf-8"))
    return JSONResponse(safe(found))


def safe(value: Any) -> Any:
    """A JSON value without paths of this machine."""
    if isinstance(value, str):
        return without_paths(value)
    if isinstance(value, dict):
        return {name: safe(one) for name, one in value.items()}
    return [safe(one) for one in value] if isinstance(value, list | tuple) else value
