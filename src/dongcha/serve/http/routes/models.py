"""`/v1/models`: versions and aliases; promote and roll back."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from dongcha.core.checks import known
from dongcha.serve.http.body import record_of
from dongcha.serve.http.routes.shown import described
from dongcha.serve.http.schemas import PromoteIn, RollbackIn
from dongcha.serve.http.shapes import ModelsOut, MovedModelOut, MoveOut
from dongcha.serve.live.service import Service
from dongcha.serve.standing import standing
from dongcha.store.versions import Move, Version

router = APIRouter()
ModelName = Annotated[str, Path(min_length=1, max_length=200)]
PROMOTED = {"champion": {"value": {"version": 2, "by": "ann", "reason": "better on last week's feedback"}}}
ROLLED_BACK = {"champion": {"value": {"by": "ann", "reason": "complaints"}}}
LINKS = {
    name: {"operationId": name, "parameters": {"name": "$response.body#/models/0/name"}}
    for name in ("model", "promote", "rollback")
}  # fmt: skip


@router.get("/v1/models", **described("All models with their versions and aliases.", None, ModelsOut, links=LINKS))
def models(request: Request) -> Response:
    """Every model: what serves, its aliases, its versions."""
    service: Service = request.app.state.service
    return JSONResponse({"models": [_model(service, name) for name in service.versions.models()]})


@router.get("/v1/models/{name}", **described("One model.", None, MovedModelOut))
def model(request: Request, name: ModelName) -> Response:
    """One model, with all that was ever pointed at."""
    service: Service = request.app.state.service
    known("model", name, service.versions.models())
    moves = [_move(move) for move in service.versions.moves(name)]
    return JSONResponse({**_model(service, name), "moves": moves})


@router.post("/v1/models/{name}/promote", **described("Point an alias at a version.", PromoteIn, MoveOut, PROMOTED))
async def promote(request: Request, name: ModelName) -> Response:
    """Point an alias at a version; the service loads and tries it, and then lets it answer."""
    service: Service = request.app.state.service
    asked = await record_of(request, PromoteIn)

    def pointed() -> Move:
        why = {"reason": asked.reason} if asked.reason else {}
        return service.versions.point(name, asked.version, asked.alias, by=asked.by, why=why)

    return JSONResponse(_move(await to_thread.run_sync(pointed)))


@router.post("/v1/models/{name}/rollback", **described("Go one step back.", RollbackIn, MoveOut, ROLLED_BACK))
async def rollback(request: Request, name: ModelName) -> Response:
    """Point an alias where it pointed before."""
    service: Service = request.app.state.service
    asked = await record_of(request, RollbackIn)

    def back() -> Move:
        known("model", name, service.versions.models())
        why = {"reason": asked.reason} if asked.reason else {}
        return service.versions.back(name, asked.alias, by=asked.by, why=why)

    return JSONResponse(_move(await to_thread.run_sync(back)))


def _model(service: Service, name: str) -> dict[str, Any]:
    desk = service.desks.get(name)
    return {
        "name": name,
        "serves": None if desk is None else desk.live.version,
        "task": None if desk is None else desk.live.task.name,
        "classes": None if desk is None else list(desk.live.classes),
        "aliases": service.versions.aliases(name),
        "challenger": standing(service.place.state, name),
        "shadows": None if name not in service.shadow.lives else service.shadow.lives[name].version,
        "versions": [_version(one) for one in service.versions.versions(name)],
    }


def _version(one: Version) -> dict[str, Any]:
    """A version without its folder, which is of this machine."""
    return {"version": one.number, "at": one.at, "lineage": dict(one.lineage)}


def _move(one: Move) -> dict[str, Any]:
    return {
        "alias": one.alias, "how": one.how, "version": one.version, "by": one.by, "at": one.at, "why": dict(one.why),
    }  # fmt: skip
