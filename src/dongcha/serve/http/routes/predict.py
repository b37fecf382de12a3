"""`POST /v1/predict`."""

import asyncio
import json
import time
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from dongcha.core.words import Words
from dongcha.serve.http.body import record_of
from dongcha.serve.http.problems import Problem
from dongcha.serve.http.routes.shown import described
from dongcha.serve.http.schemas import PredictIn, PredictOut
from dongcha.serve.live.answers import Answer
from dongcha.serve.live.inputs import FILES
from dongcha.serve.live.queue import Job, QueueFull, TooLate
from dongcha.serve.live.service import Service

router = APIRouter()
AT_ONCE, WAITING = 8, 64  # threads that wait for files, and requests that may wait for one
WATCH_S = 0.1  # after which it is looked whether the client is still there
EXAMPLES = {
    "texts": {"value": {"model": "topic", "inputs": ["my card was charged twice", "I cannot log in"]}},
    "one": {"value": {"input": "my card was charged twice"}},
    "pairs": {"value": {"model": "relevance", "inputs": [["refund", "How do I get my money back?"]]}},
    "words": {"value": {"model": "entities", "inputs": [["Ada", "moved", "to", "Paris"]]}},
    "files": {"value": {"model": "pictures", "inputs": ["iVBORw0KGgo…"]}},
}


LINKS = {
    "correct": {"operationId": "feedback", "requestBody": {"prediction_id": "$response.body#/predictions/0/id"}},
}  # fmt: skip


@router.post("/v1/predict", **described("Answer inputs.", PredictIn, PredictOut, EXAMPLES, links=LINKS))
async def predict(request: Request) -> Response:
    """Answer one input or several; every answer has an id that feedback can name."""
    start = time.monotonic()
    service: Service = request.app.state.service
    asked = await record_of(request, PredictIn)
    given = asked.given
    if len(given) > service.limits.inputs:
        raise Problem(
            "unprocessable",
            Words(
                f"a request may have {service.limits.inputs:,} inputs", f"一个请求最多 {service.limits.inputs:,} 个输入"
            ),
        )
    live = service.live(asked.model)
    request.scope["dongcha_tally"] = partial(service.tally.note, live.name)
    deadline = start + service.limits.deadline_s
    if live.task.reads in FILES:  # looking into files takes too long for the loop that all requests share
        job = await to_thread.run_sync(service.submit, live, given, deadline, limiter=_threads(request))
    else:
        job = service.submit(live, given, deadline)
    found = await _waited(request, job)
    ids = service.remember(job, given, found)
    request.scope["dongcha_log"] = {"model": live.name, "version": live.version, "inputs": len(given)}
    told = [_shown(id, one, asked.top) for id, one in zip(ids, found, strict=True)]
    body = {"model": live.name, "version": live.version, "predictions": told}
    return Response(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), media_type="application/json")


def _threads(request: Request) -> CapacityLimiter:
    """Threads that wait for files to be read; those of the other paths stay free."""
    state = request.app.state
    if not hasattr(state, "file_threads"):  # made here: a limiter belongs to the loop that runs
        state.file_threads = CapacityLimiter(AT_ONCE)
    found: CapacityLimiter = state.file_threads
    if found.statistics().tasks_waiting >= WAITING:
        raise QueueFull(Words("too many files wait to be read; try again later", "等待读取的文件过多；请稍后再试"), 2.0)
    return found


def _shown(id: str, one: Answer, top: int | None) -> dict[str, Any]:
    scores = one.scores
    if top is not None and isinstance(scores, dict):
        scores = dict(sorted(scores.items(), key=lambda item: -item[1])[:top])
    return {"id": id, "label": one.label, "score": one.score, "scores": scores}


async def _waited(request: Request, job: Job) -> list[Answer]:
    """The answers; the job is given up when its time is over or the client has gone."""
    future: asyncio.Future[Any] = asyncio.wrap_future(job.done)
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        await asyncio.wait({future}, timeout=WATCH_S)
        if not future.done():
            gone: asyncio.Future[Any] = asyncio.ensure_future(_gone(request))
            left = max(0.0, job.deadline - time.monotonic())
            await asyncio.wait({future, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
        if not future.done():
            raise TooLate(
                Words(
                    "the request was not answered in time; send less at once, or later",
                    "未能及时作答；请减少单次输入或稍后再试",
                )
            )
        found: list[Answer] = future.result()
        return found
    finally:
        job.abandoned = not future.done()


async def _gone(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
