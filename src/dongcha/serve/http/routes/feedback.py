"""`POST /v1/feedback`."""

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from dongcha.core.words import Words
from dongcha.serve.http.body import record_of
from dongcha.serve.http.problems import Problem
from dongcha.serve.http.routes.shown import described
from dongcha.serve.http.schemas import FeedbackIn, FeedbackOut
from dongcha.serve.live.correct import Correction
from dongcha.serve.live.queue import QueueFull
from dongcha.serve.live.service import Service

router = APIRouter()
AT_ONCE, WAITING = 8, 200  # threads that store, and requests that may wait for one
EXAMPLES = {
    "prediction": {"value": {"prediction_id": "0198c0ffee0aab12cd34ef56ab78", "label": "billing", "by": "ann"}},
    "input": {"value": {"input": "my card was charged twice", "label": "billing", "by": "ann", "model": "topic"}},
}


SHOWN = described("Correct a prediction, or label an input.", FeedbackIn, FeedbackOut, EXAMPLES, status=202)


@router.post("/v1/feedback", **SHOWN)
async def feedback(request: Request) -> Response:
    """Store what a person says; 202 means that it is on the disk.

    The header `Idempotency-Key` makes it safe to send again: the same key is stored once.  Without it, the same label
    of the same prediction or input by the same person is stored once.  An unknown label is taken as a new class.
    """
    service: Service = request.app.state.service
    said = await record_of(request, FeedbackIn)
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > 200 or not key.isprintable():
        raise Problem(
            "bad-request",
            Words("Idempotency-Key may have 200 printable characters", "Idempotency-Key 最多 200 个可打印字符"),
        )
    token = request.scope.get("dongcha_token")
    correction = Correction(
        label=said.label, by=said.by, model=said.model, prediction=said.prediction_id, input=said.input, key=key,
        sender="" if token is None else token.name,
    )  # fmt: skip
    threads = _threads(request)
    if threads.statistics().tasks_waiting >= WAITING:
        raise QueueFull(
            Words("too much feedback waits to be stored; try again later", "等待存储的反馈过多；请稍后再试"), 1.0
        )
    kept = await to_thread.run_sync(service.correct, correction, limiter=threads)
    one = kept.feedback
    request.scope["dongcha_log"] = {"model": one.model, "feedback": one.number, "new": kept.new}
    told = FeedbackOut(
        number=one.number, model=one.model, new=kept.new, new_class=kept.new_class, contradicts=list(kept.contradicts)
    )
    return JSONResponse(told.model_dump(), 202)


def _threads(request: Request) -> CapacityLimiter:
    state = request.app.state
    if not hasattr(state, "feedback_threads"):  # made here: a limiter belongs to the loop that runs
        state.feedback_threads = CapacityLimiter(AT_ONCE)
    found: CapacityLimiter = state.feedback_threads
    return found
